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

// keeps lists by name the keepers of what names these areas. They are read only where
// there is something to keep: until they are known, read goes round once more.
func (l *reader) keeps(areas ...zoufang.AreaID) (names []string) {
	if l.keepers == nil {
		l.asked = true
		return nil
	}
	for i := range *l.keepers {
		if k := &(*l.keepers)[i]; zoufang.MayDecide(k, areas) {
			names = append(names, k.Name)
		}
	}
	return names
}

// guarded reports whether a record is for others to open: a report of harm to a child,
// where somebody has the grant for it and the reader has not. Where nobody has, whoever
// sees the area may open it: a report that nobody may read reaches nobody.
func (l *reader) guarded(r *zoufang.Record) bool { return r.TellsHarm() && l.kept(r.Area) }

// kept reports whether what is a child's file, and names these areas, is for others.
func (l *reader) kept(areas ...zoufang.AreaID) bool {
	return !l.u.Granted(zoufang.Children) && len(l.keeps(areas...)) > 0
}

// guardedRow is what a list tells of one.
func (l *reader) guardedRow(r *zoufang.Record, row Row) Row {
	row.Title, row.Household, row.Marks, row.Guarded = "儿童档案", "", nil, true
	row.Cells = slices.Repeat([]string{""}, len(Columns(zoufang.KindOf(r.Kind))))
	row.When = l.happened(r)
	return row
}
