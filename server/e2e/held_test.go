package e2e_test

import (
	"strings"
	"testing"
	"time"
)

// Each code a line is held under: what it takes, that a repeat is answered the
// same, how it ends, and what a repeat is answered then.
func TestCodesAndHowTheyEnd(t *testing.T) {
	s := newServer(t)
	wang, zhao, li := s.handset("coordinator", dong), s.handset("coordinator", dong), s.handset("township", town)
	visit, h := wang.NewID(), wang.NewID()
	wang.saves(L{"new", visit, "visit", dong, M{"type": "routine"}}, L{"new", h, "household", dong, M{}})
	stale := wang.NewID()
	wang.saves(L{"new", stale, "visit", dong, M{"type": "routine"}})
	wang.saves(L{"go", stale, "state", "draft", "submitted", wang.by(stale)})
	li.saves(L{"go", stale, "state", "submitted", "approved", li.by(stale)})
	household := func() L { return L{"new", wang.NewID(), "household", dong, M{}} }
	for _, c := range []struct {
		what string
		line []byte
		code string
		ends string // by the command line, or "" where that must be refused
		then string
	}{
		{"not JSON", []byte("{"), "schema", "reject", "rejected"},
		{"a kind of a later schema", wang.lineWith(M{"schema": 2}, L{"new", wang.NewID(), "drone", dong, M{}}), "schema", "", ""},
		{"an item of a later schema", wang.lineWith(M{"schema": 7}, L{"fly", visit}), "schema", "", ""},
		{"a field of a later schema", wang.lineWith(M{"schema": 2}, L{"set", visit, "mood", "好", S{}}), "schema", "reject", "rejected"},
		{"an unknown kind", wang.line(L{"new", wang.NewID(), "drone", dong, M{}}), "invalid", "", ""},
		{"an unknown item", wang.line(L{"fly", visit}), "invalid", "reject", "rejected"},
		{"an unknown field", wang.line(L{"set", visit, "mood", "好", S{}}), "invalid", "reject", "rejected"},
		{"a wrong type", wang.line(L{"set", visit, "started", "早上", S{}}), "invalid", "reject", "rejected"},
		{"a record twice", wang.line(L{"set", visit, "note", "一", S{}}, L{"set", visit, "note", "二", S{}}), "invalid", "reject", "rejected"},
		{"an element twice", wang.line(L{"add", visit, "needs", "一"}, L{"rm", visit, "needs", "一", S{}}), "invalid", "reject", "rejected"},
		{"two notes in a log", wang.line(L{"log", visit, "remarks", "一"}, L{"log", visit, "remarks", "二"}), "invalid", "reject", "rejected"},
		{"a second new of another kind", wang.line(L{"new", visit, "household", dong, M{}}), "invalid", "reject", "rejected"},
		{"a log in a new", wang.line(L{"new", wang.NewID(), "visit", dong, M{"type": "routine", "remarks": "x"}}), "invalid", "reject", "rejected"},
		{"a state past its first in a new", wang.line(L{"new", wang.NewID(), "visit", dong, M{"state": "approved"}}), "invalid", "reject", "rejected"},
		{"a rid in upper case", wang.line(L{"new", strings.ToUpper(wang.NewID()), "household", dong, M{}}), "invalid", "reject", "rejected"},
		{"a rid that is none", wang.line(L{"new", "me", "household", dong, M{}}), "invalid", "reject", "rejected"},
		{"a wrong step", wang.line(L{"go", visit, "state", "draft", "approved", S{}}), "invalid", "reject", "rejected"},
		{"another village", wang.line(L{"new", wang.NewID(), "household", xi, M{}}), "scope", "release", "dup"},
		{"another village, rejected", wang.line(L{"new", wang.NewID(), "household", xi, M{}}), "scope", "reject", "rejected"},
		{"a village nobody knows", wang.line(L{"new", wang.NewID(), "household", "990101001299", M{}}), "scope", "reject", "rejected"},
		{"another's step", zhao.line(L{"go", visit, "state", "draft", "submitted", S{}}), "scope", "reject", "rejected"},
		{"a step of staff", wang.line(L{"go", visit, "state", "submitted", "approved", S{}}), "scope", "reject", "rejected"},
		{"a forged user", wang.lineWith(M{"user": zhao.user}, household()), "author", "release", "dup"},
		{"another's device", wang.lineWith(M{"dev": zhao.Device()}, household()), "author", "reject", "rejected"},
		{"a step of a state passed long ago", wang.line(L{"go", stale, "state", "draft", "submitted", S{}}), "stale_state", "reject", "rejected"},
		{"a note for a record nobody knows", wang.line(L{"log", wang.NewID(), "remarks", "x"}), "waiting", "", ""},
		{"an unknown device", wang.lineWith(M{"dev": "from-before-a-restore"}, household()), "", "", ""},
	} {
		sender := wang
		if strings.HasPrefix(c.what, "another's step") {
			sender = zhao
		}
		a := sender.pushes(c.line).answers[0]
		if c.code == "" {
			if a.R != "ok" {
				t.Errorf("%s: %+v, want ok", c.what, a)
			}
			continue
		}
		if a.Code != c.code || a.Why == "" {
			t.Errorf("%s: %+v, want %s with a reason", c.what, a, c.code)
			continue
		}
		if again := sender.pushes(c.line).answers[0]; again != a {
			t.Errorf("%s: a repeat is answered %+v, was %+v", c.what, again, a)
		}
		listed := sender.held()[a.C]
		if listed.Code != a.Code || listed.Why != a.Why || listed.Line == nil || *listed.Line != string(c.line) || time.Since(time.UnixMilli(listed.At)) > time.Minute {
			t.Errorf("%s: listed as %+v", c.what, listed)
		}
		if c.ends == "" {
			s.refused("held", "release", a.C, "--why", "x")
			if c.code == "waiting" { // what it waits for may never come
				s.run(nil, "held", "reject", a.C, "--why", "x")
			}
			continue
		}
		s.run(nil, "held", c.ends, a.C, "--why", "核过了")
		sender.pushes(c.line).are(c.then)
		listed = sender.held()[a.C]
		if want := map[string]string{"dup": "released", "rejected": "rejected"}[c.then]; listed.Code != want {
			t.Errorf("%s: decided, and listed as %+v", c.what, listed)
		}
	}
	s.verify()
}

