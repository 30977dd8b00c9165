package e2e_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Who wrote what and when: from what the phone had last heard, or its enrolment,
// to the receipt; whatever the phone's own clock says.
func TestWritersAndTheirIntervals(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	var devices []struct {
		ID       string
		Enrolled int64
	}
	s.run(&devices, "device", "list")
	enrolled := devices[0].Enrolled
	rid := wang.NewID()
	created := wang.line(L{"new", rid, "household", dong, M{"head": "李"}})
	at := wang.pushes(created).time()
	heard := at - 1
	future := wang.lineWith(M{"at": 4070908800000, "heard": heard}, L{"set", rid, "phone", "2099", S{}})
	after := wang.pushes(future).time()
	row := wang.shown(rid)
	if !slices.Equal(row.By, []string{id(created), id(future)}) && !slices.Equal(row.By, []string{id(future), id(created)}) {
		t.Fatalf("by %v", row.By)
	}
	if s.at != nil { // the stored clock, which tells the receipt, may be behind the enrolment's
		enrolled = min(enrolled, at)
	}
	for k, by := range row.By {
		w := row.W[k]
		from, least, most := enrolled, int64(0), at
		if by == id(future) {
			from, least, most = heard, at, after
		}
		if s.at != nil { // a receipt is the server's own time
			most += clockLag
		}
		if w.User != wang.user || w.From != from || w.To < least || w.To > most {
			t.Errorf("%s: %+v, want %s from %d to %d…%d", by, w, wang.user, from, least, most)
		}
	}
	if row.By[row.C] != id(created) || row.Kind != "household" || row.Area != dong {
		t.Errorf("%s", row.Raw)
	}
	// A time heard that is still to come is held to the receipt.
	wang.saves(L{"log", rid, "remarks", "一"})
	odd := wang.lineWith(M{"heard": after + 3_600_000}, L{"log", rid, "remarks", "二"})
	wang.pushes(odd).are("ok")
	wang.shown(rid) // held to From ≤ To by the reading
}

// The first of several values: written by staff, then by the later clamped time,
// then by the larger id.
func TestWhichValueIsShownFirst(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	at := wang.pushes(wang.line(L{"new", rid, "household", dong, M{}})).time()
	first := func(field string) string {
		row := wang.shown(rid)
		if got := slices.Contains(row.Conflict, field); got != (len(distinct(values(row, field))) > 1) {
			t.Errorf("%s: conflict %v with %v", field, row.Conflict, values(row, field))
		}
		return values(row, field)[0]
	}
	save := func(h *handset, field, value string, at int64) string {
		l := h.lineWith(M{"at": at, "heard": 1}, L{"set", rid, field, value, S{}})
		h.pushes(l).are("ok")
		return id(l)
	}
	save(wang, "phone", "晚", at-1000)
	save(wang, "phone", "早", at-9000)
	if v := first("phone"); v != `"晚"` {
		t.Errorf("first is %s, want the later", v)
	}
	save(wang, "phone", "2099", 4070908800000) // clamped to its receipt: the latest
	if v := first("phone"); v != `"2099"` {
		t.Errorf("first is %s, want the one received last", v)
	}
	save(li, "phone", "镇", at-99000)
	if v := first("phone"); v != `"镇"` {
		t.Errorf("first is %s, want the staff's", v)
	}
	a, b := save(wang, "address", "甲", at-500), save(wang, "address", "乙", at-500)
	want := `"甲"`
	if b > a {
		want = `"乙"`
	}
	if v := first("address"); v != want {
		t.Errorf("of %s and %s at one time %s is first", a, b, v)
	}
	// A township reviewer settles it with a commit that has seen all.
	row := li.shown(rid)
	if !sameSet(row.Conflict, []string{"phone", "address"}) {
		t.Errorf("conflict %v", row.Conflict)
	}
	li.saves(L{"set", rid, "phone", "定", row.By}, L{"set", rid, "address", "定", row.By})
	if row = wang.shown(rid); len(row.Conflict) > 0 || first("phone") != `"定"` {
		t.Errorf("after the settling: %s", row.Raw)
	}
}

