package catalog

// look finds the words of the question in the names of all that is in the areas.
func (s *scan) look(areas []*area) {
	s.want, s.found = s.words.All(), make([]uint16, len(s.c.subjects.of))
	finder := s.words.Finder()
	for _, a := range areas {
		for p, sh := range a.shelves {
			if p != s.plan && (s.plan.own != "" || p.kind.Public) || !sh.named() {
				continue
			}
			for i, key := range sh.keys {
				s.found[sh.self[i]] = finder.In(key)
			}
		}
	}
}
