package e2e_test

import (
	"slices"
	"strings"
	"testing"
)

// A visit is complete when its media are there: the arrival writes its row again,
// with a new number, and the sums follow.
func TestArrivalsCompleteRows(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	one, oneName := photo(3000)
	two, twoName := photo(3000)
	sig, sigName := photo(900)
	rid, other := wang.NewID(), wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{oneName, twoName}, "signature.household": M{"image": sigName, "text": noDigest, "by": "李", "at": 1}}})
	wang.saves(L{"new", other, "visit", dong, M{"type": "routine", "photos": S{oneName}}})
	r := li.reads()
	before := r.rows[rid]
	if !sameSet(before.Need, []string{oneName, twoName, sigName}) {
		t.Errorf("need %v", before.Need)
	}
	wang.uploads(one)
	said := r.page(ask{})
	if row := said.rows[rid]; row == nil || row.Seq <= before.Seq || !sameSet(row.Need, []string{twoName, sigName}) || !slices.Equal(row.By, before.By) {
		t.Errorf("after the first: %+v", row)
	}
	if row := said.rows[other]; row == nil || len(row.Need) > 0 || strings.Contains(string(row.Raw), `"need"`) {
		t.Errorf("the other visit: %+v", row)
	}
	wang.uploads(two)
	wang.uploads(sig)
	if row := r.page(ask{}).rows[rid]; row == nil || len(row.Need) > 0 {
		t.Errorf("complete, and %+v", row)
	}
	wang.uploads(two) // again: nothing changes
	if said := r.page(ask{}); len(said.order) > 0 {
		t.Errorf("rows %v", said.order)
	}
	// A medium that is there already is never needed.
	again := wang.NewID()
	wang.saves(L{"new", again, "visit", dong, M{"type": "routine", "photos": S{oneName}}})
	if row := wang.shown(again); len(row.Need) > 0 {
		t.Errorf("need %v", row.Need)
	}
	s.verify()
}

func TestHave(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	var names []string
	for range 499 {
		_, name := photo(10)
		names = append(names, name)
	}
	b, name := photo(2000)
	wang.uploads(b)
	before := wang.asks(ask{}).said()
	r := wang.post("/media/have", M{"sha256": append(names, name)}).is(200, "")
	if got := texts(r.json()["have"]); !slices.Equal(got, []string{name}) || r.text("epoch") != before.epoch() || r.number("time") < before.time() {
		t.Errorf("have %v, %v", got, r.text("epoch"))
	}
	wang.post("/media/have", M{"sha256": append(names, name, noDigest)}).is(413, "too_large")
	for _, body := range []any{nil, L{}, M{"sha256": "x"}, M{"sha256": L{5}}} {
		if r := wang.post("/media/have", body); r.status != 400 && r.status != 200 {
			t.Errorf("%v: %d", body, r.status)
		}
	}
	if got := wang.has("", "x", strings.ToUpper(name), "../"+name); len(got) > 0 {
		t.Errorf("have %v", got)
	}
}
