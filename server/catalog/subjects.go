package catalog

import (
	"zoufang"
)

// number stands for a text that columns name: the id of a household, a person, a user.
// 0 is none.
type number = uint32

// subjects numbers what columns name, and knows of each where its own row is. A number
// that nothing uses any more is given again.
type subjects struct {
	byID  map[id]number
	byOdd map[string]number // texts that are no ids: a phone may have written anything
	of    []subject
	odd   map[number]string
	more  map[number][]row // of those that move, while nobody has asked for the area they left
	free  []number
	moved uint64 // grows whenever a row of a subject comes, changes its code or goes
}

type subject struct {
	id   id // noughts: an odd one
	uses uint32
	row  row // its own, where it has one that is loaded
}

// row is where the own row of a subject is, and what it counts under.
type row struct {
	in   *area // nil: nowhere
	kind *plan
	code code
}

func newSubjects() *subjects {
	return &subjects{byID: map[id]number{}, byOdd: map[string]number{}, of: make([]subject, 1), odd: map[number]string{}, more: map[number][]row{}}
}

// use gives the number of a text and counts one more use of it.
func (s *subjects) use(text string) number {
	if r := zoufang.RecordID(text); r.Valid() {
		return s.useID(idOf(r))
	}
	n, ok := s.byOdd[text]
	if !ok {
		n = s.next()
		s.byOdd[text], s.odd[n] = n, text
	}
	s.of[n].uses++
	return n
}

func (s *subjects) useID(i id) number {
	n, ok := s.byID[i]
	if !ok {
		n = s.next()
		s.of[n] = subject{id: i}
		s.byID[i] = n
	}
	s.of[n].uses++
	return n
}

func (s *subjects) next() number {
	if last := len(s.free) - 1; last >= 0 {
		n := s.free[last]
		s.free = s.free[:last]
		return n
	}
	s.of = append(s.of, subject{})
	return number(len(s.of) - 1)
}

// drop takes back a use.
func (s *subjects) drop(n number) {
	if n == 0 {
		return
	}
	of := &s.of[n]
	if of.uses--; of.uses > 0 {
		return
	}
	if text, odd := s.odd[n]; odd {
		delete(s.byOdd, text)
		delete(s.odd, n)
	} else {
		delete(s.byID, of.id)
	}
	*of = subject{}
	s.free = append(s.free, n)
}

// find gives the number of a text, 0 where nothing uses it.
func (s *subjects) find(text string) number {
	if r := zoufang.RecordID(text); r.Valid() {
		return s.byID[idOf(r)]
	}
	return s.byOdd[text]
}

func (s *subjects) text(n number) string {
	if text, odd := s.odd[n]; odd {
		return text
	}
	return string(s.of[n].id.record())
}

// name notes where an own row of a subject is, and what it counts under.
func (s *subjects) name(n number, is row) {
	at := s.rowIn(n, is.in)
	switch {
	case at == nil && s.of[n].row.in == nil:
		s.of[n].row = is
	case at == nil:
		s.more[n] = append(s.more[n], is)
	case *at == is:
		return
	default:
		*at = is
	}
	s.moved++
}

// unname takes back that a row of a subject is in an area, and the use it made of it.
func (s *subjects) unname(n number, in *area) {
	if at := s.rowIn(n, in); at != nil {
		*at = row{}
		if last := len(s.more[n]) - 1; last >= 0 { // the last one takes its place
			*at, s.more[n] = s.more[n][last], s.more[n][:last]
		}
		if len(s.more[n]) == 0 {
			delete(s.more, n)
		}
		s.moved++
	}
	s.drop(n)
}

// rowIn gives a subject's row in an area, or nil.
func (s *subjects) rowIn(n number, in *area) *row {
	return s.rowOf(n, func(at *area) bool { return at == in })
}

// rowOf gives a subject's row in an area that is one of these, or nil.
func (s *subjects) rowOf(n number, these func(*area) bool) *row {
	if of := &s.of[n]; of.row.in != nil && these(of.row.in) {
		return &of.row
	}
	more := s.more[n]
	for i := range more {
		if these(more[i].in) {
			return &more[i]
		}
	}
	return nil
}
