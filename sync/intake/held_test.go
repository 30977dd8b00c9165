package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"zoufang"
)

// A poison line between good ones holds up nobody.
func TestPoisonLines(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	a, b := w.id(), w.id()
	good1 := wang.saves(L{"new", a, "household", dong, M{}})
	good2 := wang.saves(L{"new", b, "household", dong, M{}})
	wang.sends(good1, raw("not JSON"), raw("\xff\xfe"), raw(`{"dev":1}`), raw(strings.Repeat("x", zoufang.MaxLine+1)), good2).
		are("ok", "schema", "schema", "schema", "schema", "ok")
	wang.sends(raw("not JSON")).are("schema") // known by now, and answered the same
}

func TestInvalid(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h, v, p := w.id(), w.id(), w.id()
	wang.does(L{"new", h, "household", dong, M{}}, L{"new", v, "visit", dong, M{"type": "care", "state": "draft"}}, L{"new", p, "person", dong, M{"id_number": "11010519491231002X"}})
	before := w.record(h).Ver
	for name, do := range map[string][]any{
		"unknown kind":         {L{"new", w.id(), "spaceship", dong, M{}}},
		"unknown item":         {L{"frob", h, "phone", "1", S{}}},
		"unknown field":        {L{"set", h, "colour", "red", S{}}},
		"wrong type":           {L{"set", h, "phone", 1, S{}}},
		"a set as a register":  {L{"set", h, "members", "x", S{}}},
		"a register as a set":  {L{"add", h, "phone", "1"}},
		"a log as a register":  {L{"set", h, "remarks", "x", S{}}},
		"a note in new":        {L{"new", w.id(), "household", dong, M{"remarks": "x"}}},
		"a later first state":  {L{"new", w.id(), "visit", dong, M{"state": "approved"}}},
		"a state as register":  {L{"set", v, "state", "approved", S{}}},
		"no such step":         {L{"go", v, "state", "draft", "approved", S{}}},
		"a step of a register": {L{"go", v, "note", "a", "b", S{}}},
		"a masked value":       {L{"set", p, "id_number", "110***********002X", S{}}},
		"no digest":            {L{"add", v, "photos", "x"}},
		"capital rid":          {L{"set", strings.ToUpper(string(h)), "phone", "1", S{}}},
		"short area":           {L{"new", w.id(), "household", "9901", M{}}},
		"written twice":        {L{"set", h, "phone", "1", S{}}, L{"set", h, "phone", "2", S{}}},
		"new and set twice":    {L{"new", h, "household", dong, M{"phone": "1"}}, L{"set", h, "phone", "2", S{}}},
		"an element twice":     {L{"add", v, "needs", "米"}, L{"rm", v, "needs", "米", S{}}},
		"two notes":            {L{"log", h, "remarks", "1"}, L{"log", h, "remarks", "2"}},
		"no such ruling":       {L{"judge", "AAAAAAAAAAAAAAAA", "perhaps", ""}},
		"amend with nothing":   {L{"judge", "AAAAAAAAAAAAAAAA", "amend", ""}},
		"other kind again":     {L{"new", h, "visit", dong, M{}}},
		"whole or not at all":  {L{"set", h, "phone", "1", S{}}, L{"set", h, "colour", "red", S{}}},
	} {
		a := wang.sends(wang.saves(do...))
		if a.list[0].Code != zoufang.HeldInvalid || a.list[0].Why == "" {
			t.Errorf("%s: %+v", name, a.list[0])
		}
	}
	if w.record(h).Ver != before {
		t.Error("a held line changed a record")
	}
}

// What a newer app writes is kept until the server can read it.
func TestNewerSchema(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{}})
	for _, do := range [][]any{
		{L{"new", w.id(), "spaceship", dong, M{}}}, {L{"frob", h}}, {L{"set", h, "colour", "red", S{}}},
		{L{"set", h, "phone", 5, S{}}, L{"set", h, "colour", "red", S{}}},
	} {
		s := wang.saves(do...)
		s = raw(strings.Replace(string(s.line), `"schema":1`, `"schema":2`, 1))
		wang.sends(s).are("schema")
	}
	s := wang.saves(L{"set", h, "phone", "1", S{}})
	wang.sends(raw(strings.Replace(string(s.line), `"schema":1`, `"schema":2`, 1))).are("ok")
}

