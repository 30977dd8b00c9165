package desk

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/storage"
)

// Sheeted are the kinds that are taken out as sheets (导出), by the plural that programs
// ask for them by.
var Sheeted = map[string]string{
	"visits": zoufang.KindVisit, "households": zoufang.KindHousehold, "persons": zoufang.KindPerson,
	"requests": zoufang.KindRequest, "cards": zoufang.KindCard,
}

// Question makes of what somebody asks the question that they may ask: of the areas
// that are theirs and lie in one of those wanted (none: all of theirs), without reports
// of harm that are others' to open. NotFound for an area that is not theirs or a kind of
// no sheet, Field for a facet that the kind has not or a value it cannot have.
func (d *Desk) Question(ctx context.Context, u *zoufang.User, q catalog.Query, wanted []zoufang.AreaID) (catalog.Query, error) {
	k := zoufang.KindOf(q.Kind)
	if k == nil || !slices.Contains(slices.Collect(maps.Values(Sheeted)), q.Kind) {
		return q, refuse(NotFound)
	}
	for facet, values := range q.Where {
		if k.Facet(facet) == nil || slices.ContainsFunc(values, func(v string) bool { return !k.Takes(facet, v) }) {
			return q, refuse(Field)
		}
	}
	if _, _, err := zoufang.Days(q.From, q.To); err != nil {
		return q, err
	}
	q.Closed = map[zoufang.AreaID]bool{}
	err := d.read(ctx, u, func(l *reader) error {
		if !l.u.Role.ReadsRecords() {
			return refuse(NoRight)
		}
		for _, a := range wanted {
			known := slices.ContainsFunc(slices.Collect(maps.Keys(l.areas)), a.Covers)
			if !a.Valid() || !known || !l.u.Covers(a) && !slices.ContainsFunc(l.u.Areas, a.Covers) {
				return refuse(NotFound)
			}
		}
		q.Areas = l.within(k, wanted)
		for _, a := range q.Areas {
			q.Closed[a] = l.kept(a)
		}
		return nil
	})
	slices.Sort(q.Areas)
	q.Areas = slices.Compact(q.Areas)
	return q, err
}

// Sheet reads records of a kind as rows of a table, for one person, a few hundred at a
// time. What stands in a cell is masked as on a page; with Open the sealed fields alone
// are in the clear. A Sheet is used by one goroutine.
type Sheet struct {
	Kind *zoufang.Kind
	Open bool
	Asks []Ask  // questions whose answers are columns: see Look
	From string // the network address that asked, for the log

	d       *Desk
	u       *zoufang.User
	columns []Column
	forms   map[string][]placedForm // by name and version, see sheetforms.go
	people  map[zoufang.UserID]string
	records map[zoufang.RecordID]*zoufang.Record
}

// SheetRow is a record as a row.
type SheetRow struct {
	ID    zoufang.RecordID
	Cells []Cell // in the order of the columns
	Media []SheetMedium
	// What names its media: the day it is about, and words.
	Day, Village, Home, Type string
}

// SheetMedium is a medium that a record names and that is here. What is "" for a photo.
type SheetMedium struct {
	Digest zoufang.Digest
	What   string
	Type   string // MIME
	Size   int64
}

// Sheet begins one.
func (d *Desk) Sheet(u *zoufang.User, kind string, open bool) *Sheet {
	return &Sheet{Kind: zoufang.KindOf(kind), Open: open, d: d, u: u, people: map[zoufang.UserID]string{}, records: map[zoufang.RecordID]*zoufang.Record{}}
}

// most records are remembered for the names that others have of them.
const mostRemembered = 20_000

// each calls f for those of the records that the person may read now, in their order.
// f may be run again from the first of them: begin is called before each run.
func (s *Sheet) each(ctx context.Context, ids []zoufang.RecordID, begin func(), f func(*reader, *zoufang.Record) error) error {
	var harm []*zoufang.Record
	err := s.d.read(ctx, s.u, func(l *reader) error {
		begin()
		harm = nil
		if len(s.records) > mostRemembered {
			clear(s.records)
		}
		l.people, l.records = s.people, s.records
		if s.forms == nil {
			if err := s.readForms(l); err != nil {
				return err
			}
		}
		for _, id := range ids {
			r, err := l.v.Record(id)
			if err != nil {
				return err
			}
			if r == nil || r.Kind != s.Kind.Name || !l.sees(r.Area) || l.guarded(r) {
				continue // it went elsewhere since it was found
			}
			if r.TellsHarm() {
				harm = append(harm, r)
			}
			if err := f(l, r); err != nil {
				return err
			}
		}
		return nil
	})
	for _, r := range harm { // told before it is given
		if err == nil {
			err = s.d.tellOpened(ctx, s.u, r, s.From)
		}
	}
	return err
}

// Rows reads records as rows. One that the person may not read any more is left out.
func (s *Sheet) Rows(ctx context.Context, ids []zoufang.RecordID) (out []SheetRow, err error) {
	columns := s.Columns()
	err = s.each(ctx, ids, func() { out = make([]SheetRow, 0, len(ids)) }, func(l *reader, r *zoufang.Record) error {
		row := SheetRow{ID: r.ID, Cells: make([]Cell, len(columns)), Day: zoufang.Day(timeOf(catalog.At(r))), Village: called(l.areas[r.Area].Name)}
		c := cells{s: s, l: l, r: r, form: s.formOf(r)}
		for i := range columns {
			if row.Cells[i], err = columns[i].fill(&c, &columns[i]); err != nil {
				return err
			}
		}
		if err := c.names(&row); err != nil {
			return err
		}
		out = append(out, row)
		return nil
	})
	return out, err
}

// Lines reads records as programs have them: one JSON object each, with what a list has
// of it (see FoundRow.Members) and
// under "fields" the value that is shown of each field, of a set its elements, of a log
// its notes.
func (s *Sheet) Lines(ctx context.Context, ids []zoufang.RecordID) (out [][]byte, err error) {
	err = s.each(ctx, ids, func() { out = make([][]byte, 0, len(ids)) }, func(l *reader, r *zoufang.Record) error {
		hit, err := catalog.Told(r, l.record)
		if err != nil {
			return err
		}
		l.records[r.ID] = r // of which found asks for the name
		of, err := l.found(zoufang.KindOf(r.Kind), hit)
		if err != nil {
			return err
		}
		row := of.Members()
		row["fields"] = s.values(r)
		line, err := json.Marshal(row)
		out = append(out, line)
		return err
	})
	return out, err
}

// media lists the media of a record that are here, photos first, in their order.
func (c *cells) media() (out []SheetMedium, err error) {
	take := func(v zoufang.Value, what string) error {
		text, _ := v.Text()
		d := zoufang.Digest(text)
		if !d.Valid() || slices.Contains(c.r.Need, d) {
			return nil
		}
		var m *storage.Medium
		if m, err = c.l.v.Medium(d); err == nil && m != nil {
			out = append(out, SheetMedium{d, what, m.Type, m.Size})
		}
		return err
	}
	for i := range c.s.Kind.Fields {
		f := &c.s.Kind.Fields[i]
		switch {
		case f.Class == zoufang.Elements && f.Type == zoufang.Medium:
			what := ""
			if f.Name != photos {
				what = f.Label.Zh
			}
			for _, e := range elements(c.r, f.Name) {
				if err := take(e, what); err != nil {
					return nil, err
				}
			}
		case f.Name == signature:
			for _, name := range names(c.r, f) {
				m, _ := c.r.Shown(name).Object()
				if err := take(m["image"], fieldLabel(c.s.Kind, name)); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}