func distinct(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// A review is bound to the content it saw, a void likewise.
func TestChangedSinceTheReview(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	visit := func() string {
		rid := wang.NewID()
		wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "note": "一切如常", "needs": []string{"吃穿"}}})
		return rid
	}
	changed := func(rid string) bool { return li.shown(rid).Changed }
	for what, edit := range map[string]func(rid string) L{
		"a value":    func(rid string) L { return L{"set", rid, "note", "摔了一跤", li.by(rid)} },
		"an element": func(rid string) L { return L{"add", rid, "needs", "用药"} },
	} {
		rid := visit()
		wang.saves(L{"go", rid, "state", "draft", "submitted", wang.by(rid)})
		seen := li.by(rid)
		wang.saves(edit(rid))
		li.saves(L{"go", rid, "state", "submitted", "approved", seen})
		if !changed(rid) {
			t.Errorf("%s was added before the approval, which had not seen it", what)
		}
		rid = visit()
		wang.saves(L{"go", rid, "state", "draft", "submitted", wang.by(rid)})
		li.saves(L{"go", rid, "state", "submitted", "approved", li.by(rid)})
		if changed(rid) {
			t.Error("approved with all in sight, and changed")
		}
		wang.saves(L{"log", rid, "remarks", "再去一次"})
		if changed(rid) {
			t.Error("a note changed the approved content")
		}
		wang.saves(edit(rid))
		if !changed(rid) {
			t.Errorf("%s was added after the approval", what)
		}
	}
	rid := visit()
	seen := wang.by(rid)
	wang.saves(L{"set", rid, "met", "本人", S{}})
	wang.saves(L{"set", rid, "void", "重复", seen})
	if row := wang.shown(rid); row == nil || !row.Changed || values(row, "note")[0] != `"一切如常"` {
		t.Errorf("voided by somebody who had not seen all: %+v", row)
	}
	wang.saves(L{"set", rid, "void", nil, wang.by(rid)})
	if row := wang.shown(rid); row.Changed || values(row, "void")[0] != "null" {
		t.Errorf("the void was taken back: %s", row.Raw)
	}
}

// Equal heads and equal tags are all sent; they are no conflict.
func TestEqualValuesAreAllSent(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "needs": []string{"吃穿"}}})
	one := wang.saves(L{"set", rid, "place", M{"lat": 1.0, "lon": 2}, S{}}, L{"add", rid, "needs", "吃穿"})
	two := wang.line(L{"set", rid, "place", "@", S{}}, L{"add", rid, "needs", "吃穿"})
	two = []byte(replaceOnce(string(two), `"@"`, `{"lon":2.0,"lat":1}`))
	wang.pushes(two).are("ok")
	row := wang.shown(rid)
	if len(row.F["place"]) != 2 || len(row.S["needs"]) != 3 || len(row.Conflict) > 0 {
		t.Errorf("%s", row.Raw)
	}
	wang.saves(L{"rm", rid, "needs", "吃穿", S{one}}, L{"set", rid, "place", nil, S{one, id(two)}})
	row = wang.shown(rid)
	if len(row.S["needs"]) != 2 || values(row, "place")[0] != "null" || len(row.F["place"]) != 1 {
		t.Errorf("after one was taken out: %s", row.Raw)
	}
}

// Notes come by clamped time.
func TestNotesInTheirOrder(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	at := wang.pushes(wang.line(L{"new", rid, "household", dong, M{}})).time()
	for i, before := range []int64{1000, 3000, 2000, -9_999_999_999} {
		wang.pushes(wang.lineWith(M{"at": at - before, "heard": 1}, L{"log", rid, "remarks", fmt.Sprint(i)})).are("ok")
		time.Sleep(2 * time.Millisecond)
	}
	if got := values(wang.shown(rid), "remarks"); !slices.Equal(got, []string{`"1"`, `"2"`, `"0"`, `"3"`}) {
		t.Errorf("notes %v", got)
	}
}
