package desk

import (
	"slices"
	"sort"
	"strings"

	"zoufang"
)

// Review is what a reviewer may decide of a visit; nil where nothing.
type Review struct {
	Missing bool        // media are still on the phone
	Unseen  int         // media that came and cannot be seen or heard
	Twofold bool        // there are two values of something
	Fields  []Commented // that a comment can be pinned to
	Unsaid  []Commented // questions of the form that have no answer
}

// Commented is a field a comment can be pinned to.
type Commented struct{ Field, Label string }

// review gives what a reviewer may decide of a visit.
func (l *reader) review(r *zoufang.Record, v *RecordView) *Review {
	if r.Kind != zoufang.KindVisit || r.State("state") != zoufang.Submitted || v.Void != "" {
		return nil
	}
	out := &Review{Missing: len(r.Need) > 0, Unseen: len(r.Flaws), Twofold: len(r.Conflicts()) > 0}
	out.Fields, out.Unsaid = l.commentable(r, v)
	return out
}

// commentable lists the fields a comment can be pinned to: what is shown and what
// such a visit should have; and the questions of its form beside these.
func (l *reader) commentable(r *zoufang.Record, v *RecordView) (out, unsaid []Commented) {
	k := zoufang.KindOf(r.Kind)
	named := func(name string) func(Commented) bool {
		return func(c Commented) bool { return c.Field == name }
	}
	add := func(name string) {
		if !slices.ContainsFunc(out, named(name)) {
			out = append(out, Commented{name, l.label(k, name)})
		}
	}
	for _, s := range v.Sections {
		for _, f := range s.Fields {
			add(f.Field)
		}
	}
	for i := range k.Fields {
		if k.Fields[i].Shows&zoufang.Asked != 0 {
			add(k.Fields[i].Name)
		}
		if k.Fields[i].Name == photos {
			for _, p := range v.Photos {
				add(zoufang.OnPhoto(p.Digest))
			}
		}
	}
	typ, _ := r.Shown("type").Text()
	for _, name := range zoufang.SignaturesOf(typ) {
		add(name)
	}
	var signed []string
	for name := range r.Heads {
		if strings.HasPrefix(name, signature) {
			signed = append(signed, name)
		}
	}
	sort.Strings(signed)
	for _, name := range signed {
		add(name)
	}
	for _, name := range l.asks {
		if k.Field(name) != nil && !slices.ContainsFunc(out, named(name)) {
			unsaid = append(unsaid, Commented{name, l.label(k, name)})
		}
	}
	return out, unsaid
}
