package desk

import (
	"context"
	"slices"
	"strings"

	"zoufang"
)

const (
	pageSize = 40 // rows on a page
	// MaxScanned is how many records a list looks through.
	MaxScanned = 2000
	// MaxPage is the last page that can be asked for, from 1.
	MaxPage = MaxScanned / pageSize
)

// Query says which records of a kind are wanted, last written first.
type Query struct {
	Kind  string
	Area  zoufang.AreaID    // "": all of the reader's
	Facet map[string]string // by the facets of the kind
	Page  int               // from 1 to MaxPage
}

// List is one page of records.
type List struct {
	Rows  []Row
	Count int  // that match, of those looked through
	Loose int  // of these, void ones and drafts: they count for nothing, see Record.Counts
	Cut   bool // there may be more: only the last MaxScanned were looked through
	More  bool // there is a next page
	Areas []Area
}

// Area is an area of the reader's that holds records of its own.
type Area struct {
	ID   zoufang.AreaID
	Name string
}

// Row is a record as a line of a list tells it.
type Row struct {
	ID                                 zoufang.RecordID
	Kind                               string
	Title, Village, Type, Author, When string // Type is the kind's own type, else the kind
	State                              Mark   // of its first state field
	Photos                             int
	Marks                              []Mark
	Household                          zoufang.RecordID // it is about; "" where none, or not the reader's
	Cells                              []string         // what the columns of its kind say, see Columns
	Guarded                            bool             // the reader may not open it, and it tells no more than that it is there
}

// Columns lists the fields that are columns of a kind's lists, beside what names a
// record and its state.
func Columns(k *zoufang.Kind) (out []*zoufang.Field) {
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Shows&zoufang.InList != 0 && f.Name != k.NamedBy && f.Class != zoufang.State {
			out = append(out, f)
		}
	}
	return out
}

// List lists records of the reader's areas. An area that is not theirs, a facet
// the kind has not, or a page out of bounds is refused as NotFound.
func (d *Desk) List(ctx context.Context, u *zoufang.User, q Query) (out List, err error) {
	k := zoufang.KindOf(q.Kind)
	if k == nil || k.Public || q.Page < 1 || q.Page > MaxPage {
		return out, refuse(NotFound)
	}
	for name, value := range q.Facet {
		if f := k.Facet(name); f == nil || f.Through != "" || !k.Takes(name, value) {
			return out, refuse(NotFound)
		}
	}
	err = d.read(ctx, u, func(l *reader) (err error) {
		out, err = l.list(k, q)
		return err
	})
	return out, err
}

func (l *reader) list(k *zoufang.Kind, q Query) (out List, err error) {
	areas := l.areas.ScopeOf(l.u).Areas
	for _, a := range areas {
		if len(a.Prefix()) == 12 {
			out.Areas = append(out.Areas, Area{a, l.area(a)})
		}
	}
	slices.SortFunc(out.Areas, func(a, b Area) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if q.Area != "" {
		if !slices.Contains(areas, q.Area) {
			return out, refuse(NotFound)
		}
		areas = []zoufang.AreaID{q.Area}
	}
	seen, first := 0, (q.Page-1)*pageSize
	var failed error
	err = l.v.List(k.Name, areas, 0, MaxScanned, func(r *zoufang.Record) bool {
		seen++
		for name, value := range q.Facet {
			if !k.Facet(name).Has(r, value) {
				return true
			}
		}
		if out.Count >= first && out.Count < first+pageSize {
			var row Row
			row, failed = l.row(r)
			out.Rows = append(out.Rows, row)
		}
		out.Count++
		if !r.Counts() {
			out.Loose++
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	out.Cut, out.More = seen == MaxScanned, out.Count > q.Page*pageSize
	return out, err
}

func (l *reader) row(r *zoufang.Record) (row Row, err error) {
	k := zoufang.KindOf(r.Kind)
	row = Row{ID: r.ID, Kind: r.Kind, Type: k.Label.Zh, Village: l.area(r.Area), Photos: r.Elements(photos), Marks: marks(r)}
	if l.guarded(r) {
		return l.guardedRow(r, row), nil
	}
	if row.Title, err = l.title(r); err != nil {
		return row, err
	}
	if f := k.Field("type"); f != nil {
		if row.Type, err = l.value(k, f.Name, r.Shown(f.Name)); err != nil {
			return row, err
		}
	}
	if states := k.StateFields(); len(states) > 0 {
		row.State = StateMark(k.Name, r.State(states[0].Name))
	}
	for _, f := range Columns(k) {
		text, err := l.field(r, k, f, f.Name)
		if err != nil {
			return row, err
		}
		row.Cells = append(row.Cells, text)
	}
	home, err := l.home(r)
	if err != nil {
		return row, err
	}
	if home != nil && home.ID != r.ID {
		row.Household = home.ID
	}
	row.When = l.happened(r)
	row.Author, err = l.person(r.Author)
	return row, err
}

// happened says when the visit was: as its author wrote, else, as of all records,
// when it was saved.
func (l *reader) happened(r *zoufang.Record) string {
	if n, ok := r.Shown("started").Number(); ok {
		return l.d.date(int64(n))
	}
	when, _ := l.d.when(r.Stamps[r.Created])
	return when
}
