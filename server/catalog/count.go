package catalog

import (
	"slices"

	"zoufang"
)

// refCount counts rows by the numbers of one column.
type refCount struct {
	ref  int
	bit  uint32 // of the facet where it is asked about: rows that fail it alone count too
	by   []uint32
	name string
}

// wideCount counts rows by what their sets count under.
type wideCount struct {
	deep, ref int
	bit       uint32
	by        []uint32
	facet     *zoufang.Facet
}

// tally counts the rows of one shelf by their sets.
type tally struct {
	rows []uint32
	bit  uint32
	by   []uint32 // by set
	end  func()   // adds it to what is counted
}

func (s *scan) tallies(r *rows) (out []tally) {
	for k := range s.refs {
		c := &s.refs[k]
		col := &r.sh.refs[c.ref]
		by := make([]uint32, col.sets())
		out = append(out, tally{col.rows, c.bit, by, func() {
			for i, n := range by {
				for _, number := range col.at(uint32(i)) {
					c.by[number] += n
				}
			}
		}})
	}
	for k := range s.wide {
		w := &s.wide[k]
		col := &r.sh.refs[w.ref]
		by := make([]uint32, col.sets())
		out = append(out, tally{col.rows, w.bit, by, func() {
			for i, n := range by {
				at := r.deep[w.deep][i]
				for int(at) >= len(w.by) {
					w.by = append(w.by, 0)
				}
				w.by[at] += n
			}
		}})
	}
	return out
}

// counting makes what is counted, and the page.
func (s *scan) counting() {
	s.page = newPage(s.q)
	for range len(s.asked) + 1 {
		s.counts = append(s.counts, make([]uint32, len(s.judged)))
	}
	for i, f := range s.plan.refs {
		if slices.Contains(s.q.Count, f.Name) {
			s.refs = append(s.refs, refCount{ref: i, bit: s.bit(f), by: make([]uint32, len(s.c.subjects.of)), name: f.Name})
		}
	}
	for i, f := range s.plan.deep {
		w := wideCount{deep: i, ref: s.plan.through(f), bit: s.bit(f), facet: f}
		if slices.Contains(s.q.Count, f.Name) {
			w.by = make([]uint32, len(s.c.wide[f].all))
			s.wide = append(s.wide, w)
		}
	}
}

func (s *scan) bit(f *zoufang.Facet) uint32 {
	for i := range s.asked {
		if s.asked[i].facet == f {
			return 1 << i
		}
	}
	return 0
}

// end gives the answer of two scans that looked through half of the areas each.
func (s *scan) end(second *scan) Answer {
	s.out.By = map[string]map[string]int{}
	for _, name := range s.q.Count {
		s.out.By[name] = map[string]int{}
	}
	s.sum(&s.out)
	second.sum(&s.out)
	s.page.hits = append(s.page.hits, second.page.hits...)
	s.out.Hits, s.out.More = s.page.end()
	if s.q.Tell {
		for i := range s.out.Hits {
			s.tell(&s.out.Hits[i], &s.page.hits[i])
		}
	}
	return s.out
}

// sum adds what a scan has counted.
func (s *scan) sum(out *Answer) {
	for _, n := range s.counts[0] {
		out.Count += int(n)
	}
	for i, f := range s.plan.few {
		by := out.By[f.Name]
		if by == nil {
			continue
		}
		s.few(by, i, s.counts[0])
		for k := range s.asked {
			if s.asked[k].facet == f {
				s.few(by, i, s.counts[1+k])
			}
		}
	}
	for _, r := range s.refs {
		for n, count := range r.by {
			if count > 0 {
				out.By[r.name][s.c.subjects.text(number(n))] += int(count)
			}
		}
	}
	for _, w := range s.wide {
		for n, count := range w.by {
			if count == 0 {
				continue
			}
			for _, v := range s.valuesAt(w.deep, uint32(n)) {
				out.By[w.facet.Name][v] += int(count)
			}
		}
	}
}

func (s *scan) few(by map[string]int, facet int, counts []uint32) {
	for code, n := range counts {
		if n > 0 {
			for _, v := range s.c.codes[s.plan].all[code].values[facet] {
				by[v] += int(n)
			}
		}
	}
}
