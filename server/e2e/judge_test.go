package e2e_test

import (
	"testing"
	"time"
)

// Staff decide from their phones, an author replaces its own line.
func TestDecisionsAreCommits(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", dong)
	li, farLi := s.handset("township", town), s.handset("township", farTown)
	rid := wang.NewID()
	outside := func() []byte { return wang.line(L{"new", wang.NewID(), "household", xi, M{"head": "赵"}}) }
	one, two, three := outside(), outside(), outside()
	wang.pushes(one, two, three).are("scope", "scope", "scope")
	// Neither the author nor another township lets it in.
	wang.pushes(wang.line(L{"judge", id(one), "release", "我说的"})).are("scope")
	farLi.pushes(farLi.line(L{"judge", id(one), "release", "帮忙"})).are("scope")
	wang.pushes(one).are("scope")
	li.saves(L{"judge", id(one), "release", "属实"})
	li.saves(L{"judge", id(two), "reject", "不是本村"})
	wang.pushes(one, two, three).are("dup", "rejected", "scope")
	li.saves(L{"judge", id(two), "reject", "再说一遍"}) // the same verdict again changes nothing
	li.pushes(li.line(L{"judge", id(two), "release", "又想起来"})).are("stale_state")
	li.pushes(li.line(L{"judge", id(one), "forgive", "?"})).are("invalid")
	li.pushes(li.line(L{"judge", id(three), "amend", "空的"})).are("invalid")

	// An amendment brings what replaces the line; the author may, a stranger not.
	bad := wang.line(L{"new", rid, "visit", dong, M{"type": "party"}})
	wang.pushes(bad).are("invalid")
	zhao.pushes(zhao.line(L{"judge", id(bad), "amend", "改"}, L{"log", rid, "remarks", "x"})).are("scope")
	wang.saves(L{"judge", id(bad), "amend", "选错了"}, L{"new", rid, "visit", dong, M{"type": "routine"}})
	wang.pushes(bad).are("amended")
	if got := values(wang.shown(rid), "type"); len(got) != 1 || got[0] != `"routine"` {
		t.Errorf("type %v", got)
	}
	if code := wang.held()[id(bad)].Code; code != "amended" {
		t.Errorf("listed as %q", code)
	}
	s.verify()
}

// A release judges again with rights waived: the line may be held under another
// code, or wait.
func TestAReleaseJudgesAgain(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	wrong := wang.line(L{"new", wang.NewID(), "visit", xi, M{"type": "routine"}}, L{"set", rid, "phone", "1", S{}})
	wang.pushes(wrong).are("scope")
	li.saves(L{"judge", id(wrong), "release", "可以"})
	wang.pushes(wrong).are("waiting") // for the household
	wang.saves(L{"new", rid, "household", dong, M{}})
	wang.pushes(wrong).are("dup")
	twice := wang.line(L{"new", wang.NewID(), "visit", xi, M{"type": "party"}})
	if a := wang.pushes(twice).answers[0]; a.Code != "invalid" && a.Code != "scope" {
		t.Errorf("%+v", a)
	}
	// stale_state: a release waives the state the step starts from.
	v := wang.NewID()
	wang.saves(L{"new", v, "visit", dong, M{"type": "routine"}})
	wang.saves(L{"go", v, "state", "draft", "submitted", wang.by(v)})
	li.saves(L{"go", v, "state", "submitted", "approved", li.by(v)})
	back := li.line(L{"go", v, "state", "submitted", "returned", li.by(v)})
	li.pushes(back).are("stale_state")
	s.run(nil, "held", "release", id(back), "--why", "确要退回")
	li.pushes(back).are("dup")
	if got := values(wang.shown(v), "state"); got[0] != `"returned"` {
		t.Errorf("state %v", got)
	}
	s.verify()
}

// Decided lines stay listed for 30 days, open ones for ever.
func TestDecidedLinesStayListed(t *testing.T) {
	s := newClocked(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	open, decided := wang.line(L{"new", wang.NewID(), "household", xi, M{}}), wang.line(L{"new", wang.NewID(), "household", xi, M{}})
	wang.pushes(open, decided).are("scope", "scope")
	li.saves(L{"judge", id(decided), "reject", "不是"})
	s.pass(29 * 24 * time.Hour)
	wang.token = ""
	if h := wang.held(); len(h) != 2 || h[id(decided)].Code != "rejected" {
		t.Errorf("after 29 days %v", h)
	}
	s.pass(2 * 24 * time.Hour)
	wang.token = ""
	if h := wang.held(); len(h) != 1 || h[id(open)].Code != "scope" {
		t.Errorf("after 31 days %v", h)
	}
	wang.pushes(decided).are("rejected")
}

// Held lines are their sender's to see, and nobody else's on the phone.
func TestHeldLinesAreTheSendersOwn(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	second := s.another(wang)
	l := wang.line(L{"new", wang.NewID(), "household", xi, M{}})
	wang.pushes(l).are("scope")
	if len(wang.held()) != 1 || len(second.held()) != 1 {
		t.Error("the user's two phones see the line")
	}
	if len(li.held()) != 0 {
		t.Errorf("%v", li.held())
	}
	zhao := s.handset("coordinator", xi)
	for _, h := range []*handset{wang, li, zhao} {
		for _, row := range h.reads().rows {
			if row.Kind == "household" {
				t.Errorf("a held line became a row: %s", row.Raw)
			}
		}
	}
}
