package catalog

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"

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
	judged []uint32   // by code: failed
	shut   []uint32   // the same where reports of harm are not there
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
	half := len(areas) / 2
	if rows := s.rows(areas); rows < worthTwo {
		half = 0
	}
	second := *s // shares what begin told
	second.counting()
	var done sync.WaitGroup
	if half > 0 {
		done.Go(func() { second.through(areas[:half]) })
	}
	s.counting()
	s.through(areas[half:])
	done.Wait()
	return s.end(&second)
}

// worthTwo is how many rows two goroutines look through sooner than one.
var worthTwo = 50_000

func (s *scan) rows(areas []*area) (n int) {
	for _, a := range areas {
		if sh := a.shelves[s.plan]; sh != nil {
			n += len(sh.ids)
		}
	}
	return n
}

func (s *scan) through(areas []*area) {
	for _, a := range areas {
		if sh := a.shelves[s.plan]; sh != nil {
			s.shelf(a, sh)
		}
	}
}

// begin tells what holds for all rows.
func (s *scan) begin(c *Catalog, areas []*area) {
	s.c, s.areas = c, map[*area]bool{}
	for _, a := range areas {
		s.areas[a] = true
	}
	s.judge(c.codes[s.plan].all)
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
	if len(s.words) > 0 {
		s.look(areas)
	}
}

func (a *asked) wants(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(a.want, v) })
}

// judge tells of each code which of the asked facets of few values it fails.
func (s *scan) judge(codes []counted) {
	s.judged, s.shut = make([]uint32, len(codes)), make([]uint32, len(codes))
	for n := range codes {
		for i := range s.asked {
			if a := &s.asked[i]; a.few >= 0 && !a.wants(codes[n].values[a.few]) {
				s.judged[n] |= 1 << i
			}
		}
		if s.shut[n] = s.judged[n]; codes[n].harm {
			s.shut[n] = twice
		}
	}
}

// twice is more than one facet failed: the row counts for nothing.
const twice = math.MaxUint32

// shelf looks through one shelf.
func (s *scan) shelf(in *area, sh *shelf) {
	judged, all := s.judged, s.counts[0]
	if s.q.Closed[in.id] {
		judged = s.shut
	}
	row := s.rowsOf(sh)
	tallies := s.tallies(row)
	dated, named, plain := s.q.From != "" || s.q.To != "", s.want != 0, len(row.fails) == 0
	for i, code := range sh.codes {
		failed := judged[code]
		if failed&(failed-1) != 0 {
			continue
		}
		at := sh.at[i]
		if dated && (at < s.from || at >= s.to) {
			continue
		}
		if !plain {
			if failed |= row.failed(i); failed&(failed-1) != 0 {
				continue
			}
		}
		if named && !row.found(i) {
			continue
		}
		if failed == 0 {
			all[code]++
			if at >= s.page.from && at <= s.page.to {
				s.page.see(at, sh.ids[i], in)
			}
		} else {
			s.counts[1+bits.TrailingZeros32(failed)][code]++
		}
		for k := range tallies {
			if t := &tallies[k]; failed&^t.bit == 0 {
				t.by[t.rows[i]]++
			}
		}
	}
	for k := range tallies {
		tallies[k].end()
	}
}
