package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A person at a desk is signed in at every copy, and signed out at every copy.
func TestSignInsHoldAtEveryCopy(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	li := s.handset("township", town)
	cookies := li.signIn()
	for range 3 {
		for _, at := range []*server{s, other} {
			at.staysIn(cookies)
		}
	}

	// The access token ran out, and two tabs ask both copies at the same moment.
	for round := range 6 {
		refresh := only(cookies, "zoufang_refresh")
		replies := make([]*reply, 4)
		atOnce(len(replies), func(i int) {
			at := []*server{s, other}[i%2]
			r, err := at.try("GET", "/staff/visits", nil, "Cookie", cookieHeader(refresh))
			if err != nil {
				t.Error(err)
				return
			}
			replies[i] = r
		})
		if t.Failed() {
			return
		}
		for i, r := range replies {
			if r.status != http.StatusOK || len(only(r.cookies(), "zoufang_access")) != 1 {
				t.Fatalf("round %d, tab %d: %d %s", round, i, r.status, r.header.Get("Location"))
			}
		}
		for i, r := range replies { // whichever reply the browser keeps
			for _, at := range []*server{s, other} {
				at.staysIn(r.cookies())
			}
			if got, want := only(r.cookies(), "zoufang_refresh")[0].Value, only(replies[0].cookies(), "zoufang_refresh")[0].Value; got != want {
				t.Errorf("round %d: tab %d was given another refresh token", round, i)
			}
		}
		cookies = replies[round%4].cookies()
	}

	// Signed out at one, signed out at the other.
	out := s.form("/staff/sign-out", cookies, url.Values{})
	if out.status != http.StatusOK {
		t.Fatalf("sign-out: %d", out.status)
	}
	other.isOut(cookies)
	s.isOut(cookies)
}

// A new password ends the sign-ins made with the old one at every copy.
func TestANewPasswordCountsAtEveryCopy(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	li := s.handset("township", town)
	early := li.signIn()
	r := other.form("/staff/sign-in", nil, url.Values{"login": {li.login}, "password": {li.first}})
	elsewhere := r.cookies()
	if r.status != http.StatusSeeOther || len(elsewhere) == 0 {
		t.Fatalf("sign-in at the other copy: %d", r.status)
	}
	other.staysIn(early)
	const chosen = "another-walk-in-the-village"
	r = s.form("/staff/password", early, url.Values{"old": {li.first}, "new": {chosen}, "again": {chosen}})
	if r.status != http.StatusSeeOther {
		t.Fatalf("password: %d %s", r.status, r.body)
	}
	for _, at := range []*server{other, s} {
		at.isOut(elsewhere)
		at.isOut(early)
		at.staysIn(r.cookies())
	}
	if old := other.form("/staff/sign-in", nil, url.Values{"login": {li.login}, "password": {li.first}}); old.status != http.StatusUnauthorized {
		t.Errorf("the old password at the other copy: %d", old.status)
	}
}

// staysIn holds a page to showing itself to whoever has the cookies.
func (s *server) staysIn(cookies []*http.Cookie) {
	s.Helper()
	if r := s.do("GET", "/staff/visits", nil, "Cookie", cookieHeader(cookies)); r.status != http.StatusOK {
		s.Fatalf("%s: %d %s: signed out", s.base, r.status, r.header.Get("Location"))
	}
}

// isOut waits until a page leads to the sign-in, as it must within 5 s.
func (s *server) isOut(cookies []*http.Cookie) {
	s.Helper()
	begun := time.Now()
	for {
		r := s.do("GET", "/staff/visits", nil, "Cookie", cookieHeader(cookies))
		if r.status == http.StatusSeeOther && strings.HasPrefix(r.header.Get("Location"), "/staff/sign-in") {
			s.Logf("out after %v", time.Since(begun).Round(time.Millisecond))
			return
		}
		if time.Since(begun) > 5*time.Second {
			s.Fatalf("%s: still signed in after 5 s: %d", s.base, r.status)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func only(cookies []*http.Cookie, name string) []*http.Cookie {
	for _, c := range cookies {
		if c.Name == name {
			return []*http.Cookie{c}
		}
	}
	return nil
}
