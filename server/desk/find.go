package desk

import (
	"context"
	"slices"

	"zoufang"
	"zoufang/server/catalog"
)

// MaxFound is how many rows one Find gives.
const MaxFound = 200

// Find asks for records of a kind in the reader's areas. What is empty asks for all.
type Find struct {
	Kind     string
	Areas    []zoufang.AreaID // each with all below it
	Where    map[string][]string
	From, To string // days, both included
	Text     string
	Oldest   bool
	After    *catalog.Place
	Limit    int // up to MaxFound; 0: none, where only the counts are wanted
	Count    []string
}

// Found is a page of records, and how many there are on all pages.
type Found struct {
	Rows  []FoundRow
	More  bool
	Count int
	By    map[string]map[string]int
}

// FoundRow is a record as lists of programs have it.
type FoundRow struct {
	ID             zoufang.RecordID
	Kind           string
	Area           zoufang.AreaID
	At             int64 // Unix ms, see catalog.At
	Title, Village string
	Facets         map[string][]string // every facet of the kind
}

// Members lays a row out: beside id, kind, area, village, at and title what it counts
// under by each facet, a mark as a boolean, what may be several as a list, else a text,
// left out where there is none.
func (r *FoundRow) Members() map[string]any {
	out := map[string]any{"id": r.ID, "kind": r.Kind, "area": r.Area, "at": r.At, "title": r.Title, "village": r.Village}
	k := zoufang.KindOf(r.Kind)
	for i := range k.Facets {
		f := &k.Facets[i]
		switch values := r.Facets[f.Name]; {
		case f.Mark:
			out[f.Name] = len(values) > 0
		case f.Several(k):
			out[f.Name] = append([]string{}, values...)
		case len(values) > 0:
			out[f.Name] = values[0]
		}
	}
	return out
}

// Find lists records. Nothing is left out unless the question says so; reports of harm
// that are others' to open are not there. A facet that the kind has not, or a value it
// cannot have, is refused as Field; zoufang.ErrDay.
func (d *Desk) Find(ctx context.Context, u *zoufang.User, f Find) (out Found, err error) {
	k := zoufang.KindOf(f.Kind)
	if k == nil {
		return out, refuse(NotFound)
	}
	if f.Text != "" && catalog.Blank(f.Text) {
		return out, refuse(Field) // blanks and signs alone
	}
	for facet, values := range f.Where {
		if k.Facet(facet) == nil || slices.ContainsFunc(values, func(v string) bool { return !k.Takes(facet, v) }) {
			return out, refuse(Field)
		}
	}
	for _, facet := range f.Count {
		if k.Facet(facet) == nil {
			return out, refuse(Field)
		}
	}
	var q catalog.Query
	err = d.read(ctx, u, func(l *reader) error {
		q = catalog.Query{Kind: f.Kind, Areas: l.within(k, f.Areas), Closed: map[zoufang.AreaID]bool{}, Where: f.Where, From: f.From, To: f.To,
			Text: f.Text, Oldest: f.Oldest, After: f.After, Limit: max(1, min(f.Limit, MaxFound)), Tell: true, Count: f.Count}
		if f.Kind == zoufang.KindRequest {
			for _, a := range q.Areas {
				q.Closed[a] = l.kept(a)
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	answer, err := d.Lists.Find(ctx, q)
	if err != nil {
		return out, err
	}
	out.More, out.Count, out.By = answer.More, answer.Count, answer.By
	if f.Limit == 0 {
		return out, nil
	}
	return out, d.read(ctx, u, func(l *reader) error {
		out.Rows = nil
		for _, hit := range answer.Hits {
			row, err := l.found(k, hit)
			if err != nil {
				return err
			}
			out.Rows = append(out.Rows, row)
		}
		return nil
	})
}

// within lists the areas in which the reader may read records of a kind, and that lie
// in one of those asked for.
func (l *reader) within(k *zoufang.Kind, asked []zoufang.AreaID) (out []zoufang.AreaID) {
	scope := l.areas.ScopeOf(l.u)
	all := scope.Areas
	if k.Public {
		all = append(slices.Clone(all), scope.Above...)
	}
	for _, a := range all {
		if len(asked) == 0 || slices.ContainsFunc(asked, func(wide zoufang.AreaID) bool { return wide.Covers(a) }) {
			out = append(out, a)
		}
	}
	return out
}

// found tells a hit as a row. Where its name does not stand with it, the record says
// what it is called.
func (l *reader) found(k *zoufang.Kind, hit catalog.Hit) (row FoundRow, err error) {
	row = FoundRow{ID: hit.ID, Kind: k.Name, Area: hit.Area, At: hit.At, Village: l.area(hit.Area), Title: called(hit.Title), Facets: map[string][]string{}}
	for i, values := range hit.Facets {
		row.Facets[k.Facets[i].Name] = values
	}
	if row.Title != "" {
		return row, nil
	}
	row.Title = unnamed
	r, err := l.record(hit.ID)
	if err != nil || r == nil {
		return row, err // it was moved elsewhere just now
	}
	row.Title, err = l.title(r)
	return row, err
}

// readable reads a record for a program: of a public kind too, where it flows down to
// the reader's areas. What the reader may not open is not there.
func (l *reader) readable(kind string, id zoufang.RecordID) (*zoufang.Record, error) {
	k := zoufang.KindOf(kind)
	if !id.Valid() || k == nil {
		return nil, refuse(NotFound)
	}
	if !k.Public {
		r, err := l.recordOf(kind, id)
		if Refused(err, Guarded) {
			err = refuse(NotFound)
		}
		return r, err
	}
	r, err := l.v.Record(id)
	if err == nil && (r == nil || r.Kind != kind || !slices.Contains(l.within(k, nil), r.Area)) {
		err = refuse(NotFound)
	}
	return r, err
}
