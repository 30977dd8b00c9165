package e2e_test

import (
	"slices"
	"testing"
)

func TestCursor(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	all := []string{county, town, dong}
	l, one := wang.household(nil)
	first := wang.asks(ask{}, l).said()
	scope := first.first["scope"].(M)
	if !slices.Equal(texts(scope["areas"]), []string{dong}) || !slices.Equal(texts(scope["above"]), []string{county, town}) || scope["version"] == nil {
		t.Errorf("scope %v", scope)
	}
	if !sameSet(first.fresh(), all) || first.rows[one] == nil || first.more || first.first["min_app"] == nil {
		t.Errorf("first reply: %v, rows %v", first.first, first.order)
	}
	s.restart() // cursors are worth the same afterwards
	idle := wang.asks(ask{cursor: first.cursor, epoch: first.epoch(), last: id(l)}).said()
	if _, told := idle.first["scope"]; told || len(idle.fresh()) > 0 || len(idle.order) > 0 || len(idle.sum) != 3 || len(idle.body) > 900 {
		t.Errorf("idle reply: %s", idle.body)
	}
	if idle.time() < first.time() {
		t.Errorf("time went from %d to %d", first.time(), idle.time())
	}
	l, two := wang.household(nil)
	next := wang.asks(ask{cursor: idle.cursor}, l).said()
	if !slices.Equal(next.order, []string{two}) || next.rows[two].Seq <= first.rows[one].Seq {
		t.Errorf("rows %v, want %s alone", next.order, two)
	}
	// A cursor may be used again: its reply was lost.
	if again := wang.asks(ask{cursor: first.cursor}).said(); !slices.Equal(again.order, []string{two}) {
		t.Errorf("rows %v, want %s alone", again.order, two)
	}
}

// What is no cursor counts as none: everything is read from 0, and replaced.
func TestCursorsNobodyCanRead(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", farTown)
	_, rid := wang.household(nil)
	wang.saves(L{"new", rid, "household", dong, M{}})
	mine := wang.asks(ask{}).said().cursor.(string)
	cut, turned := mine[:len(mine)-3], "B"+mine[1:]
	for what, cursor := range map[string]any{"null": nil, "empty": "", "garbage": "garbage", "a number": 7, "an object": M{"a": 1}, "a list": L{},
		"cut": cut, "of another form": turned, "long": string(make([]byte, 70_000)), "letters": "王"} {
		r := wang.asks(ask{cursor: cursor, epoch: wang.Epoch()}).said()
		if !sameSet(r.fresh(), []string{county, town, dong}) || r.first["scope"] == nil || r.rows[rid] == nil {
			t.Errorf("%s: fresh %v, rows %v", what, r.fresh(), r.order)
		}
	}
	// Another person's cursor must not hide what this one may read.
	r := wang.asks(ask{cursor: li.asks(ask{}).said().cursor}).said()
	if r.first["scope"] == nil || !slices.Contains(r.fresh(), dong) || r.rows[rid] == nil {
		t.Errorf("with another's cursor: %v, rows %v", r.first, r.order)
	}
}

// Of an area above, a village's phone has read the public rows alone. One that now
// reads the whole area must not take up from there.
func TestCursorOfAreasReadOnlyInPart(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := li.NewID()
	li.saves(L{"new", rid, "household", town, M{}})
	r := li.asks(ask{cursor: wang.asks(ask{}).said().cursor}).said()
	if r.rows[rid] == nil || !slices.Contains(r.fresh(), town) {
		t.Errorf("fresh %v, rows %v", r.fresh(), r.order)
	}
	back := wang.asks(ask{cursor: r.cursor}).said()
	if back.rows[rid] != nil || !slices.Contains(back.fresh(), town) {
		t.Errorf("the other way: fresh %v, rows %v", back.fresh(), back.order)
	}
}

