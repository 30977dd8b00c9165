package e2e_test

import (
	"bytes"
	"log/slog"
	"slices"
	"testing"
	"time"

	"zoufang/internal/tokens"
	"zoufang/mobileapi"
)

// What nobody names runs out at one copy while lines that name it come to the other,
// when it is forgotten and again when its bytes go. No line is lost, and each medium is
// there or the row says that it is needed; sent again it is there.
func TestMediaRunOutWhileLinesNameThem(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	c := s.onClock()
	other := mobileapi.New(mobileapi.Config{Records: c.Records, Accounts: c.Accounts, Upkeep: c.Upkeep, Blobs: c.Blobs,
		Tokens: tokens.New(c.Accounts, "zoufang", s.now), Clock: s.now, Log: slog.New(slog.NewTextHandler(s.Output(), nil))})
	t.Cleanup(other.Pictures().Stop)
	passes := func(d time.Duration) {
		s.pass(d)
		wang.token = ""
		wang.bearer()
	}
	sweeps := func() <-chan error {
		swept := make(chan error, 1)
		go func() { swept <- other.Sweep(t.Context()) }()
		return swept
	}
	const some = 8
	needed, stayed := 0, 0
	for round := range 6 {
		content, names := map[string][]byte{}, []string{}
		for range some {
			b, name := photo(3000)
			wang.uploads(b).is(201, "")
			content[name], names = b, append(names, name)
		}
		passes(31*24*time.Hour + time.Minute)
		if round%2 == 1 { // they are forgotten; now their bytes go
			s.must(<-sweeps())
			passes(25 * time.Hour)
		}
		slices.Reverse(names) // so that lines and expiry meet half way
		swept := sweeps()
		visits := map[string]string{}
		for _, name := range names {
			visits[name] = wang.NewID()
			wang.saves(L{"new", visits[name], "visit", dong, M{"type": "routine", "photos": S{name}}})
		}
		s.must(<-swept)
		for _, later := range []bool{false, true} {
			if later {
				passes(25 * time.Hour)
				s.must(<-sweeps()) // what was named while it faded is back by now
			}
			rows := wang.reads().rows
			for i, name := range names {
				row := rows[visits[name]]
				if row == nil {
					t.Fatalf("round %d: a line is lost", round)
				}
				if !slices.Contains(row.Need, name) {
					stayed++
				} else if needed++; !later && i%2 == 0 {
					continue // nobody sends it again as yet
				} else if wang.uploads(content[name]); len(wang.shown(visits[name]).Need) > 0 {
					t.Errorf("round %d: sent again, and still needed", round)
				}
				if got := wang.gets(name); got.status != 200 || !bytes.Equal(got.body, content[name]) {
					t.Errorf("round %d, later %v: not needed, and not there: %d", round, later, got.status)
				}
			}
		}
	}
	t.Logf("%d stayed, %d were needed again", stayed, needed)
	passes(100 * 24 * time.Hour) // what is named stays, however old
	s.must(<-sweeps())
	for rid, row := range wang.reads().rows {
		if len(row.Need) > 0 {
			t.Errorf("%s needs %v", rid, row.Need)
		}
	}
	s.verify()
}

// An account that is shut out ends its sign-ins at every copy with the next request, and
// they are no good when it is let in again.
func TestADisabledAccountIsOutAtEveryCopy(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	li := s.person("township", town)
	cookies := li.signIn()
	for _, at := range []*server{s, other} {
		at.staysIn(cookies)
	}
	s.run(nil, "user", "disable", li.user)
	for _, at := range []*server{other, s} {
		for _, path := range []string{"/staff/", "/staff/visits"} {
			if r := at.do("GET", path, nil, "Cookie", cookieHeader(cookies)); r.status != 303 {
				t.Errorf("the first request after it at %s%s: %d", at.base, path, r.status)
			}
		}
		if r := at.do("GET", "/staff/visits", nil, "Cookie", cookieHeader(only(cookies, "zoufang_refresh"))); r.status != 303 {
			t.Errorf("by its refresh token: %d", r.status)
		}
	}
	s.run(nil, "user", "enable", li.user)
	for _, at := range []*server{other, s} {
		if r := at.do("GET", "/staff/visits", nil, "Cookie", cookieHeader(cookies)); r.status != 303 {
			t.Errorf("let in again, a sign-in of before is good: %d", r.status)
		}
	}
}
