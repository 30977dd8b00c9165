package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// secretVillage fills a village with what nobody else may see, and gives the words
// that would tell it.
func (s *server) secretVillage(area, mark string) (by *handset, visit, digest string, words []string) {
	s.Helper()
	by = s.handset("coordinator", area)
	b, digest := photo(3000)
	household, person, visit := by.NewID(), by.NewID(), by.NewID()
	by.uploads(b)
	by.saves(L{"new", household, "household", area, M{"head": mark + "户主", "address": mark + "地址"}})
	by.saves(L{"new", person, "person", area, M{"name": mark + "老人", "id_number": "99010119530412002X", "household": household}})
	by.saves(L{"new", visit, "visit", area, M{"type": "care", "household": household, "note": mark + "情况", "photos": S{digest}}})
	stray := by.line(L{"new", by.NewID(), "drone", area, M{"note": mark + "搁置"}})
	by.pushes(stray).are("invalid")
	return by, visit, digest, []string{mark, household, person, visit, digest, id(stray), by.user, by.User().Name, by.Device(), "9901011953", "19530412002"}
}

// Every phone route × every role, and what no answer may contain: the other
// village's names, numbers, digests, whoever asks.
func TestPhoneRoutesAndRoles(t *testing.T) {
	s := newServer(t)
	mine, visit, digest, own := s.secretVillage(dong, "东某")
	_, farVisit, farDigest, secret := s.secretVillage(far, "远某")
	stray := mine.held()
	for role, c := range map[string]struct {
		area  string
		reads bool
	}{"coordinator": {dong, true}, "worker": {dong, true}, "township": {town, true}, "county": {county, true}, "admin": {dong, false}} {
		h := s.handset(role, c.area)
		hidden := secret
		if role == "county" {
			hidden = nil
		}
		if !c.reads {
			hidden = append(slices.Clone(hidden), own...)
			hidden = slices.DeleteFunc(hidden, func(w string) bool { return w == mine.user || w == mine.User().Name }) // people's names are public
		}
		check := func(r *reply, want ...int) *reply {
			t.Helper()
			if !slices.Contains(want, r.status) {
				t.Errorf("%s: %s: %d %.200s, want %v", role, r.what, r.status, r.body, want)
			}
			all := string(r.body) + fmt.Sprint(r.header)
			for _, word := range hidden {
				if strings.Contains(all, word) && !strings.Contains(r.what, word) {
					t.Errorf("%s: %s tells %q", role, r.what, word)
				}
			}
			if strings.Contains(all, "99010119530412002X") {
				t.Errorf("%s: %s tells an ID number", role, r.what)
			}
			return r
		}
		got := map[bool]int{true: 200, false: 404}[c.reads]
		farther := map[bool]int{true: 200, false: 404}[role == "county"]
		said := check(h.asks(ask{zip: true}), 200).said()
		if (said.rows[visit] != nil) != c.reads || (said.rows[farVisit] != nil) != (role == "county") {
			t.Errorf("%s: the rows are %v", role, said.order)
		}
		check(h.do("GET", "/held", nil), 200) // before this phone sends words of its own
		check(h.asks(ask{reread: []string{far, dong}}), 200)
		check(h.asks(ask{}, h.line(L{"log", farVisit, "remarks", "x"}), h.line(L{"judge", secret[5], "reject", "x"}), h.line(L{"new", farVisit, "visit", c.area, M{}})), 200)
		check(h.gets(digest), got)
		check(h.gets(digest+"?size=320"), got, 400, 415, 404)
		check(h.gets(farDigest), farther)
		check(h.do("HEAD", "/media/"+farDigest, nil), farther)
		check(h.post("/media/have", M{"sha256": S{farDigest, noDigest}}), 200)
		check(h.creates(3000, noDigest, "image/jpeg", nil), 201)
		check(h.heads("/media/uploads/AAAAAAAAAAAAAAAAAAAAAA"), 404)
		check(h.patches("/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", 0, []byte("x")), 404)
		check(h.do("DELETE", "/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", nil, "Tus-Resumable", "1.0.0"), 404)
		check(h.wills(h.body(ask{}), false, ""), 401)
		check(s.do("POST", "/challenge", encode(M{"device": h.Device()}), "Content-Type", "application/json"), 200)
		check(s.do("GET", "/nothing", nil), 404)
		for _, path := range []string{"/enrol", "/token", "/challenge", "/sync", "/lastwill", "/media/have"} {
			check(h.do("PUT", path, nil), 404, 405)
		}
	}
	if len(stray) != 1 || len(mine.held()) != 1 {
		t.Error("the own held line is listed once")
	}
}

// Every page × every role. Coordinators and workers have no log-in; without one
// every page leads to the sign-in.
func TestStaffRoutesAndRoles(t *testing.T) {
	s := newServer(t)
	mine, visit, digest, own := s.secretVillage(dong, "东某")
	_, farVisit, farDigest, secret := s.secretVillage(far, "远某")
	pages := []string{"/staff/visits", "/staff/visits/" + visit, "/staff/visits/" + farVisit, "/staff/media/" + digest, "/staff/media/" + farDigest, "/staff/held"}
	for role, c := range map[string]struct {
		area string
		want []int
	}{
		"township": {town, []int{200, 200, 404, 200, 404, 200}},
		"county":   {county, []int{200, 200, 200, 200, 200, 200}},
		"auditor":  {town, []int{200, 200, 404, 200, 404, 200}},
		"admin":    {county, []int{403, 403, 403, 403, 403, 403}},
		"nobody":   {"", []int{303, 303, 303, 303, 303, 303}},
	} {
		var cookies []*http.Cookie
		if role != "nobody" {
			cookies = s.person(role, c.area).signIn()
		}
		hidden := map[string][]string{"township": secret, "auditor": secret, "admin": append(slices.Clone(own), secret...), "nobody": append(slices.Clone(own), secret...)}[role]
		for i, page := range pages {
			r := s.do("GET", page, nil, "Cookie", cookieHeader(cookies), "Accept", "text/html")
			if r.status != c.want[i] {
				t.Errorf("%s: %s: %d, want %d", role, page, r.status, c.want[i])
			}
			for _, word := range hidden {
				if strings.Contains(string(r.body), word) {
					t.Errorf("%s: %s tells %q", role, page, word)
				}
			}
			if strings.Contains(string(r.body), "99010119530412002X") {
				t.Errorf("%s: %s tells an ID number", role, page)
			}
			if page == "/staff/held" && r.status == 200 && !strings.Contains(string(r.body), mine.User().Name) {
				t.Errorf("%s: the line held in 东村 is not listed", role)
			}
			if cache := r.header.Get("Cache-Control"); strings.Contains(cache, "public") || r.status != 303 && !strings.HasPrefix(page, "/staff/media") && cache != "no-store" {
				t.Errorf("%s: %s: Cache-Control %q", role, page, cache)
			}
		}
	}
	for _, role := range []string{"coordinator", "worker"} {
		if why := s.refused("user", "add", "--name", "某", "--role", role, "--area", dong, "--login", "some."+role); why == "" {
			t.Errorf("a %s got a log-in", role)
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/phone/": 200, "/staff/sign-in": 200, "/nothing": 404} {
		if r := s.do("GET", s.base+path, nil); r.status != want {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
	}
}
