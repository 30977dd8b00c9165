package catalog

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"zoufang"
	"zoufang/internal/reading"
)

// scan is one question while it is answered: one pass over the rows, in which a row is
// judged by its code, which few rows have of their own, and by the numbers it names.
//
// failed is a bit for each facet that is asked about: a row with none counts for all, a
// row with one counts for that facet alone.
type scan struct {
	q        Query
	plan     *plan
	from, to int64
	words    reading.Query
	asked    []asked
	deep     bool // something of the question follows ids

	c      *Catalog
	areas  map[*area]bool
	judged []uint32   // by code: failed, once it is told
	counts [][]uint32 // all that match, then for each asked those that fail it alone; by code
	refs   []refCount
	wide   []wideCount
	extras []*wide  // by the place among plan.deep, see extra
	found  []uint16 // words found, by number
	want   uint16
	page   page
	out    Answer
}

// asked is a facet that the question gives values of.
type asked struct {
	facet *zoufang.Facet
	want  []string
	few   int // its place among plan.few, else -1
	ref   int // its place among plan.refs, else -1
	deep  int // its place among plan.deep, else -1

	numbers []number // of a ref: the wanted ones
	known   []bool   // of deep: whether it is wanted, by wide number
}

const unjudged = math.MaxUint32

// maxAsked is how many facets one question may give values of.
const maxAsked = 30

func prepare(q Query) (*scan, error) {
	p := planned[q.Kind]
	if p == nil {
		return nil, fmt.Errorf("%w: there are no lists of %q", ErrQuestion, q.Kind)
	}
	s := &scan{q: q, plan: p, words: reading.QueryOf(q.Text)}
	var err error
	if s.from, s.to, err = zoufang.Days(q.From, q.To); err != nil {
		return nil, err
	}
	if q.From == "" {
		s.from = math.MinInt64
	}
	if q.To == "" {
		s.to = math.MaxInt64
	}
	for name, want := range q.Where {
		f := p.kind.Facet(name)
		if f == nil || len(s.asked) == maxAsked {
			return nil, fmt.Errorf("%w: %s has no facet %q", ErrQuestion, q.Kind, name)
		}
		a := asked{facet: f, want: want, few: slices.Index(p.few, f), ref: slices.Index(p.refs, f), deep: slices.Index(p.deep, f)}
		s.deep = s.deep || a.deep >= 0
		s.asked = append(s.asked, a)
	}
	for _, name := range q.Count {
		f := p.kind.Facet(name)
		if f == nil {
			return nil, fmt.Errorf("%w: %s has no facet %q", ErrQuestion, q.Kind, name)
		}
		s.deep = s.deep || f.Through != ""
	}
	return s, nil
}

// answer looks through the areas; the catalog is locked for reading.
func (s *scan) answer(c *Catalog, areas []*area) Answer {
	s.begin(c, areas)
	for _, a := range areas {
		if sh := a.shelves[s.plan]; sh != nil {
			s.shelf(a, sh)
		}
	}
	return s.end()
}

func (s *scan) begin(c *Catalog, areas []*area) {
	s.c, s.areas = c, map[*area]bool{}
	for _, a := range areas {
		s.areas[a] = true
	}
	s.judged = slices.Repeat([]uint32{unjudged}, len(c.codes[s.plan].all))
	for range len(s.asked) + 1 {
		s.counts = append(s.counts, make([]uint32, len(s.judged)))
	}
	s.page = page{limit: s.q.Limit, oldest: s.q.Oldest, after: s.q.After}
	for i := range s.asked {
		a := &s.asked[i]
		for _, want := range a.want {
			if n := c.subjects.find(want); a.ref >= 0 && n != 0 {
				a.numbers = append(a.numbers, n)
			}
		}
		if a.deep >= 0 {
			for _, values := range c.wide[a.facet].all {
				a.known = append(a.known, a.wants(values))
			}
		}
	}
	s.counting()
	if len(s.words) > 0 {
		s.look(areas)
	}
}

func (a *asked) wants(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(a.want, v) })
}

// judge tells which of the asked facets of few values a code fails.
func (s *scan) judge(n code) uint32 {
	of := &s.c.codes[s.plan].all[n]
	failed := uint32(0)
	for i := range s.asked {
		if a := &s.asked[i]; a.few >= 0 && !a.wants(of.values[a.few]) {
			failed |= 1 << i
		}
	}
	s.judged[n] = failed
	return failed
}

// shelf looks through one shelf.
func (s *scan) shelf(in *area, sh *shelf) {
	shut := s.q.Closed[in.id]
	row := s.rowsOf(sh)
	all := s.c.codes[s.plan].all
	for i, code := range sh.codes {
		if at := sh.at[i]; at < s.from || at >= s.to {
			continue
		}
		failed := s.judged[code]
		if failed == unjudged {
			failed = s.judge(code)
		}
		if shut && all[code].harm {
			continue
		}
		if row.fails != nil && failed&(failed-1) == 0 {
			failed |= row.failed(i)
		}
		if failed&(failed-1) != 0 || s.want != 0 && !row.found(i) {
			continue
		}
		which := 0
		if failed != 0 {
			which = 1 + bits.TrailingZeros32(failed)
		} else {
			s.out.Count++
			s.page.see(sh.at[i], sh.ids[i], in)
		}
		s.counts[which][code]++
		for k := range s.refs {
			s.refs[k].count(sh, i, failed)
		}
		for k := range s.wide {
			s.wide[k].count(row, i, failed)
		}
	}
}
