package staff

import (
	"slices"
	"sort"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/storage"
)

type visitPage struct {
	Head, Address, Village, Type, Author, When string
	State                                      chip
	Marks                                      []chip
	Void, Changed                              string
	Conflicts                                  []conflict
	Fields                                     []titled
	Photos                                     []photo
	Signatures                                 []signature
	Remarks                                    []remark
	History                                    []event
	Earlier                                    string
	ID                                         zoufang.RecordID
	Seen                                       string // what the page shows, see seenMark; "": the reader decides nothing
	Review                                     *review
	Why                                        string // a decision was not taken over
}

type titled struct{ Name, Title, Text string }

type conflict struct {
	Name, Title string
	Values      []said
}

// said is a value with who wrote it and when.
type said struct{ Text, Who, When, Span string }

type photo struct {
	Digest  zoufang.Digest
	Number  int
	Missing bool
}

type signature struct {
	Who     string
	Digest  zoufang.Digest
	Missing bool
	Lines   []string
}

type remark struct {
	Title, Text, Who, When, Span string
	Staff                        bool
}

// Visit shows one visit of the reader's areas.
func (s *Staff) Visit(c *fiber.Ctx, u *zoufang.User) error {
	r, err := s.visitOf(c, u)
	if err != nil {
		return err
	}
	return s.showVisit(c, u, r.ID, fiber.StatusOK, "", nil)
}

// showVisit shows a visit as it is now; why and typed are of a decision that was
// not taken over.
func (s *Staff) showVisit(c *fiber.Ctx, u *zoufang.User, id zoufang.RecordID, status int, why string, typed map[string]string) error {
	var p visitPage
	err := s.Records.View(c.UserContext(), func(v storage.View) error {
		l, err := s.lookup(v, u)
		if err != nil {
			return err
		}
		r, err := l.record(id)
		if err != nil {
			return err
		}
		if r == nil || r.Kind != "visit" {
			return problem.Of(problem.NotFound)
		}
		p, err = l.visitPage(r)
		return err
	})
	if err != nil {
		return err
	}
	p.Why = why
	if p.Review != nil {
		p.Review.fill(typed)
	}
	return s.show(c, status, "visit", page{Title: p.Head + " " + p.Type, User: u, Body: p})
}

func (l *lookup) visitPage(r *zoufang.Record) (p visitPage, err error) {
	if err := l.readForm(r); err != nil {
		return p, err
	}
	row, err := l.visitRow(r)
	if err != nil {
		return p, err
	}
	p = visitPage{Head: row.Head, Village: row.Village, Type: row.Type, Author: row.Author, When: row.When, State: row.State, Marks: row.Marks}
	if _, p.Address, err = l.household(r.Shown("household")); err != nil {
		return p, err
	}
	if v := r.Shown(zoufang.Void); v != nil && !v.IsNull() {
		if p.Void, err = l.value(zoufang.KindOf(r.Kind), zoufang.Void, v); err != nil {
			return p, err
		}
	}
	if r.Changed() {
		p.Changed = "核定以后内容又有改动，核定的人没有看到过。请对照“经过”再看一遍。"
		if p.Void != "" {
			p.Changed = "作废以后内容又有改动，作废的人没有看到过。"
		}
	}
	for _, part := range []func(*zoufang.Record, *visitPage) error{l.conflicts, l.fields, l.media, l.remarks} {
		if err := part(r, &p); err != nil {
			return p, err
		}
	}
	p.ID = r.ID
	if slices.Contains(Reviewers, l.u.Role) {
		p.Seen, p.Review = seenMark(r), l.review(r, &p)
	}
	p.History, p.Earlier, err = l.history(r)
	return p, err
}

func (l *lookup) conflicts(r *zoufang.Record, p *visitPage) error {
	k := zoufang.KindOf(r.Kind)
	for _, name := range r.Conflicts() {
		c := conflict{Name: name, Title: l.fieldTitle(k, name)}
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
			v := said{Text: text, Who: who}
			v.When, v.Span = l.s.when(st)
			c.Values = append(c.Values, v)
		}
		p.Conflicts = append(p.Conflicts, c)
	}
	return nil
}

// fields lists registers, groups and sets in the order of the table of kinds;
// what has a place of its own on the page is left out.
func (l *lookup) fields(r *zoufang.Record, p *visitPage) error {
	k := zoufang.KindOf(r.Kind)
	for i := range k.Fields {
		f := &k.Fields[i]
		if slices.Contains([]string{"household", "type", "photos", "signature.", "state", "form", zoufang.Void}, f.Name) {
			continue
		}
		for _, name := range l.names(r, f) {
			text, err := l.field(r, k, f, name)
			if err != nil {
				return err
			}
			if text != "" {
				p.Fields = append(p.Fields, titled{name, l.fieldTitle(k, name), text})
			}
		}
	}
	return nil
}

func (l *lookup) names(r *zoufang.Record, f *zoufang.Field) []string {
	if !strings.HasSuffix(f.Name, ".") {
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

func (l *lookup) field(r *zoufang.Record, k *zoufang.Kind, f *zoufang.Field, name string) (string, error) {
	switch f.Class {
	case zoufang.Register, zoufang.Group:
		v := r.Shown(name)
		if v == nil || v.IsNull() {
			return "", nil
		}
		return l.value(k, name, v)
	case zoufang.Elements:
		if f.Type == zoufang.Medium {
			if n := r.Elements(name); n > 0 {
				return plural(n, "段"), nil
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

// elements lists the live elements of a set in a fixed order.
func elements(r *zoufang.Record, name string) []zoufang.Value {
	var keys []string
	for key, tags := range r.Sets[name] {
		if len(tags.Live) > 0 {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	out := make([]zoufang.Value, len(keys))
	for i, key := range keys {
		out[i] = r.Sets[name][key].Live[0].Value
	}
	return out
}