func TestScope(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	worker := w.person("社工", zoufang.Worker, dong)
	admin := w.person("管", zoufang.Admin, county)
	li := w.person("李", zoufang.Township, town)
	h, v := w.id(), w.id()
	wang.does(L{"new", h, "household", dong, M{}}, L{"new", v, "visit", dong, M{"type": "care"}})
	for name, c := range map[string]struct {
		who *person
		do  L
	}{
		"another village":           {wang, L{"new", w.id(), "household", xi, M{}}},
		"an area nobody has":        {li, L{"new", w.id(), "household", "990101001299", M{}}},
		"a worker's household":      {worker, L{"new", w.id(), "household", dong, M{}}},
		"a worker edits the roster": {worker, L{"set", h, "phone", "1", S{}}},
		"a worker edits a visit":    {worker, L{"set", v, "note", "1", S{}}},
		"an admin's record":         {admin, L{"new", w.id(), "household", dong, M{}}},
		"an admin's ruling":         {admin, L{"judge", wang.saves(L{"log", h, "remarks", "x"}).id, "reject", ""}},
		"a coordinator's item":      {wang, L{"new", w.id(), "item", dong, M{}}},
		"a coordinator's comment":   {wang, L{"log", v, "comments.note", "好"}},
		"staff submit for others":   {li, L{"go", v, "state", "draft", "submitted", S{}}},
		"a user's record":           {li, L{"new", w.id(), "user", dong, M{"name": "x"}}},
	} {
		a := c.who.sends(c.who.saves(c.do))
		want := zoufang.HeldScope
		if name == "an admin's ruling" {
			want = zoufang.HeldWaiting // the line it judges is not there
		}
		if a.list[0].Code != want {
			t.Errorf("%s: %+v", name, a.list[0])
		}
	}
	wang.does(L{"go", v, "state", "draft", "submitted", S{}})
	wang.sends(wang.saves(L{"go", v, "state", "submitted", "approved", w.by(v)})).are("scope")
	own := w.id()
	worker.does(L{"new", own, "visit", dong, M{"type": "routine"}})
	worker.does(L{"set", own, "note", "陪聊一小时", S{}})
	worker.does(L{"go", own, "state", "draft", "submitted", w.by(own)})
	li.does(L{"log", own, "comments.note", "请补充地点"})
	li.does(L{"go", own, "state", "submitted", "returned", w.by(own)})
	worker.does(L{"go", own, "state", "returned", "submitted", w.by(own)})
}

// Zhao sends a line that names Wang as its author; later Wang sends it himself.
func TestAuthor(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	zhao := w.person("赵", zoufang.Coordinator, dong)
	h := w.id()
	forged := wang.saves(L{"new", h, "household", dong, M{"head": "甲"}})
	zhao.sends(forged).are("author")
	if w.record(h) != nil {
		t.Fatal("a stranger's line was applied")
	}
	zhao.sends(forged).are("author")
	wang.sends(forged).are("ok")
	w.shows(h, "head", `"甲"`)
	zhao.sends(forged).are("dup")

	// His user, another's phone; and a phone nobody knows, from before a restore.
	mine := zhao.saves(L{"new", w.id(), "household", dong, M{}})
	zhao.sends(raw(strings.Replace(string(mine.line), string(zhao.device.ID), string(wang.device.ID), 1))).are("author")
	zhao.sends(raw(strings.Replace(string(mine.line), string(zhao.device.ID), "-lostPhone-123456", 1))).are("ok")
}

