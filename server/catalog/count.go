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

func (r *refCount) count(sh *shelf, i int, failed uint32) {
	if failed&^r.bit != 0 {
		return
	}
	col := &sh.refs[r.ref]
	for _, n := range col.at(col.rows[i]) {
		r.by[n]++
	}
}

// wideCount counts rows by what their sets count under.
type wideCount struct {
	deep, ref int
	bit       uint32
	by        []uint32
	facet     *zoufang.Facet
}

func (w *wideCount) count(r *rows, i int, failed uint32) {
	if failed&^w.bit != 0 {
		return
	}
	n := r.deep[w.deep][r.sh.refs[w.ref].rows[i]]
	for int(n) >= len(w.by) {
		w.by = append(w.by, 0)
	}
	w.by[n]++
}

// counting makes what is counted.
func (s *scan) counting() {
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

// end gives the answer.
func (s *scan) end() Answer {
	s.out.By = map[string]map[string]int{}
	for _, name := range s.q.Count {
		s.out.By[name] = map[string]int{}
	}
	for i, f := range s.plan.few {
		by := s.out.By[f.Name]
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
				s.out.By[r.name][s.c.subjects.text(number(n))] += int(count)
			}
		}
	}
	for _, w := range s.wide {
		for n, count := range w.by {
			if count == 0 {
				continue
			}
			for _, v := range s.valuesAt(w.deep, uint32(n)) {
				s.out.By[w.facet.Name][v] += int(count)
			}
		}
	}
	s.out.Hits, s.out.More = s.page.end()
	if s.q.Tell {
		for i := range s.out.Hits {
			s.tell(&s.out.Hits[i], &s.page.hits[i])
		}
	}
	return s.out
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
