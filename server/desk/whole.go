package desk

import (
	"context"
	"slices"
	"strings"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/storage"
)

// Whole is a record as programs read it.
type Whole struct {
	FoundRow
	Row  []byte // the wire's line {"row":{…}}, masked: see Masked
	View []WholeSection
	Seen string // the mark of what is shown, for decisions; "": the reader decides nothing
}

// WholeSection is fields that are read together.
type WholeSection struct {
	Title  string
	Fields []WholeField
}

// WholeField is a field with the value that is shown and its words.
type WholeField struct {
	Field, Label string
	Value        zoufang.Value // nil of logs
	Text         string
	Conflict     bool
}

// Whole reads a record with every head and tag, and what people read of it. Without one
// it is refused as NotFound, also where the reader may not open it.
func (d *Desk) Whole(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID) (out Whole, err error) {
	var r *zoufang.Record
	err = d.read(ctx, u, func(l *reader) (err error) {
		if r, err = l.readable(kind, id); err != nil {
			return err
		}
		out, err = l.whole(r)
		return err
	})
	if err == nil {
		err = d.opens(ctx, u, r, d.from)
	}
	return out, err
}

func (l *reader) whole(r *zoufang.Record) (out Whole, err error) {
	if err := l.readForm(r); err != nil {
		return out, err
	}
	k := zoufang.KindOf(r.Kind)
	hit, err := catalog.Told(r, l.record)
	if err != nil {
		return out, err
	}
	if out.FoundRow, err = l.found(k, hit); err != nil {
		return out, err
	}
	masked := Masked(r)
	out.Row = masked.AppendRow(nil)
	if slices.Contains(Reviewers, l.u.Role) && !r.Public() {
		out.Seen = seenMark(r)
	}
	about, remarks := WholeSection{Title: "内容"}, WholeSection{Title: "备注与意见"}
	conflicts := r.Conflicts()
	for i := range k.Fields {
		f := &k.Fields[i]
		for _, name := range namesOf(r, f) {
			if f.Class == zoufang.Log {
				text, err := l.notes(r, k, name)
				if err != nil {
					return out, err
				}
				if text != "" {
					remarks.Fields = append(remarks.Fields, WholeField{Field: name, Label: l.label(k, name), Text: text})
				}
				continue
			}
			text, err := l.field(r, k, f, name)
			if err != nil {
				return out, err
			}
			if text == "" {
				continue
			}
			field := WholeField{name, l.label(k, name), shownValue(masked, f, name), text, slices.Contains(conflicts, name)}
			about.Fields = append(about.Fields, field)
		}
	}
	for _, s := range []WholeSection{about, remarks} {
		if len(s.Fields) > 0 {
			out.View = append(out.View, s)
		}
	}
	return out, nil
}

// namesOf is names for all classes.
func namesOf(r *zoufang.Record, f *zoufang.Field) []string {
	if f.Class != zoufang.Log || !f.Family() {
		return names(r, f)
	}
	var out []string
	for name := range r.Logs {
		if strings.HasPrefix(name, f.Name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// notes says the notes of a log, one a line.
func (l *reader) notes(r *zoufang.Record, k *zoufang.Kind, name string) (string, error) {
	var lines []string
	for _, n := range r.Logs[name] {
		text, err := l.value(k, name, n.Value)
		if err != nil {
			return "", err
		}
		who, err := l.person(r.Stamps[n.ID].User)
		if err != nil {
			return "", err
		}
		when, _ := l.d.when(r.Stamps[n.ID])
		lines = append(lines, who+" "+when+"："+text)
	}
	return strings.Join(lines, "\n"), nil
}

// shownValue is the value of a field that is shown; of a set, its elements in order.
func shownValue(masked *zoufang.Record, f *zoufang.Field, name string) zoufang.Value {
	switch f.Class {
	case zoufang.State:
		return zoufang.Quote(masked.State(name))
	case zoufang.Elements:
		out := []byte("[")
		for i, e := range elements(masked, name) {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, e...)
		}
		return append(out, ']')
	}
	v := masked.Shown(name)
	if v != nil && f.Sealed {
		return zoufang.Mask(v)
	}
	return v
}

// Events tells what happened to a record, latest first; earlier says in words that
// there was more before. Refused as Whole.
func (d *Desk) Events(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID) (events []Event, earlier string, err error) {
	var r *zoufang.Record
	err = d.read(ctx, u, func(l *reader) (err error) {
		if r, err = l.readable(kind, id); err != nil {
			return err
		}
		if err = l.readForm(r); err != nil {
			return err
		}
		events, earlier, err = l.history(r)
		return err
	})
	if err == nil {
		err = d.opens(ctx, u, r, d.from)
	}
	return events, earlier, err
}

// MediumOf gives what is known of a stored medium that a record names. Refused as Whole.
func (d *Desk) MediumOf(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, digest zoufang.Digest) (m *storage.Medium, err error) {
	var r *zoufang.Record
	err = d.read(ctx, u, func(l *reader) (err error) {
		if r, err = l.readable(kind, id); err != nil {
			return err
		}
		if !digest.Valid() || !slices.Contains(r.Media(), digest) {
			return refuse(NotFound)
		}
		if m, err = l.v.Medium(digest); err == nil && m == nil {
			err = refuse(NotFound)
		}
		return err
	})
	if err == nil {
		err = d.opens(ctx, u, r, d.from)
	}
	return m, err
}

// Open gives the values of one sealed field, the one that is shown first; why is kept
// in the account log before anything is given. Refused as Whole; Field where nothing
// there is sealed, Reason without one. from is the network address that asks.
func (d *Desk) Open(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, field, why, from string) (out []zoufang.Value, err error) {
	why, ok := reason(why)
	if !ok {
		return nil, refuse(Reason)
	}
	var area zoufang.AreaID
	err = d.read(ctx, u, func(l *reader) error {
		out = nil
		r, err := l.readable(kind, id)
		if err != nil {
			return err
		}
		f := zoufang.KindOf(r.Kind).Field(field)
		if h := r.Heads[field]; f == nil || !f.Sealed || h == nil || len(h.Live) == 0 {
			return refuse(Field)
		}
		area = r.Area
		for _, h := range r.Heads[field].Live {
			out = append(out, h.Value)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	told := storage.NewAudited(d.Now(), zoufang.AuditOpened, u.ID, from)
	told.Record, told.Field, told.Why, told.Area = id, field, why, area
	if err := d.Audit.AppendAudit(ctx, told); err != nil {
		return nil, err
	}
	return out, nil
}
