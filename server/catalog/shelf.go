package catalog

import (
	"bytes"
	"slices"
	"sort"

	"zoufang/internal/fold"
)

// shelf is the records of one kind in one area as columns, sorted by id: some 45 bytes
// a record. It is changed under the catalog's lock alone.
type shelf struct {
	plan  *plan
	ids   []id
	at    []int64 // see At
	codes []code
	refs  []refs // by the place of the facet among plan.refs
	names []string
	keys  []string // what names are compared by: fold.Key
	self  []number // of kinds that others name

	deep   [][]uint32 // by the place of the facet among plan.deep, then by set, see deepen
	deepAt uint64     // subjects.moved when that was so
}

func newShelf(p *plan) *shelf {
	s := &shelf{plan: p, refs: make([]refs, len(p.refs))}
	for i := range s.refs {
		s.refs[i].reset()
	}
	return s
}

// find tells where a record is, or would be.
func (s *shelf) find(i id) (at int, there bool) {
	if n := len(s.ids); n > 0 && bytes.Compare(s.ids[n-1][:], i[:]) < 0 {
		return n, false // ids follow time
	}
	at = sort.Search(len(s.ids), func(k int) bool { return bytes.Compare(s.ids[k][:], i[:]) >= 0 })
	return at, at < len(s.ids) && s.ids[at] == i
}

// put shelves what an entry says, in place of what was there of its record. Entries that
// are put with one known share their sets.
func (s *shelf) put(c *Catalog, in *area, e *entry, known map[*refs]shared) {
	at, there := s.find(e.id)
	if !there {
		s.insert(at, e.id)
		if s.named() {
			s.self[at] = c.subjects.useID(e.id)
		}
	}
	s.at[at], s.codes[at] = e.at, c.codes[s.plan].number(e.key)
	for i := range s.refs {
		col := &s.refs[i]
		numbers := make([]number, len(e.refs[i]))
		for k, text := range e.refs[i] {
			numbers[k] = c.subjects.use(text)
		}
		if known[col] == nil {
			known[col] = shared{}
		}
		col.rows[at] = col.set(numbers, known[col], c.subjects)
	}
	if s.plan.own != "" {
		s.names[at], s.keys[at] = e.name, fold.Key(e.name)
		if s.keys[at] == e.name {
			s.keys[at] = e.name // one text for both
		}
	}
	if s.named() {
		c.subjects.name(s.self[at], row{in, s.plan, s.codes[at]})
	}
}

// named reports whether records of the kind have names, by which they and what names
// them are found.
func (s *shelf) named() bool { return s.plan.own != "" }

func (s *shelf) insert(at int, i id) {
	s.ids = slices.Insert(s.ids, at, i)
	s.at = slices.Insert(s.at, at, 0)
	s.codes = slices.Insert(s.codes, at, 0)
	for k := range s.refs {
		s.refs[k].rows = slices.Insert(s.refs[k].rows, at, 0)
	}
	if s.plan.own != "" {
		s.names = slices.Insert(s.names, at, "")
		s.keys = slices.Insert(s.keys, at, "")
	}
	if s.named() {
		s.self = slices.Insert(s.self, at, 0)
	}
}

// remove takes a record off, and reports whether it was there.
func (s *shelf) remove(c *Catalog, in *area, i id) bool {
	at, there := s.find(i)
	if !there {
		return false
	}
	s.ids = slices.Delete(s.ids, at, at+1)
	s.at = slices.Delete(s.at, at, at+1)
	s.codes = slices.Delete(s.codes, at, at+1)
	for k := range s.refs {
		s.refs[k].rows = slices.Delete(s.refs[k].rows, at, at+1)
	}
	if s.plan.own != "" {
		s.names = slices.Delete(s.names, at, at+1)
		s.keys = slices.Delete(s.keys, at, at+1)
	}
	if s.named() {
		c.subjects.unname(s.self[at], in)
		s.self = slices.Delete(s.self, at, at+1)
	}
	return true
}

// clear gives back all that the shelf uses.
func (s *shelf) clear(c *Catalog, in *area) {
	for _, n := range s.self {
		c.subjects.unname(n, in)
	}
	for i := range s.refs {
		for _, n := range s.refs[i].flat {
			c.subjects.drop(n)
		}
	}
}

// tidy throws away what no row has any more, and the room kept for more.
func (s *shelf) tidy(c *Catalog) {
	s.ids, s.at, s.codes = slices.Clip(s.ids), slices.Clip(s.at), slices.Clip(s.codes)
	s.names, s.keys, s.self = slices.Clip(s.names), slices.Clip(s.keys), slices.Clip(s.self)
	for i := range s.refs {
		s.refs[i].tidy(c.subjects)
	}
	s.deep = nil
}

// size is about how many bytes of memory the shelf takes.
func (s *shelf) size() int64 {
	n := int64(cap(s.ids)*16 + cap(s.at)*8 + cap(s.codes)*4 + cap(s.self)*4 + cap(s.names)*44)
	for i := range s.refs {
		col := &s.refs[i]
		n += int64(cap(col.rows)*4 + cap(col.ends)*4 + cap(col.flat)*4)
	}
	for _, of := range s.deep {
		n += int64(cap(of) * 4)
	}
	n += int64(len(s.self)) * 80 // their numbers
	return n
}
