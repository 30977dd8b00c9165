package desk

import (
	"context"
	"slices"

	"zoufang"
)

// keepers lists the staff with the grant for files of children: who may open a report
// of harm to a child (未成年人网络保护条例 Art 36).
func (d *Desk) keepers(ctx context.Context) (out []zoufang.User, err error) {
	all, err := d.Accounts.Users(ctx)
	for _, u := range all {
		if !u.Disabled && u.Password != "" && u.Role.Staff() && u.Granted(zoufang.Children) {
			out = append(out, u)
		}
	}
	return out, err
}

// keeps lists the keepers of an area by name.
func (l *reader) keeps(a zoufang.AreaID) (names []string) {
	for _, k := range l.keepers {
		if k.Covers(a) {
			names = append(names, k.Name)
		}
	}
	return names
}

// guarded reports whether a record is for others to open: a report of harm to a child,
// where somebody has the grant for it and the reader has not. Where nobody has, whoever
// sees the area may open it: a report that nobody may read reaches nobody.
func (l *reader) guarded(r *zoufang.Record) bool {
	return r.TellsHarm() && l.closed(r.Area)
}

// guardedRow is what a list tells of one.
func (l *reader) guardedRow(r *zoufang.Record, row Row) Row {
	row.Title, row.Household, row.Marks, row.Guarded = "儿童档案", "", nil, true
	row.Cells = slices.Repeat([]string{""}, len(Columns(zoufang.KindOf(r.Kind))))
	row.When = l.happened(r)
	return row
}