// Another epoch, and a last line that is not known: line 1 and the end, and
// nothing of the request is stored.
func TestServersThatWerePutBack(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	known, _ := wang.household(nil)
	first := wang.pushes(known)
	for what, c := range map[string]struct {
		a     ask
		again bool
	}{
		"another epoch":                  {ask{epoch: "another-epoch", cursor: first.cursor, last: id(known)}, false},
		"another epoch without a last":   {ask{epoch: "another-epoch"}, false},
		"a last line nobody knows":       {ask{epoch: first.epoch(), cursor: first.cursor, last: "AAAAAAAAAAAAAAAA"}, true},
		"such a line, and epoch null":    {ask{last: "AAAAAAAAAAAAAAAA"}, true},
		"a last line that is no id":      {ask{epoch: first.epoch(), last: "nothing"}, true},
		"such a line beginning with a -": {ask{epoch: first.epoch(), last: "-AAAAAAAAAAAAAAA"}, true},
	} {
		l, _ := wang.household(nil)
		for _, lines := range [][][]byte{{l}, {}} {
			r := wang.asks(c.a, lines...).said()
			again, _ := r.first["again"].(bool)
			if len(r.answers)+len(r.order)+len(r.gone) > 0 || r.cursor != nil || !r.more || again != c.again || r.epoch() != first.epoch() {
				t.Errorf("%s with %d lines: %s", what, len(lines), r.body)
			}
		}
		wang.pushes(l).are("ok")
	}
	// A held line is known as well as an applied one, and a repeat's id too.
	bad := []byte("poison")
	wang.pushes(bad).are("schema")
	wang.asks(ask{epoch: first.epoch(), last: id(bad)}).said().are()
	wang.asks(ask{epoch: first.epoch(), last: id(known)}, known).said().are("dup")
	// The last line may be in the same request only as a repeat: it is looked up
	// before anything of the request is stored.
	fresh, _ := wang.household(nil)
	r := wang.asks(ask{epoch: first.epoch(), last: id(fresh)}, fresh).said()
	if again, _ := r.first["again"].(bool); !again || len(r.answers) > 0 {
		t.Errorf("a last line that only comes now: %s", r.body)
	}
	wang.pushes(fresh).are("ok")
}

func TestReread(t *testing.T) {
	s := newServer(t)
	li := s.handset("township", town)
	var inDong, inXi []string
	for range 3 {
		a, b := li.NewID(), li.NewID()
		li.saves(L{"new", a, "household", dong, M{}})
		li.saves(L{"new", b, "household", xi, M{}})
		inDong, inXi = append(inDong, a), append(inXi, b)
	}
	first := li.asks(ask{}).said()
	r := li.asks(ask{cursor: first.cursor, reread: []string{dong}}).said()
	if !slices.Equal(r.fresh(), []string{dong}) {
		t.Errorf("fresh %v, want %s alone", r.fresh(), dong)
	}
	for _, rid := range inDong {
		if r.rows[rid] == nil {
			t.Errorf("%s of the area was not sent again", rid)
		}
	}
	for _, rid := range inXi {
		if r.rows[rid] != nil {
			t.Errorf("%s of another area was sent again", rid)
		}
	}
	// Asking for what is not one's own gives nothing.
	r = li.asks(ask{cursor: first.cursor, reread: []string{far, "garbage", ""}}).said()
	if len(r.fresh()) > 0 || len(r.order) > 0 {
		t.Errorf("of other areas: fresh %v, rows %v", r.fresh(), r.order)
	}
	if r = li.asks(ask{cursor: r.cursor}).said(); len(r.fresh()) > 0 || len(r.order) > 0 {
		t.Errorf("once only: fresh %v, rows %v", r.fresh(), r.order)
	}
}

// A cursor of before a restore is of another epoch and reads as none.
func TestCursorOfAnotherEpoch(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	_, rid := wang.household(nil)
	wang.saves(L{"new", rid, "household", dong, M{}})
	before := wang.asks(ask{}).said()
	file := t.TempDir() + "/backup"
	s.run(nil, "backup", file)
	s.restores(file)
	r := wang.asks(ask{cursor: before.cursor}).said()
	if r.epoch() == before.epoch() || !sameSet(r.fresh(), []string{county, town, dong}) || r.rows[rid] == nil || r.first["scope"] == nil {
		t.Errorf("%v, rows %v", r.first, r.order)
	}
}
