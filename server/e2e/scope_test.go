package e2e_test

import (
	"slices"
	"testing"

	"zoufang/internal/phone"
)

// A new village under the township: its staff's scope changes, and only the new
// area is read from 0. Those whom it doesn't concern are told nothing.
func TestAnAreaIsAdded(t *testing.T) {
	s := newServer(t)
	li, wang := s.handset("township", town), s.handset("coordinator", dong)
	_, rid := li.household(nil)
	li.saves(L{"new", rid, "household", dong, M{}})
	r, w := li.reads(), wang.reads()
	version := scopeOf(r.last)["version"]
	const nan = "990101001203"
	s.importAreas(nan, "南村")
	said := r.page(ask{})
	scope := scopeOf(said)
	if scope == nil || scope["version"] == version || !slices.Contains(texts(scope["areas"]), nan) {
		t.Fatalf("scope %v, version was %v", scope, version)
	}
	if !slices.Equal(said.fresh(), []string{nan}) || said.rows[rid] != nil || len(said.order) != 1 {
		t.Errorf("fresh %v, rows %v; want the new area's alone", said.fresh(), said.order)
	}
	if said := r.page(ask{}); scopeOf(said) != nil {
		t.Error("the scope is told twice")
	}
	if said := w.page(ask{}); scopeOf(said) != nil || len(said.fresh()) > 0 || len(said.order) > 0 {
		t.Errorf("the neighbour is told: %v, %v", said.first, said.order)
	}
	// Lines for the new area count from now on, by what the rights are on arrival.
	h := li.NewID()
	li.saves(L{"new", h, "household", nan, M{}})
	if r.reads().rows[h] == nil {
		t.Error("nothing came of the new area")
	}
}

func scopeOf(s *said) map[string]any { m, _ := s.first["scope"].(map[string]any); return m }

// A record moves to another village: one phone is told that it went, the other
// gets it, and one that reads both keeps it.
func TestMovedRecords(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", xi)
	li, both := s.handset("township", town), s.handset("coordinator", dong, xi)
	phones := []*handset{wang, zhao, li, both}
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{"head": "李"}})
	readers := map[*handset]*reader{}
	for _, h := range phones {
		readers[h] = h.reads()
		h.syncs()
	}
	li.saves(L{"go", rid, "area", dong, xi, li.by(rid)})
	for _, h := range phones {
		said := readers[h].page(ask{})
		wantGone, wantRow := h != zhao, h != wang
		if slices.Contains(said.gone, gone{rid, dong}) != wantGone || (said.rows[rid] != nil) != wantRow {
			t.Errorf("%s: gone %v, row %v", h.User().Role, said.gone, said.rows[rid])
		}
		if h.syncs(); (h.Row(rid) != nil) != wantRow || wantRow && h.Row(rid).Area != xi {
			t.Errorf("%s: the phone has %+v", h.User().Role, h.Row(rid))
		}
	}
	// There and back again: the mark of the first departure erases nothing now.
	li.saves(L{"go", rid, "area", xi, dong, li.by(rid)})
	for _, h := range phones {
		h.syncs()
		readers[h].page(ask{})
		wantRow := h != zhao
		if (h.Row(rid) != nil) != wantRow || (readers[h].rows[rid] != nil) != wantRow {
			t.Errorf("%s after the way back: %+v", h.User().Role, h.Row(rid))
		}
		if !equalTables(h.Rows(), h.reads().rows) {
			t.Errorf("%s: the phone's table is not what a newcomer reads", h.User().Role)
		}
	}
	s.verify()
}

func equalTables(a, b map[string]*phone.Row) bool {
	if len(a) != len(b) {
		return false
	}
	for rid, row := range a {
		if b[rid] == nil || string(b[rid].Raw) != string(row.Raw) {
			return false
		}
	}
	return true
}

// Who moves records, and from where.
func TestWhoMovesRecords(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong, xi), s.handset("township", town)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{}})
	wang.pushes(wang.line(L{"go", rid, "area", dong, xi, S{}})).are("scope")
	li.pushes(li.line(L{"go", rid, "area", dong, far, S{}}), li.line(L{"go", rid, "area", xi, town, S{}})).are("scope", "stale_state")
	li.saves(L{"go", rid, "area", dong, xi, S{}})
	li.saves(L{"go", rid, "area", dong, xi, S{}}) // it is there already
}

// What is pushed is judged by the rights of this moment, and authors may always
// edit what they created.
func TestRightsOverRecords(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", xi)
	li := s.handset("township", town)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{}})
	zhao.pushes(zhao.line(L{"set", rid, "phone", "1", S{}})).are("scope")
	li.saves(L{"go", rid, "area", dong, xi, S{}})
	zhao.saves(L{"set", rid, "phone", "1", S{}})
	wang.saves(L{"set", rid, "phone", "2", S{}}) // its author, out of scope
	s.handset("coordinator", dong).pushes().are()
	other := s.handset("coordinator", dong)
	other.pushes(other.line(L{"set", rid, "phone", "3", S{}})).are("scope")
	if got := values(zhao.shown(rid), "phone"); !sameSet(got, []string{`"1"`, `"2"`}) {
		t.Errorf("phone %v", got)
	}
}

func TestCompressionOnlyWhenAccepted(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	wang.fill(dong, 50, 60)
	for accept, want := range map[string]string{"": "", "identity": "", "gzip": "gzip", "br, gzip;q=0.5": "gzip", "br": ""} {
		r := wang.asks(ask{headers: []string{"Accept-Encoding", accept}})
		if got := r.said().header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: answered in %q, want %q", accept, got, want)
		}
	}
	// With q=0 compression is refused.
	if r := wang.asks(ask{headers: []string{"Accept-Encoding", "gzip;q=0, identity"}}); r.header.Get("Content-Encoding") != "" {
		t.Error("compressed though gzip was refused")
	}
}