// A line its real author sends is judged anew.
func TestForgedLinesSentByTheirAuthor(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", dong)
	rid := wang.NewID()
	l := wang.line(L{"new", rid, "household", dong, M{"head": "李"}})
	zhao.pushes(l).are("author") // phones were swapped
	if wang.shown(rid) != nil {
		t.Error("a line somebody else sent was applied")
	}
	wang.pushes(l).are("ok")
	zhao.pushes(l).are("dup")
	if len(wang.held()) != 0 {
		t.Errorf("%v", wang.held())
	}
}

// Where several codes fit: schema, author, then the first failing item, waiting
// last.
func TestWhichCodeCounts(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", dong)
	unknown, good := wang.NewID(), wang.NewID()
	forged := M{"user": zhao.user}
	outside := func() L { return L{"new", wang.NewID(), "household", xi, M{}} }
	late, bad := L{"log", unknown, "remarks", "x"}, L{"set", good, "mood", 1, S{}}
	wang.saves(L{"new", good, "household", dong, M{}})
	wang.pushes(
		wang.lineWith(M{"user": zhao.user, "do": "x"}),
		wang.lineWith(M{"user": zhao.user, "schema": 2}, L{"set", good, "mood", 1, S{}}),
		wang.lineWith(forged, outside()),
		wang.lineWith(forged, late),
		wang.line(outside(), bad),
		wang.line(bad, outside()),
		wang.line(late, bad),
		wang.line(late, outside()),
		wang.line(late, L{"set", good, "phone", "1", S{}}),
	).are("schema", "schema", "author", "author", "scope", "invalid", "invalid", "scope", "waiting")
	// A commit is applied whole or not at all.
	if got := values(wang.shown(good), "phone"); len(got) > 0 {
		t.Errorf("half a commit was applied: %v", got)
	}
}

// Two thousand of a user's lines may be held; more wait under quota, waiting ones
// not counted. Nothing is refused.
func TestQuota(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", dong)
	for range 4 {
		var lines [][]byte
		for range 500 {
			lines = append(lines, []byte("poison"+nonce()))
		}
		for _, a := range wang.pushes(lines...).answers {
			if a.Code != "schema" {
				t.Fatalf("%+v", a)
			}
		}
	}
	rid, good := wang.NewID(), wang.NewID()
	over, ok := wang.line(L{"new", rid, "household", xi, M{}}), wang.line(L{"new", good, "household", dong, M{}})
	wang.pushes(over, []byte("{"), ok, wang.line(L{"log", wang.NewID(), "remarks", "x"})).are("quota", "quota", "ok", "waiting")
	wang.pushes(over).are("quota")
	zhao.pushes(zhao.line(L{"new", zhao.NewID(), "household", xi, M{}})).are("scope") // another's quota
	s.run(nil, "held", "release", id(over), "--why", "代登记")
	wang.pushes(over).are("dup")
	if n := len(wang.held()); n < 2002 {
		t.Errorf("%d lines are listed", n)
	}
	s.verify()
}
