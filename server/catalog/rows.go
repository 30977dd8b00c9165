package catalog

import "slices"

// rows is what a question needs of one shelf beside its codes, made once a shelf: it is
// told by sets, of which there are fewer than rows.
type rows struct {
	s     *scan
	sh    *shelf
	fails []setFails
	deep  [][]uint32 // by the place among plan.deep, then by set
	words [][]uint16 // words found, by the place among plan.refs, then by set
}

// setFails tells for each set of a column whether it fails an asked facet.
type setFails struct {
	rows []uint32
	sets []bool
	bit  uint32
}

func (s *scan) rowsOf(sh *shelf) *rows {
	r := &rows{s: s, sh: sh}
	if s.deep {
		r.deep = s.deepOf(sh)
	}
	for i := range s.asked {
		switch a := &s.asked[i]; {
		case a.ref >= 0:
			col := &sh.refs[a.ref]
			fails := make([]bool, col.sets())
			for k, set := range col.all() {
				fails[k] = !slices.ContainsFunc(set, func(n number) bool { return slices.Contains(a.numbers, n) })
			}
			r.fails = append(r.fails, setFails{col.rows, fails, 1 << i})
		case a.deep >= 0:
			fails := make([]bool, len(r.deep[a.deep]))
			for k, n := range r.deep[a.deep] {
				fails[k] = !a.passes(s, n)
			}
			r.fails = append(r.fails, setFails{sh.refs[s.plan.through(a.facet)].rows, fails, 1 << i})
		}
	}
	if s.want != 0 && s.plan.own == "" {
		for i := range sh.refs {
			col := &sh.refs[i]
			found := make([]uint16, col.sets())
			for k, set := range col.all() {
				for _, n := range set {
					found[k] |= s.found[n]
				}
			}
			r.words = append(r.words, found)
		}
	}
	return r
}

// failed tells which asked facets a row fails by what it names.
func (r *rows) failed(i int) (failed uint32) {
	for k := range r.fails {
		if f := &r.fails[k]; f.sets[f.rows[i]] {
			failed |= f.bit
		}
	}
	return failed
}

// found reports whether all words are in the names that a row is found by.
func (r *rows) found(i int) bool {
	if r.words == nil {
		return r.s.found[r.sh.self[i]] == r.s.want
	}
	var found uint16
	for k := range r.words {
		found |= r.words[k][r.sh.refs[k].rows[i]]
	}
	return found == r.s.want
}

// deepOf gives what the sets of a shelf count under by the facets that follow ids.
func (s *scan) deepOf(sh *shelf) [][]uint32 {
	out := make([][]uint32, len(s.plan.deep))
	for k, f := range s.plan.deep {
		out[k] = sh.deep[k]
		if !slices.Contains(sh.deep[k], astray) {
			continue
		}
		out[k] = slices.Clone(sh.deep[k])
		for i, set := range sh.refs[s.plan.through(f)].all() {
			if out[k][i] == astray {
				out[k][i] = s.extra(k, s.c.valuesOf(f, set, func(at *area) bool { return s.areas[at] }))
			}
		}
	}
	return out
}

// extra numbers values of this question alone, behind those that the catalog numbers.
func (s *scan) extra(deep int, values []string) uint32 {
	if s.extras == nil {
		s.extras = make([]*wide, len(s.plan.deep))
		for i := range s.extras {
			s.extras[i] = newWide()
		}
	}
	return uint32(len(s.c.wide[s.plan.deep[deep]].all)) + s.extras[deep].number(values)
}

// valuesAt gives the values of a number of deepOf.
func (s *scan) valuesAt(deep int, n uint32) []string {
	all := s.c.wide[s.plan.deep[deep]].all
	if int(n) < len(all) {
		return all[n]
	}
	return s.extras[deep].all[int(n)-len(all)]
}

func (a *asked) passes(s *scan, n uint32) bool {
	if int(n) < len(a.known) {
		return a.known[n]
	}
	return a.wants(s.valuesAt(a.deep, n))
}
