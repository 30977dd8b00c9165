package e2e_test

import (
	"fmt"
	"testing"
)

// named are the kinds and fields of protocol §6 with a value each. "+" is an
// addition to a set, "#" a note.
var named = map[string]map[string]any{
	"visit": {"type": "gift", "household": ref, "persons+": ref, "way": "video", "met": "本人", "started": 1763760000000, "ended": 1763760000001,
		"visitors+": "孙", "form": "visit@3", "answers.sleep": L{1, "x", nil}, "risk": M{"level": "高", "reason": "独居"}, "note": "好", "needs+": "用药",
		"photos+": noDigest, "audio+": noDigest, "place": M{"lat": 31.2, "lon": 120, "accuracy": 5.5, "at": 1763760000000},
		"signature.household": M{"unable": "手疾", "witness": "赵"}, "signature.visitor1": M{"image": noDigest, "text": noDigest, "by": "王", "at": 1},
		"signature.visitor2": M{"image": noDigest, "text": noDigest, "by": "孙", "at": 1}, "signature.village": nil, "remarks#": "记", "void": "重复"},
	"household": {"head": "李", "address": "1号", "group": "3组", "phone": "1", "place": M{"lat": 1, "lon": 2, "accuracy": 3, "at": 4}, "coordinator": "王", "members+": ref},
	"person": {"name": "李", "sex": "女", "birth": "1953-04-12", "id_number": "99010119530412002X", "no_id": M{"reason": "未登记户口"}, "phone": "1", "household": ref, "categories+": "dibao",
		"benefit.dibao": M{"class": "A", "from": "2025-01", "amount": 560, "approved": "2025-01-02", "review": nil}, "risk": M{"level": "中", "reason": "病"}, "remarks#": "记"},
	"request": {"item": "dibao", "person": ref, "urgency": "急", "text": "想办低保", "visit": ref, "remarks#": "记"},
}

const ref = "01890000-0000-7000-8000-000000000000"

func TestNamedKindsAndFields(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	for kind, fields := range named {
		made, edited := wang.NewID(), wang.NewID()
		initial := M{}
		wang.saves(L{"new", edited, kind, dong, M{}})
		for key, v := range fields {
			field, do := key, L{"set", edited, key, v, S{}}
			switch key[len(key)-1] {
			case '+':
				field = key[:len(key)-1]
				do = L{"add", edited, field, v}
				initial[field] = L{v}
			case '#':
				field = key[:len(key)-1]
				do = L{"log", edited, field, v}
			default:
				initial[field] = v
			}
			if a := wang.pushes(wang.line(do)).answers[0]; a.R != "ok" {
				t.Errorf("%s.%s: %+v", kind, field, a)
			}
		}
		if a := wang.pushes(wang.line(L{"new", made, kind, dong, initial})).answers[0]; a.R != "ok" {
			t.Errorf("new %s: %+v", kind, a)
		}
		row := wang.shown(edited)
		for key := range fields {
			field := key
			if c := key[len(key)-1]; c == '+' || c == '#' {
				field = key[:len(key)-1]
			}
			if len(values(row, field)) != 1 {
				t.Errorf("%s.%s shows %v", kind, field, values(row, field))
			}
		}
	}
	for _, typ := range []string{"routine", "care", "investigation", "gift", "errand", "followup", "disaster"} {
		wang.saves(L{"new", wang.NewID(), "visit", dong, M{"type": typ, "state": "draft"}})
	}
	for _, way := range []string{"home", "phone", "video", "neighbour"} {
		wang.saves(L{"new", wang.NewID(), "visit", dong, M{"way": way}})
	}
	// Values of another type, and members a closed family does not have.
	rid := wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{}})
	for _, do := range []L{{"set", rid, "type", "party", S{}}, {"set", rid, "way", 1, S{}}, {"set", rid, "started", 1.5, S{}}, {"set", rid, "household", "x", S{}},
		{"add", rid, "photos", "x"}, {"add", rid, "photos", nil}, {"set", rid, "place", "here", S{}}, {"set", rid, "place", M{"lat": "x"}, S{}},
		{"set", rid, "signature.mayor", M{}, S{}}, {"set", rid, "answers.", 1, S{}}, {"set", rid, "needs", "x", S{}}, {"add", rid, "note", "x"},
		{"log", rid, "note", "x"}, {"set", rid, "remarks", "x", S{}}, {"set", rid, "state", "draft", S{}}, {"go", rid, "note", "a", "b", S{}}, {"set", rid, "id_number", "1", S{}}} {
		if a := wang.pushes(wang.line(do)).answers[0]; a.Code != "invalid" {
			t.Errorf("%v: %+v, want invalid", do, a)
		}
	}
}

