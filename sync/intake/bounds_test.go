package intake_test

import (
	"fmt"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// holds has somebody send so many lines that nobody can read.
func (p *person) holds(n int) {
	p.w.Helper()
	for i := 0; i < n; i += 500 {
		var lines []saved
		for j := range min(500, n-i) {
			lines = append(lines, raw(fmt.Sprintf("%s junk %d", p.user.Name, i+j)))
		}
		p.sends(lines...)
	}
}

// A line that is woken where its sender has as many held as may be is held under
// quota like one that comes; released, it is judged as any.
func TestAWokenLineCountsToo(t *testing.T) {
	w := newWorld(t)
	wang, zhao := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	bad := wang.saves(L{"set", h, "phone", 5, S{}}) // of a kind that is not known yet
	good := wang.saves(L{"set", h, "phone", "1", S{}})
	wang.sends(bad, good).are("waiting", "waiting")
	wang.holds(zoufang.MaxHeld)
	zhao.does(L{"new", h, "household", dong, M{}})
	w.is(bad, "quota")
	w.is(good, "applied")
	if got := w.held(bad); got.Fault.Rule != zoufang.RuleManyHeld || got.Came() <= got.At {
		t.Errorf("%+v", got)
	}
	li.does(L{"judge", bad.id, "release", "看看"})
	w.is(bad, "invalid")
}

// The bound does not touch what a person released, whatever it waits for then.
func TestAReleasedLineIsOverNoBound(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	far := w.person("远", zoufang.Coordinator, farthest)
	later := w.id()
	s := wang.saves(L{"new", w.id(), "household", xi, M{}}, L{"set", later, "phone", "1", S{}})
	wang.sends(s).are("scope")
	li.does(L{"judge", s.id, "release", "属实"})
	w.is(s, "waiting")
	wang.holds(zoufang.MaxHeld)
	far.does(L{"new", later, "household", farthest, M{}}) // where nobody asked who released it
	w.is(s, "scope")
}

// A will's lines count towards the same bound, and none of them is lost.
func TestALastWillCountsToo(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	wang.holds(zoufang.MaxHeld - 1)
	wang.will = true
	h := w.id()
	one, two := wang.saves(L{"new", h, "household", dong, M{}}), wang.saves(L{"set", h, "phone", "1", S{}})
	wang.sends(one, two).are("revoked", "quota")
	li.does(L{"judge", one.id, "release", "交接"})
	li.does(L{"judge", two.id, "release", "交接"})
	w.shows(h, "phone", `"1"`)
}

// What came as another's line is its own user's to send: a will does not take it over.
func TestAWillTakesNoLineOver(t *testing.T) {
	w := newWorld(t)
	wang, zhao := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong)
	s := wang.saves(L{"new", w.id(), "household", dong, M{}})
	zhao.sends(s).are("author")
	wang.will = true
	wang.sends(s).are("author")
	if h := w.held(s); h.Code != zoufang.HeldAuthor || h.Sender != zhao.user.ID {
		t.Errorf("%+v", h)
	}
	wang.will = false
	wang.sends(s).are("ok")
}

// Waiting lines stand apart, up to a bound of their own: each is judged again in the
// one transaction that brings what they wait for.
func TestWaitingLinesAreBounded(t *testing.T) {
	w := newWorld(t)
	wang, zhao := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong)
	never := w.id()
	for i := 0; i < zoufang.MaxWaiting; i += 1000 {
		var lines []saved
		for range 1000 {
			lines = append(lines, wang.saves(L{"set", never, "note", "等", S{}}))
		}
		for _, a := range wang.sends(lines...).list {
			if a.Code != zoufang.HeldWaiting {
				t.Fatalf("%d: %+v", i, a)
			}
		}
	}
	h := w.id()
	over := wang.saves(L{"set", h, "note", "等", S{}})
	wang.sends(over, over).are("quota", "quota")
	wang.does(L{"new", w.id(), "visit", dong, M{"type": "care"}})
	zhao.sends(zhao.saves(L{"set", h, "note", "等", S{}})).are("waiting")
	began := time.Now()
	zhao.does(L{"new", never, "visit", dong, M{"type": "care"}})
	t.Logf("%d lines were judged again in %v", zoufang.MaxWaiting, time.Since(began).Round(time.Millisecond))
	if n, err := w.counts(wang); err != nil || n[true] != 0 || n[false] != zoufang.MaxHeld {
		t.Errorf("%v %v", n, err)
	}
}

