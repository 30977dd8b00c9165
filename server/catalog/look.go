package catalog

import (
	"zoufang/internal/reading"
)

// look finds the words of the question in the names of all that is in the areas.
func (s *scan) look(areas []*area) {
	s.want, s.found = s.words.All(), make([]uint16, len(s.c.subjects.of))
	told := map[string]uint16{} // many people bear one name
	for _, a := range areas {
		for p, sh := range a.shelves {
			if p != s.plan && (s.plan.own != "" || p.kind.Public) || !sh.named() {
				continue
			}
			for i, name := range sh.names {
				found, ok := told[name]
				if !ok {
					n := reading.NameOf(name)
					found = s.words.In(&n)
					told[name] = found
				}
				s.found[sh.self[i]] = found
			}
		}
	}
}
