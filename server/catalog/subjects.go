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
	free  []number
	moved uint64 // grows whenever a row of a subject comes, changes its code or goes
}

type subject struct {
	id   id
	odd  string
	uses uint32
	// Its own row, where it has one that is loaded. There are others while it moves, and
	// nobody has asked yet for the area it left.
	row  row
	more []row
}

// row is where the own row of a subject is, and what it counts under.
type row struct {
	in   *area // nil: nowhere
	kind *plan
	code code
}

func newSubjects() *subjects {
	return &subjects{byID: map[id]number{}, byOdd: map[string]number{}, of: make([]subject, 1)}
}

// use gives the number of a text and counts one more use of it.
func (s *subjects) use(text string) number {
	if r := zoufang.RecordID(text); r.Valid() {
		return s.useID(idOf(r))
	}
	n, ok := s.byOdd[text]
	if !ok {
		n = s.next()
		s.of[n] = subject{odd: text}
		s.byOdd[text] = n
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
	if of.odd != "" {
		delete(s.byOdd, of.odd)
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
	if of := &s.of[n]; of.odd != "" {
		return of.odd
	}
	return string(s.of[n].id.record())
}

// name notes where an own row of a subject is, and what it counts under.
func (s *subjects) name(n number, is row) {
	of := &s.of[n]
	at := of.rowIn(is.in)
	switch {
	case at == nil && of.row.in == nil:
		of.row = is
	case at == nil:
		of.more = append(of.more, is)
	case *at == is:
		return
	default:
		*at = is
	}
	s.moved++
}

// unname takes back that a row of a subject is in an area, and the use it made of it.
func (s *subjects) unname(n number, in *area) {
	of := &s.of[n]
	if at := of.rowIn(in); at != nil {
		*at = row{}
		if last := len(of.more) - 1; last >= 0 { // the last one takes its place
			*at, of.more = of.more[last], of.more[:last]
		}
		s.moved++
	}
	s.drop(n)
}

// rowIn gives the subject's row in an area, or nil.
func (of *subject) rowIn(in *area) *row {
	if of.row.in == in {
		return &of.row
	}
	for i := range of.more {
		if of.more[i].in == in {
			return &of.more[i]
		}
	}
	return nil
}

// rowAmong gives the subject's row in one of the areas, or nil.
func (of *subject) rowAmong(areas map[*area]bool) *row {
	if of.row.in != nil && areas[of.row.in] {
		return &of.row
	}
	for i := range of.more {
		if areas[of.more[i].in] {
			return &of.more[i]
		}
	}
	return nil
}