// counts tells how many lines somebody has that wait, and that are held else.
func (w *world) counts(p *person) (n map[bool]int, err error) {
	err = w.store.View(w.Context(), func(v storage.View) (err error) {
		n = map[bool]int{}
		for _, waiting := range []bool{true, false} {
			if n[waiting], err = v.CountHeld(p.user.ID, waiting); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// Since when a line stands under its code is told by its group: judged again to the
// same end, it stands there as long as before.
func TestSinceWhenALineIsHeld(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	a, b := w.id(), w.id()
	s := wang.saves(L{"set", a, "phone", "1", S{}}, L{"set", b, "phone", 5, S{}})
	wang.sends(s).are("waiting")
	first := w.held(s).Came()
	wang.does(L{"new", a, "household", dong, M{}})
	if got := w.held(s); got.Code != zoufang.HeldWaiting || got.Came() != first {
		t.Errorf("%s since %d, before since %d", got.Code, got.Came(), first)
	}
	wang.does(L{"new", b, "household", dong, M{}})
	if got := w.held(s); got.Code != zoufang.HeldInvalid || got.Came() <= first {
		t.Errorf("%s since %d", got.Code, got.Came())
	}
}

// A line that waits may be rejected: then it is over, also when what it waited for
// comes, and who waited for it goes on.
func TestAWaitingLineMayBeRejected(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	v, h := w.id(), w.id()
	wang.does(L{"new", v, "visit", dong, M{}})
	s := wang.saves(L{"set", h, "phone", "1", S{}}, L{"set", v, "type", "care", S{}})
	submit := wang.saves(L{"go", v, "state", "draft", "submitted", append(w.by(v), s.id)})
	wang.sends(s, submit).are("waiting", "waiting")
	li.sends(li.saves(L{"judge", s.id, "release", ""})).are("stale_state") // it ends by itself
	li.sends(li.saves(L{"judge", s.id, "amend", ""}, L{"set", v, "type", "care", S{}})).are("stale_state")
	li.does(L{"judge", s.id, "reject", "没有这一户"})
	w.is(s, "rejected")
	w.is(submit, "invalid")
	wang.does(L{"new", h, "household", dong, M{}})
	w.is(s, "rejected")
	wang.sends(s).are("rejected")
}

// The first amend stands: another commit's is held, and the content it brings with it.
func TestASecondAmendIsStale(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "care"}})
	bad := wang.saves(L{"set", v, "met", 5, S{}})
	wang.sends(bad).are("invalid")
	first := wang.does(L{"judge", bad.id, "amend", ""}, L{"set", v, "met", "甲", S{}})
	second := wang.saves(L{"judge", bad.id, "amend", ""}, L{"set", v, "met", "乙", S{}})
	wang.sends(second, first).are("stale_state", "dup")
	w.shows(v, "met", `"甲"`)
	if got := w.held(second); got.Fault.Rule != zoufang.RuleDecided || got.Fault.Item != 1 {
		t.Errorf("%+v", got.Fault)
	}
	li.sends(li.saves(L{"judge", bad.id, "amend", ""}, L{"set", v, "met", "丙", S{}})).are("stale_state")
	li.does(L{"judge", second.id, "release", "两处都对"})
	w.is(second, "released")
	if got := w.held(bad); got.Code != zoufang.Amended || got.Ruling != first.id {
		t.Errorf("%+v", got)
	}
	li.sends(li.saves(L{"judge", bad.id, "reject", ""})).are("stale_state")
}
