package intake_test

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// Wang corrects his own note twice offline; the second correction arrives first.
func TestEditOvertakesTheOneItReplaced(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	created := wang.does(L{"new", h, "household", dong, M{"address": "1号"}})
	first := wang.saves(L{"set", h, "address", "2号", S{created.id}})
	second := wang.saves(L{"set", h, "address", "3号", S{first.id}})
	wang.sends(second).are("ok")
	wang.sends(first).are("ok") // arrives dead; what it saw still leaves
	w.shows(h, "address", `"3号"`)
	if c := w.record(h).Conflicts(); len(c) > 0 {
		t.Fatal("a conflict nobody made:", c)
	}
}

// An edit is held; its author goes on from it; then staff release the old one.
func TestReleasedOldEditDoesNotBeatItsSuccessor(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	zhao := w.person("赵", zoufang.Coordinator, xi)
	created := zhao.does(L{"new", h, "household", xi, M{"address": "1号"}})
	old := wang.saves(L{"set", h, "address", "2号", S{created.id}})
	wang.sends(old).are("scope")
	zhao.does(L{"set", h, "address", "3号", S{created.id, old.id}})
	li.does(L{"judge", old.id, "release", "情况属实"})
	w.is(old, "released")
	w.shows(h, "address", `"3号"`)
}

// Two clones of one phone save the same value; the next edit named one of them.
func TestClonesSaveEqualValues(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	clone := *wang
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{}})
	one := wang.saves(L{"set", h, "group", "3组", S{}})
	two := clone.saves(L{"set", h, "group", "3组", S{}})
	wang.sends(one).are("ok")
	clone.sends(two).are("ok")
	if len(w.record(h).Conflicts()) > 0 || len(w.record(h).Heads["group"].Live) != 2 {
		t.Fatal("two equal heads are both kept and no conflict")
	}
	wang.does(L{"set", h, "group", "4组", S{one.id}})
	if len(w.record(h).Conflicts()) != 1 {
		t.Fatal("the other head was seen by nobody: it stays")
	}
	wang.does(L{"set", h, "group", "4组", w.by(h)})
	w.shows(h, "group", `"4组"`)
}

// A note is sent again after its household moved.
func TestNoteIsNotDoubledAfterAMove(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{}})
	note := wang.does(L{"log", h, "remarks", "搬到西村女儿家"})
	li.does(L{"go", h, "area", dong, xi, w.by(h)})
	wang.sends(note).are("dup")
	r := w.record(h)
	if r.Area != xi || len(r.Logs["remarks"]) != 1 {
		t.Fatal(r.Area, r.Logs)
	}
	// Wang made it and may still write to it; Zhou, of the same village, may not.
	wang.does(L{"log", h, "remarks", "钥匙还在我这里"})
	zhou := w.person("周", zoufang.Coordinator, dong)
	zhou.sends(zhou.saves(L{"log", h, "remarks", "路过"})).are("scope")
}

func TestMoves(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong, xi)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{}})
	wang.sends(wang.saves(L{"go", h, "area", dong, xi, S{}})).are("scope")
	li.sends(li.saves(L{"go", h, "area", dong, farthest, S{}})).are("scope")
	li.sends(li.saves(L{"go", h, "area", dong, "990101001299", S{}})).are("scope")
	li.sends(li.saves(L{"go", h, "area", "x", xi, S{}})).are("invalid")
	li.sends(li.saves(L{"go", h, "area", xi, town, S{}})).are("stale_state")
	li.does(L{"go", h, "area", dong, xi, S{}})
	li.does(L{"go", h, "area", dong, xi, S{}}) // it is there already
	li.sends(li.saves(L{"go", h, "area", dong, town, S{}})).are("stale_state")
}

// Li approves what she saw; what Wang added meanwhile marks the visit.
func TestApprovalIsBoundToWhatWasSeen(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "routine", "note": "一切如常"}})
	wang.does(L{"go", v, "state", "draft", "submitted", w.by(v)})
	seen := w.by(v)
	added := wang.does(L{"set", v, "note", "夜里摔了一跤", seen})
	li.does(L{"go", v, "state", "submitted", "approved", seen})
	if r := w.record(v); !r.Changed() || r.State("state") != "approved" {
		t.Fatal("approved, and changed since it was seen")
	}
	li.does(L{"set", v, "void", "重复", S{}})
	if !w.record(v).Changed() {
		t.Fatal("voided by somebody who had not seen the note")
	}
	li.does(L{"set", v, "void", "重复登记", w.by(v)})
	if w.record(v).Changed() {
		t.Fatal("voided by somebody who had seen all", added.id)
	}
}

