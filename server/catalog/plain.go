package catalog

import (
	"fmt"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/reading"
	"zoufang/storage"
)

// Plain answers by looking through every record of the kind in the areas. It is slow
// and says what is right. An unknown kind or facet is an error; zoufang.ErrDay.
func Plain(view storage.View, q Query) (Answer, error) {
	p := plain{view: view, q: q, kind: zoufang.KindOf(q.Kind), words: reading.QueryOf(q.Text)}
	answer := Answer{By: map[string]map[string]int{}}
	if p.kind == nil {
		return answer, fmt.Errorf("there is no kind %q", q.Kind)
	}
	var err error
	if p.from, p.to, err = zoufang.Days(q.From, q.To); err != nil {
		return answer, err
	}
	for _, facet := range q.Count {
		answer.By[facet] = map[string]int{}
	}
	if len(q.Areas) == 0 {
		return answer, nil
	}
	var failed error
	err = view.List(q.Kind, q.Areas, 0, 0, func(r *zoufang.Record) bool {
		var wanted bool
		if wanted, failed = p.wants(r); failed != nil {
			return false
		}
		if wanted {
			failed = p.take(r, &answer)
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	slices.SortFunc(answer.Hits, func(a, b Hit) int {
		if a.Before(b.Place) != q.Oldest {
			return 1
		}
		return -1
	})
	if answer.More = q.Limit > 0 && len(answer.Hits) > q.Limit; answer.More {
		answer.Hits = answer.Hits[:q.Limit]
	}
	return answer, err
}

type plain struct {
	view     storage.View
	q        Query
	kind     *zoufang.Kind
	from, to int64
	words    reading.Query
}

// wants reports whether a record matches.
func (p *plain) wants(r *zoufang.Record) (bool, error) {
	at := At(r)
	if p.q.Closed[r.Area] && r.TellsHarm() || p.q.From != "" && at < p.from || p.q.To != "" && at >= p.to {
		return false, nil
	}
	for facet, wanted := range p.q.Where {
		values, err := Values(p.view, r, facet)
		if err != nil || !slices.ContainsFunc(wanted, func(v string) bool { return slices.Contains(values, v) }) {
			return false, err
		}
	}
	if len(p.words) == 0 {
		return true, nil
	}
	texts, err := Names(p.view, r)
	names := make([]reading.Name, len(texts))
	for i, text := range texts {
		names[i] = reading.NameOf(text)
	}
	return p.words.Finds(names...), err
}

// take counts a record that matches, and keeps its place if it comes behind After.
func (p *plain) take(r *zoufang.Record, answer *Answer) error {
	answer.Count++
	for facet, by := range answer.By {
		values, err := Values(p.view, r, facet)
		if err != nil {
			return err
		}
		for _, v := range values {
			by[v]++
		}
	}
	place := Place{At(r), r.ID}
	if after := p.q.After; after == nil || place != *after && after.Before(place) == p.q.Oldest {
		answer.Hits = append(answer.Hits, Hit{place, r.Area})
	}
	return nil
}

// Values gives what a record counts under by a facet of its kind, each once, sorted.
func Values(view storage.View, r *zoufang.Record, facet string) ([]string, error) {
	f := zoufang.KindOf(r.Kind).Facet(facet)
	if f == nil {
		return nil, fmt.Errorf("%s has no facet %q", r.Kind, facet)
	}
	out := f.Values(r)
	if f.Through != "" {
		for _, e := range r.Sets[f.Through] {
			of, err := linked(view, r, e)
			if err != nil {
				return nil, err
			}
			if of == nil {
				continue
			}
			if through := zoufang.KindOf(of.Kind).Facet(f.Of); through != nil {
				out = append(out, through.Values(of)...)
			}
		}
	}
	out = slices.DeleteFunc(slices.Clone(out), func(v string) bool { return v == "" })
	slices.Sort(out)
	return slices.Compact(out), nil
}

// linked reads the record near this one that the first of the values names, or nil.
func linked(view storage.View, r *zoufang.Record, h *zoufang.Heads) (*zoufang.Record, error) {
	if h == nil || len(h.Live) == 0 {
		return nil, nil
	}
	id, _ := h.Live[0].Value.Text()
	if !zoufang.RecordID(id).Valid() {
		return nil, nil
	}
	of, err := view.Record(zoufang.RecordID(id))
	if err != nil || of == nil || !of.Area.Near(r.Area) || zoufang.KindOf(of.Kind) == nil {
		return nil, err
	}
	return of, nil
}

// Names gives the names a record is looked for by: its own, or those of the record it
// is named by, of the household it is about, and of the persons visited; only of
// records near it. Each once, sorted.
func Names(view storage.View, r *zoufang.Record) (out []string, err error) {
	k := zoufang.KindOf(r.Kind)
	add := func(of *zoufang.Record) {
		by := zoufang.KindOf(of.Kind)
		if f := by.Field(by.NamedBy); f != nil && f.Type == zoufang.Text {
			if name, _ := of.Shown(by.NamedBy).Text(); name != "" {
				out = append(out, name)
			}
		}
	}
	add(r)
	follow := func(from *zoufang.Record, field string) (*zoufang.Record, error) {
		if f := k.Field(field); from == r && (f == nil || f.Type != zoufang.Ref) {
			return nil, nil
		}
		return linked(view, from, from.Heads[field])
	}
	paths := k.Household
	if k.NamedBy != "" {
		paths = append([]string{k.NamedBy}, paths...)
	}
	for _, path := range paths {
		at := r
		for _, field := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' }) {
			if at, err = follow(at, field); err != nil || at == nil {
				break
			}
		}
		if err != nil {
			return nil, err
		}
		if at != nil && at != r {
			add(at)
		}
	}
	for _, e := range r.Sets["persons"] {
		of, err := linked(view, r, e)
		if err != nil {
			return nil, err
		}
		if of != nil && of.Kind == zoufang.KindPerson {
			add(of)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
