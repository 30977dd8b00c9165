package catalog

import (
	"fmt"
	"slices"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/reading"
	"zoufang/storage"
)

// Plain answers by looking through every record of the kind in the areas. It is slow
// and says what is right. ErrQuestion, zoufang.ErrDay.
func Plain(view storage.View, q Query) (Answer, error) {
	p := plain{q: q, kind: zoufang.KindOf(q.Kind), words: reading.QueryOf(q.Text)}
	p.record = func(id zoufang.RecordID) (*zoufang.Record, error) {
		r, err := view.Record(id)
		if err != nil || r == nil || !slices.Contains(q.Areas, r.Area) {
			return nil, err
		}
		return r, nil
	}
	answer := Answer{By: map[string]map[string]int{}}
	if p.kind == nil {
		return answer, fmt.Errorf("%w: there is no kind %q", ErrQuestion, q.Kind)
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
		failed = p.take(r, &answer)
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
	q        Query
	record   func(zoufang.RecordID) (*zoufang.Record, error) // of the areas looked through; else nil
	kind     *zoufang.Kind
	from, to int64
	words    reading.Query
}

// take looks at one record: it counts where it matches, and for a facet where it
// matches all but what is asked of that facet itself.
func (p *plain) take(r *zoufang.Record, answer *Answer) error {
	at := At(r)
	if p.q.Closed[r.Area] && r.TellsHarm() || p.q.From != "" && at < p.from || p.q.To != "" && at >= p.to {
		return nil
	}
	if found, err := p.finds(r); err != nil || !found {
		return err
	}
	var failed []string
	for facet, wanted := range p.q.Where {
		values, err := p.values(r, facet)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(wanted, func(v string) bool { return slices.Contains(values, v) }) {
			failed = append(failed, facet)
		}
	}
	for facet, by := range answer.By {
		if len(failed) > 1 || len(failed) == 1 && failed[0] != facet {
			continue
		}
		values, err := p.values(r, facet)
		if err != nil {
			return err
		}
		for _, v := range values {
			by[v]++
		}
	}
	if len(failed) > 0 {
		return nil
	}
	answer.Count++
	place := Place{at, r.ID}
	if after := p.q.After; after == nil || place != *after && after.Before(place) == p.q.Oldest {
		hit := Hit{Place: place, Area: r.Area}
		if p.q.Tell {
			var err error
			if hit, err = p.tell(r); err != nil {
				return err
			}
		}
		answer.Hits = append(answer.Hits, hit)
	}
	return nil
}

// Told gives a record, of a kind that there is, as a hit of a question that is told.
// record reads what may be told of with it, and gives nil for all else.
func Told(r *zoufang.Record, record func(zoufang.RecordID) (*zoufang.Record, error)) (Hit, error) {
	p := plain{record: record, kind: zoufang.KindOf(r.Kind)}
	return p.tell(r)
}

func (p *plain) tell(r *zoufang.Record) (hit Hit, err error) {
	hit = Hit{Place: Place{At(r), r.ID}, Area: r.Area}
	if hit.Title, err = p.title(r); err != nil {
		return hit, err
	}
	for _, f := range p.kind.Facets {
		values, err := p.values(r, f.Name)
		if err != nil {
			return hit, err
		}
		hit.Facets = append(hit.Facets, values)
	}
	return hit, nil
}

func (p *plain) title(r *zoufang.Record) (string, error) {
	if own := ownName(p.kind); own != "" {
		name, _ := r.Shown(own).Text()
		return fold.Mask(name), nil
	}
	id, _ := r.Shown(p.kind.NamedBy).Text()
	of, err := p.linked(id)
	if err != nil || of == nil || of.Public() {
		return "", err
	}
	if own := ownName(zoufang.KindOf(of.Kind)); own != "" {
		name, _ := of.Shown(own).Text()
		return fold.Mask(name), nil
	}
	return "", nil
}

// finds reports whether the words that are looked for are in the record's names.
func (p *plain) finds(r *zoufang.Record) (bool, error) {
	if len(p.words) == 0 {
		return true, nil
	}
	texts, err := p.names(r)
	names := make([]reading.Name, len(texts))
	for i, text := range texts {
		names[i] = reading.NameOf(text)
	}
	return p.words.Finds(names...), err
}

// values gives what a record counts under by a facet of its kind, each once, sorted.
func (p *plain) values(r *zoufang.Record, facet string) ([]string, error) {
	k := zoufang.KindOf(r.Kind)
	f := k.Facet(facet)
	if f == nil {
		return nil, fmt.Errorf("%w: %s has no facet %q", ErrQuestion, r.Kind, facet)
	}
	if f.Through == "" {
		return few(f.Values(r)), nil
	}
	var out []string
	for _, id := range k.Facet(f.Through).Values(r) {
		of, err := p.linked(id)
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
	return few(out), nil
}

// few gives each value once, in order, as it may be shown: numbers of persons are masked
// wherever somebody wrote them, ids are left alone. "" is none.
func few(values []string) []string {
	out := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	for i := range out {
		out[i] = fold.Mask(out[i])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// linked reads the record that a text names, where there is one to be told of; or nil.
func (p *plain) linked(id string) (*zoufang.Record, error) {
	if !zoufang.RecordID(id).Valid() {
		return nil, nil
	}
	return p.record(zoufang.RecordID(id))
}

// names gives the names a record is found by: its own; where its kind has none, those of
// the records it names.
func (p *plain) names(r *zoufang.Record) (out []string, err error) {
	k := zoufang.KindOf(r.Kind)
	if own := ownName(k); own != "" {
		name, _ := r.Shown(own).Text()
		return []string{fold.Mask(name)}, nil
	}
	for i := range k.Facets {
		f := &k.Facets[i]
		if !f.IDs {
			continue
		}
		for _, id := range f.Values(r) {
			of, err := p.linked(id)
			if err != nil {
				return nil, err
			}
			if of == nil || of.Public() {
				continue
			}
			if own := ownName(zoufang.KindOf(of.Kind)); own != "" {
				name, _ := of.Shown(own).Text()
				out = append(out, fold.Mask(name))
			}
		}
	}
	return out, nil
}

// ownName is the field that a record of a kind is named by itself, or "".
func ownName(k *zoufang.Kind) string {
	if f := k.Field(k.NamedBy); f != nil && f.Type == zoufang.Text {
		return f.Name
	}
	return ""
}