// The states and who steps. Each step from the state before it; all others stay
// where they are.
func TestStatesAndTheirSteps(t *testing.T) {
	s := newServer(t)
	wang, zhao, li, zhou, sun := s.handset("coordinator", dong), s.handset("coordinator", dong), s.handset("township", town), s.handset("county", county), s.handset("worker", dong)
	visit := wang.NewID()
	wang.saves(L{"new", visit, "visit", dong, M{}})
	step := func(by *handset, rid, from, to, want string) {
		t.Helper()
		if a := by.pushes(by.line(L{"go", rid, "state", from, to, by.by(rid)})).answers[0]; a.R != want && a.Code != want {
			t.Errorf("%s: %s→%s: %+v, want %s", by.User().Role, from, to, a, want)
		}
	}
	step(wang, visit, "draft", "submitted", "invalid") // no type
	wang.saves(L{"set", visit, "type", "routine", S{}})
	for _, other := range []*handset{zhao, sun, li, zhou} {
		step(other, visit, "draft", "submitted", "scope") // its author alone
	}
	step(wang, visit, "draft", "submitted", "ok")
	step(wang, visit, "submitted", "approved", "scope")
	step(li, visit, "submitted", "returned", "ok")
	step(li, visit, "submitted", "returned", "ok") // it is so already
	step(zhou, visit, "submitted", "approved", "stale_state")
	step(wang, visit, "returned", "submitted", "ok")
	before := li.shown(visit)
	step(zhou, visit, "submitted", "approved", "ok")
	approved := li.shown(visit)
	step(li, visit, "submitted", "approved", "ok")
	if after := li.shown(visit); string(after.Raw) != string(approved.Raw) || before.Seq == approved.Seq {
		t.Errorf("a second approval changed the record: %s", after.Raw)
	}
	step(wang, visit, "approved", "draft", "invalid")

	for _, path := range [][]string{
		{"received", "assigned", "transferred", "answered", "closed"},
		{"received", "assigned", "referred", "answered", "assigned", "answered", "closed"},
	} {
		rid := sun.NewID()
		sun.saves(L{"new", rid, "request", dong, M{"text": "想办低保"}})
		for i := 1; i < len(path); i++ {
			step(li, rid, path[i-1], path[i], "ok")
		}
		if got := values(li.shown(rid), "state"); got[0] != fmt.Sprintf("%q", path[len(path)-1]) {
			t.Errorf("%v ends in %v", path, got)
		}
	}
	rid := sun.NewID()
	sun.saves(L{"new", rid, "request", dong, M{}})
	step(li, rid, "received", "closed", "invalid")
	step(li, rid, "assigned", "answered", "stale_state")
}

// An approval overtook the submit it saw.
func TestStoryAnApprovalOvertakesItsSubmit(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	made := wang.saves(L{"new", rid, "visit", dong, M{"type": "routine"}})
	submit := wang.line(L{"go", rid, "state", "draft", "submitted", S{made}})
	approve := li.line(L{"go", rid, "state", "submitted", "approved", S{made, id(submit)}})
	li.pushes(approve).are("waiting")
	wang.pushes(submit).are("ok")
	li.pushes(approve).are("dup")
	if row := wang.shown(rid); values(row, "state")[0] != `"approved"` || row.Changed {
		t.Errorf("%s", row.Raw)
	}
}

// What serves the audit trail gates nothing: numbers, predecessors, the app's age.
// A second new acts as sets that saw nothing, and its area is ignored.
func TestWhatGatesNothing(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong, xi)
	rid := wang.NewID()
	for i, other := range []M{{}, {"n": 1}, {"n": 1}, {"n": -7}, {"n": 9_000_000}, {"prev": "AAAAAAAAAAAAAAAA"}, {"prev": "garbage"}, {"page": ""}, {"mono": -1e9}, {"at": -1}, {"heard": -5}} {
		area := []string{dong, xi}[min(i, 1)]
		wang.pushes(wang.lineWith(other, L{"new", rid, "household", area, M{"head": fmt.Sprint(i)}})).are("ok")
	}
	if row := wang.shown(rid); row.Area != dong || len(row.F["head"]) != 11 {
		t.Errorf("%s", row.Raw)
	}
	for _, app := range []any{"0.0.1", "", nil, "99.0.0-beta"} {
		l, _ := wang.household(nil)
		wang.asks(ask{more: M{"app": app}}, l).said().are("ok")
	}
	// Ids may begin with a dash, at the command line too.
	l := []byte("x")
	for id(l)[0] != '-' {
		l = []byte("poison" + nonce())
	}
	wang.pushes(l).are("schema")
	s.run(nil, "held", "reject", id(l), "--why", "乱码")
	wang.pushes(l).are("rejected")
	wang.asks(ask{last: id(l)}).said().are()
}
