package catalog

import (
	"slices"

	"zoufang"
)

// tell adds what a hit is called and counts under.
func (s *scan) tell(to *Hit, h *hit) {
	sh := h.in.shelves[s.plan]
	at, _ := sh.find(h.id)
	to.Title = s.title(sh, at)
	for i := range s.plan.kind.Facets {
		f := &s.plan.kind.Facets[i]
		var values []string
		if k := slices.Index(s.plan.few, f); k >= 0 {
			values = s.c.codes[s.plan].all[sh.codes[at]].values[k]
		} else if k := slices.Index(s.plan.refs, f); k >= 0 {
			values = s.texts(&sh.refs[k], at)
		} else {
			col := &sh.refs[s.plan.through(f)]
			values = s.c.valuesOf(f, col.at(col.rows[at]), func(in *area) bool { return s.areas[in] })
		}
		to.Facets = append(to.Facets, values)
	}
}

func (s *scan) texts(col *refs, at int) (out []string) {
	for _, n := range col.at(col.rows[at]) {
		out = append(out, s.c.subjects.text(n))
	}
	slices.Sort(out)
	return out
}

// title is the name of a row, or of what it is named by.
func (s *scan) title(sh *shelf, at int) string {
	if s.plan.own != "" {
		return sh.names[at]
	}
	k := slices.IndexFunc(s.plan.refs, func(f *zoufang.Facet) bool { return f.Name == s.plan.kind.NamedBy })
	if k < 0 {
		return ""
	}
	for _, n := range sh.refs[k].at(sh.refs[k].rows[at]) {
		of := s.c.subjects.rowOf(n, func(in *area) bool { return s.areas[in] })
		if of == nil || of.kind.kind.Public || of.kind.own == "" {
			continue
		}
		there := of.in.shelves[of.kind]
		if i, ok := there.find(s.c.subjects.of[n].id); ok {
			return there.names[i]
		}
	}
	return ""
}