func TestRulings(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	far := w.person("远", zoufang.Township, farTown)
	boss := w.person("县", zoufang.County, county)

	scope := func() (zoufang.RecordID, saved) {
		h := w.id()
		s := wang.saves(L{"new", h, "household", xi, M{"head": "甲"}})
		wang.sends(s).are("scope")
		return h, s
	}
	h, s := scope()
	wang.sends(wang.saves(L{"judge", s.id, "release", "是我"})).are("scope")
	far.sends(far.saves(L{"judge", s.id, "release", "?"})).are("scope")
	li.sends(li.saves(L{"judge", s.id, "amend", ""}, L{"log", h, "remarks", "x"})).are("invalid") // what is out of scope is released or rejected
	li.does(L{"judge", s.id, "reject", "不属实"})
	w.is(s, "rejected")
	boss.does(L{"judge", s.id, "reject", "同意"}) // the same word again
	other := boss.saves(L{"judge", s.id, "release", "查实"})
	boss.sends(other).are("stale_state") // a second, different one
	if a := wang.sends(s); a.list[0].Code != zoufang.Rejected || a.list[0].Why != "不属实" {
		t.Fatalf("%+v", a.list[0])
	}
	boss.does(L{"judge", other.id, "release", "改判"})
	w.is(s, "released")
	w.shows(h, "head", `"甲"`)
	boss.sends(boss.saves(L{"judge", s.id, "reject", "又改"})).are("stale_state") // it is applied
	boss.does(L{"judge", s.id, "release", "同前"})

	// What is invalid cannot be released; its author may amend it.
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{}})
	bad := wang.saves(L{"set", v, "type", "party", S{}})
	wang.sends(bad).are("invalid")
	li.sends(li.saves(L{"judge", bad.id, "release", ""})).are("invalid")
	zhao := w.person("赵", zoufang.Coordinator, dong)
	zhao.sends(zhao.saves(L{"judge", bad.id, "amend", ""}, L{"set", v, "type", "care", S{}})).are("scope")
	wang.does(L{"judge", bad.id, "amend", ""}, L{"set", v, "type", "care", S{}})
	w.is(bad, "amended")
	w.shows(v, "type", `"care"`)
}

// Released, a line is judged with rights and scope waived, and may still wait or
// break a rule.
func TestReleaseWaivesRightsAlone(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	zhao := w.person("赵", zoufang.Coordinator, xi)
	li := w.person("李", zoufang.Township, town)
	h, later := w.id(), w.id()
	zhao.does(L{"new", h, "household", xi, M{}})
	s := wang.saves(L{"set", h, "phone", "1", S{}}, L{"set", later, "phone", "1", S{}})
	wang.sends(s).are("scope")
	li.does(L{"judge", s.id, "release", ""})
	w.is(s, "waiting")
	zhao.does(L{"new", later, "household", xi, M{}})
	w.is(s, "released")
	w.shows(h, "phone", `"1"`)

	mixed := wang.saves(L{"set", h, "group", "1组", S{}}, L{"set", h, "colour", "red", S{}})
	wang.sends(mixed).are("scope") // the first failing item
	li.does(L{"judge", mixed.id, "release", ""})
	w.is(mixed, "invalid")

	// stale_state: the step's `from` is waived too.
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "care"}})
	wang.does(L{"go", v, "state", "draft", "submitted", w.by(v)})
	li.does(L{"go", v, "state", "submitted", "approved", w.by(v)})
	back := li.saves(L{"go", v, "state", "submitted", "returned", w.by(v)})
	li.sends(back).are("stale_state")
	li.does(L{"judge", back.id, "release", "确需退回"})
	w.stands(v, "returned")
}

// Everything of a last will is held, whatever else is wrong with it.
func TestLastWill(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	known := wang.does(L{"new", h, "household", dong, M{}})
	wang.will = true
	s := wang.saves(L{"set", h, "phone", "1", S{}})
	wang.sends(known, s, raw("not JSON"), wang.saves(L{"frob"})).are("dup", "revoked", "revoked", "revoked")
	li.does(L{"judge", s.id, "release", "交接"})
	w.shows(h, "phone", `"1"`)
}

func TestQuota(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	for i := 0; i < zoufang.MaxHeld; i += 500 {
		var lines []saved
		for j := range 500 {
			lines = append(lines, raw(fmt.Sprintf("junk %d", i+j)))
		}
		for _, a := range wang.sends(lines...).list {
			if a.Code != zoufang.HeldSchema {
				t.Fatalf("%+v", a)
			}
		}
	}
	h := w.id()
	more := wang.saves(L{"new", h, "household", xi, M{}})
	wang.sends(raw("one more"), more, wang.saves(L{"set", w.id(), "phone", "1", S{}}), wang.saves(L{"new", w.id(), "household", dong, M{}})).
		are("quota", "quota", "waiting", "ok")
	li := w.person("李", zoufang.Township, town)
	li.does(L{"judge", more.id, "release", ""})
	w.is(more, "released")
}

// A repeated line in the same push, and one that shares only its id.
func TestKnownLines(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	s := wang.saves(L{"new", w.id(), "household", dong, M{}})
	wang.sends(s, s).are("ok", "dup")
	wang.sends(s).are("dup")
}