// A clone's clock says 2099 and another's 1970: both are held to what the server
// knows, and neither decides what lives.
func TestWrongClocks(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	created := wang.does(L{"new", h, "household", dong, M{}})
	heard := w.clock.UnixMilli()
	wang.at = 4070908800000
	late := wang.does(L{"set", h, "phone", "2099", S{created.id}})
	wang.at, wang.heard = 1000, heard
	early := wang.does(L{"set", h, "phone", "1970", S{created.id}})
	r := w.record(h)
	if s := r.Stamps[late.id]; s.At != s.To || s.From != wang.device.Enrolled {
		t.Fatalf("%+v", s)
	}
	if s := r.Stamps[early.id]; s.At != heard || s.From != heard || s.To < heard {
		t.Fatalf("%+v", s)
	}
	w.shows(h, "phone", `"2099"`, `"1970"`) // received later, but held to its receipt
	wang.heard = w.clock.Add(time.Hour).UnixMilli()
	forged := wang.does(L{"log", h, "remarks", "x"})
	if s := w.record(h).Stamps[forged.id]; s.From > s.To || s.At > s.To {
		t.Fatalf("%+v", s)
	}
}

// A second new of the same record acts as writes that saw nothing.
func TestSecondNew(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong, xi)
	zhao := w.person("赵", zoufang.Coordinator, xi)
	h := w.id()
	first := wang.does(L{"new", h, "household", dong, M{"head": "甲", "members": L{}}})
	wang.does(L{"new", h, "household", xi, M{"head": "乙"}})
	r := w.record(h)
	if r.Area != dong || r.Created != first.id || len(r.Heads["head"].Live) != 2 {
		t.Fatal("its area is ignored, both values stay")
	}
	wang.sends(wang.saves(L{"new", h, "person", dong, M{}})).are("invalid")
	zhao.sends(zhao.saves(L{"new", h, "household", xi, M{"head": "丙"}})).are("scope")
}

// Awkward bytes: what is sent is what is stored, to the byte, and equal values
// written differently are equal.
func TestBytesStayAsTheyCame(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	v := w.id()
	created := wang.does(L{"new", v, "visit", dong, M{"type": "routine"}})
	line := `{ "do" : [ ["set","` + string(v) + `","answers.x", { "b":1.0,"a" : "\ud800\u738b", "a":"\ud800王" } ,[ ]] ],"heard":null,"page":"\/","mono":1E2,` +
		`"at":1.76376e12,"schema":1.0,"user":"` + string(wang.user.ID) + `","nonce":"x","prev":"` + string(created.id) + `","n":2.0,"dev":"` + string(wang.device.ID) + `","more":[]}` + "\r"
	odd := raw(line)
	wang.sends(odd).are("ok")
	w.must(w.store.View(t.Context(), func(v storage.View) error {
		c, err := v.Commit(odd.id)
		if err == nil && string(c.Line) != line {
			t.Errorf("stored %q", c.Line)
		}
		return err
	}))
	w.shows(v, "answers.x", `{ "b":1.0,"a" : "\ud800\u738b", "a":"\ud800王" }`)
	wang.does(L{"set", v, "answers.y", M{"a": 1}, S{}})
	if len(w.record(v).Conflicts()) > 0 {
		t.Fatal("no conflict")
	}
	same := wang.saves(L{"set", v, "answers.x", 0, S{}})
	same = raw(strings.Replace(string(same.line), `"answers.x",0`, `"answers.x",{"a":"\ud800王","b":1}`, 1))
	wang.sends(same).are("ok")
	if r := w.record(v); len(r.Heads["answers.x"].Live) != 2 || len(r.Conflicts()) > 0 {
		t.Fatal("equal as parsed JSON: two heads, no conflict")
	}
}
