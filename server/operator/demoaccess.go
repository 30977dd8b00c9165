package operator

import (
	"context"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/demo"
	"zoufang/internal/password"
)

// DemoLogin is a log-in of the demo county.
type DemoLogin struct {
	Login string
	Role  zoufang.Role
	Area  string // the name of the first of its areas
	Own   bool   // its password was changed since
}

// DemoAccess tells how to get into the demo county: the log-ins, their common
// password, and somebody who has a phone. ok is false where none was loaded.
func (d *Demo) DemoAccess(ctx context.Context) (logins []DemoLogin, secret string, coordinator *zoufang.User, ok bool, err error) {
	note, done, err := d.note(ctx)
	if err != nil || !done {
		return nil, "", nil, false, err
	}
	users, err := d.Accounts.Users(ctx)
	if err != nil {
		return nil, "", nil, false, err
	}
	areas, err := d.Areas(ctx)
	if err != nil {
		return nil, "", nil, false, err
	}
	same := map[string]bool{}
	for i, u := range users {
		if len(u.Areas) == 0 || !zoufang.AreaID(demo.CountyCode).Covers(u.Areas[0]) || u.Disabled {
			continue
		}
		if u.Role == zoufang.Coordinator && coordinator == nil {
			coordinator = &users[i]
		}
		if u.Login != "" {
			if _, checked := same[u.Password]; !checked {
				same[u.Password] = password.Verify(u.Password, note.Password)
			}
			logins = append(logins, DemoLogin{u.Login, u.Role, areas[u.Areas[0]].Name, !same[u.Password]})
		}
	}
	slices.SortFunc(logins, func(a, b DemoLogin) int { return strings.Compare(a.Login, b.Login) })
	return logins, note.Password, coordinator, true, nil
}
