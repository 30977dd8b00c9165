package desk

import (
	"context"
	"slices"
	"sort"
	"strings"

	"zoufang"
)

// RecordView is a record of any kind as people read it. Texts are in words; ids are
// for programs.
type RecordView struct {
	Row
	Address    string
	Void       string // why it is void, in words; "": it is not
	Changed    string // what a sentence says of edits that nobody who decided saw
	Conflicts  []Conflict
	Sections   []Section
	Photos     []Photo
	Recordings []Recording
	Signed     []Signature
	Remarks    []Remark
	History    []Event
	Earlier    string // that the history begins before it
	Seen       string // the mark of what is shown, for decisions; "": the reader decides nothing
	Review     *Review
	Harm       bool // it is a report of harm to a child: opening it, and its media, is told
}

// Section is fields that are read together, in the order of the table of kinds.
type Section struct {
	Title  string
	Fields []Shown
}

// Shown is a field with what it says, and the records of the reader's that it names.
type Shown struct {
	Field, Label, Text string
	Links              []Link
}

// Link names a record.
type Link struct {
	Text, Kind string
	To         zoufang.RecordID
}

// Conflict is a field with more than one distinct value (两种说法), the one shown
// first first.
type Conflict struct {
	Field, Label string
	Values       []Said
}

// Said is a value with who wrote it and when.
type Said struct {
	Text, Who, When, Span string
	By                    zoufang.CommitID
}

// Remark is a note, or a comment on a field, whose label is its Title.
type Remark struct {
	Title, Text, Who, When, Span string
	Staff                        bool
}

// Record opens a record of the reader's areas, asked for from a network address; kind ""
// stands for any that is not public. Without one it is refused as NotFound.
func (d *Desk) Record(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, from string) (out RecordView, err error) {
	var r *zoufang.Record
	err = d.read(ctx, u, func(l *reader) (err error) {
		if r, err = l.recordOf(kind, id); err != nil {
			return err
		}
		out, err = l.view(r)
		return err
	})
	if err == nil {
		err = d.opens(ctx, u, r, from)
	}
	return out, err
}

func (l *reader) view(r *zoufang.Record) (v RecordView, err error) {
	v.Harm = r.TellsHarm()
	if err := l.readForm(r); err != nil {
		return v, err
	}
	if v.Row, err = l.row(r); err != nil {
		return v, err
	}
	if _, v.Address, err = l.household(r.Shown(zoufang.KindHousehold)); err != nil {
		return v, err
	}
	if r.Voided() {
		if v.Void, err = l.value(zoufang.KindOf(r.Kind), zoufang.Void, r.Shown(zoufang.Void)); err != nil {
			return v, err
		}
	}
	if r.Changed() {
		v.Changed = "核定以后内容又有改动，核定的人没有看到过。请对照“经过”再看一遍。"
		if v.Void != "" {
			v.Changed = "作废以后内容又有改动，作废的人没有看到过。"
		}
	}
	for _, part := range []func(*zoufang.Record, *RecordView) error{l.conflicts, l.fields, l.media, l.remarks} {
		if err := part(r, &v); err != nil {
			return v, err
		}
	}
	if slices.Contains(Reviewers, l.u.Role) {
		v.Seen, v.Review = seenMark(r), l.review(r, &v)
	}
	v.History, v.Earlier, err = l.history(r)
	return v, err
}

func (l *reader) conflicts(r *zoufang.Record, v *RecordView) error {
	k := zoufang.KindOf(r.Kind)
	for _, name := range r.Conflicts() {
		c := Conflict{Field: name, Label: l.label(k, name)}
		for _, h := range r.Heads[name].Live {
			text, err := l.value(k, name, h.Value)
			if err != nil {
				return err
			}
			st := r.Stamps[h.ID]
			who, err := l.person(st.User)
			if err != nil {
				return err
			}
			said := Said{Text: text, Who: who, By: h.ID}
			said.When, said.Span = l.d.when(st)
			c.Values = append(c.Values, said)
		}
		v.Conflicts = append(v.Conflicts, c)
	}
	return nil
}

// fields lists registers, groups, sets and states in the order of the table of
// kinds; what has a place of its own on the page is left out.
func (l *reader) fields(r *zoufang.Record, v *RecordView) error {
	k := zoufang.KindOf(r.Kind)
	section := Section{Title: "内容"}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Shows&zoufang.Apart != 0 {
			continue
		}
		for _, name := range names(r, f) {
			text, err := l.field(r, k, f, name)
			if err != nil {
				return err
			}
			if text != "" {
				links, err := l.links(r, f, name)
				if err != nil {
					return err
				}
				section.Fields = append(section.Fields, Shown{name, l.label(k, name), text, links})
			}
		}
	}
	v.Sections = []Section{section}
	return nil
}

// links gives the records that a field names, where the reader sees all of them.
func (l *reader) links(r *zoufang.Record, f *zoufang.Field, name string) (out []Link, err error) {
	if f.Type != zoufang.Ref {
		return nil, nil
	}
	named := elements(r, name)
	if f.Class == zoufang.Register {
		named = []zoufang.Value{r.Shown(name)}
	}
	for _, v := range named {
		id, _ := v.Text()
		to, err := l.record(zoufang.RecordID(id))
		if err != nil || to == nil {
			return nil, err
		}
		title, err := l.title(to)
		if err != nil {
			return nil, err
		}
		out = append(out, Link{title, to.Kind, to.ID})
	}
	return out, nil
}

// names lists the names under which a record has values of a field or family.
func names(r *zoufang.Record, f *zoufang.Field) []string {
	if !f.Family() {
		return []string{f.Name}
	}
	var out []string
	for name := range r.Heads {
		if strings.HasPrefix(name, f.Name) {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func (l *reader) field(r *zoufang.Record, k *zoufang.Kind, f *zoufang.Field, name string) (string, error) {
	switch f.Class {
	case zoufang.Register, zoufang.Group:
		v := r.Shown(name)
		if v == nil || v.IsNull() {
			return "", nil
		}
		return l.value(k, name, v)
	case zoufang.State:
		return Words(f, r.State(name)), nil
	case zoufang.Elements:
		if f.Type == zoufang.Medium {
			if n := r.Elements(name); n > 0 {
				return plural(n, f.Unit), nil
			}
			return "", nil
		}
		var parts []string
		for _, e := range elements(r, name) {
			text, err := l.value(k, name, e)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, "、"), nil
	}
	return "", nil
}

// elements lists the live elements of a set in the order they are shown in.
func elements(r *zoufang.Record, name string) []zoufang.Value {
	keys := r.InOrder(name)
	out := make([]zoufang.Value, len(keys))
	for i, key := range keys {
		out[i] = r.Sets[name][key].Live[0].Value
	}
	return out
}
