package catalog

import (
	"math"
	"slices"

	"zoufang"
)

// wide numbers what the sets of a column count under by a facet that follows their ids.
type wide struct {
	all [][]string
	of  map[string]uint32
}

func newWide() *wide { return &wide{of: map[string]uint32{}} }

func (w *wide) number(values []string) uint32 {
	key := string(appendTexts(nil, values))
	n, ok := w.of[key]
	if !ok {
		n = uint32(len(w.all))
		w.all = append(w.all, values)
		w.of[key] = n
	}
	return n
}

// astray marks a set that names something of another area: what it counts under is told
// with each question, since it depends on the areas that are looked through.
const astray = math.MaxUint32

// through is the column that a facet follows.
func (p *plan) through(f *zoufang.Facet) int {
	return slices.IndexFunc(p.refs, func(r *zoufang.Facet) bool { return r.Name == f.Through })
}

// deepen brings what the shelf's sets count under up to date; the catalog is locked.
func (s *shelf) deepen(c *Catalog, in *area) {
	if s.deepAt != c.subjects.moved || s.deep == nil {
		s.deep = make([][]uint32, len(s.plan.deep))
	}
	for k, f := range s.plan.deep {
		col := &s.refs[s.plan.through(f)]
		for i := len(s.deep[k]); i < col.sets(); i++ {
			n, set := uint32(astray), col.at(uint32(i))
			if !slices.ContainsFunc(set, func(n number) bool { return c.subjects.rowIn(n, in) == nil }) {
				n = c.wide[f].number(c.valuesOf(f, set, func(at *area) bool { return at == in }))
			}
			s.deep[k] = append(s.deep[k], n)
		}
	}
	s.deepAt = c.subjects.moved
}

// stale reports whether deepen has something to do.
func (s *shelf) stale(c *Catalog) bool {
	if len(s.plan.deep) == 0 {
		return false
	}
	return s.deepAt != c.subjects.moved || s.deep == nil || len(s.deep[0]) != s.refs[s.plan.through(s.plan.deep[0])].sets()
}

// valuesOf gives what the records that a set names count under, of those in
// these areas.
func (c *Catalog) valuesOf(f *zoufang.Facet, set []number, these func(*area) bool) (out []string) {
	for _, n := range set {
		at := c.subjects.rowOf(n, these)
		if at == nil {
			continue
		}
		for i, own := range at.kind.few {
			if own.Name == f.Of {
				out = append(out, c.codes[at.kind].all[at.code].values[i]...)
			}
		}
	}
	return few(out)
}
