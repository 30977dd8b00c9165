package desk

import (
	"context"

	"zoufang"
)

// Importing reports whether the person may bring lists into an area, and take them back:
// reviewers, in their areas. NotFound, NoRight. What a list brings is written by the
// system all the same (an import has seen nothing, and knows no share of a record); who
// asked for it stands in the account log.
func (d *Desk) Importing(ctx context.Context, u *zoufang.User, area zoufang.AreaID) error {
	return d.read(ctx, u, func(l *reader) error {
		_, known := l.areas[area]
		switch {
		case u.Disabled || !u.Role.Staff():
			return refuse(NoRight)
		case !known || !u.Covers(area):
			return refuse(NotFound)
		}
		return nil
	})
}
