package intake_test

import (
	"testing"

	"zoufang"
)

// Wang creates a household on one phone and adds to it; the second line overtakes
// the first.
func TestSetOvertakesItsNew(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	created := wang.saves(L{"new", h, "household", dong, M{"head": "李大爷"}})
	edited := wang.saves(L{"set", h, "phone", "13800000001", S{}})
	noted := wang.saves(L{"log", h, "remarks", "腿脚不便"})
	wang.sends(edited, noted).are("waiting", "waiting")
	wang.sends(edited).are("waiting")
	wang.sends(created).are("ok")
	w.shows(h, "phone", `"13800000001"`)
	wang.sends(edited, noted, created).are("dup", "dup", "dup")
	if n := len(w.record(h).Logs["remarks"]); n != 1 {
		t.Fatalf("%d notes", n)
	}
}

// In one request the answer tells how a line stands in the end.
func TestSetBeforeItsNewInOneRequest(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	created := wang.saves(L{"new", h, "household", dong, M{}})
	edited := wang.saves(L{"set", h, "group", "3组", S{}})
	wang.sends(edited, created, edited).are("ok", "ok", "dup")
}

// What a commit creates is there for its other items, wherever it stands.
func TestOrderWithinACommitDecidesNothing(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	v := w.id()
	wang.does(L{"go", v, "state", "draft", "submitted", S{}}, L{"set", v, "type", "routine", S{}}, L{"new", v, "visit", dong, M{}})
	w.stands(v, "submitted")
}

// A submit overtook the signatures its author saw: the rule fails only for now.
func TestSubmitOvertakesItsSignatures(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	v := w.id()
	digest := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	sig := M{"image": digest, "text": digest, "by": "某", "at": 1763760000000}
	created := wang.does(L{"new", v, "visit", dong, M{"type": "investigation", "visitors": L{"王", "李"}}})
	one := wang.saves(L{"set", v, "signature.household", sig, S{}})
	two := wang.saves(L{"set", v, "signature.visitor1", sig, S{}}, L{"set", v, "signature.visitor2", sig, S{}})
	seen := S{created.id, one.id, two.id}
	submit := wang.saves(L{"go", v, "state", "draft", "submitted", seen})
	wang.sends(submit).are("waiting")
	wang.sends(one).are("ok")
	w.is(submit, "waiting")
	wang.sends(two).are("ok")
	w.is(submit, "applied")
	w.stands(v, "submitted")
}

// An approval overtook the submit it saw; a return that saw an older state loses.
func TestApprovalOvertakesItsSubmit(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	v := w.id()
	created := wang.does(L{"new", v, "visit", dong, M{"type": "routine"}})
	submit := wang.saves(L{"go", v, "state", "draft", "submitted", S{created.id}})
	approve := li.saves(L{"go", v, "state", "submitted", "approved", S{created.id, submit.id}})
	li.sends(approve).are("waiting")
	wang.sends(submit).are("ok")
	w.stands(v, "approved")
	li.sends(li.saves(L{"go", v, "state", "submitted", "approved", w.by(v)})).are("ok")
	li.sends(li.saves(L{"go", v, "state", "submitted", "returned", w.by(v)})).are("stale_state")
	w.stands(v, "approved")
}

// A step waits for a line that staff then reject: it is judged at once.
func TestWaitingEndsWhenWhatItSawIsRejected(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{}})
	bad := wang.saves(L{"set", v, "type", "party", S{}})
	wang.sends(bad).are("invalid")
	submit := wang.saves(L{"go", v, "state", "draft", "submitted", append(w.by(v), bad.id)})
	wang.sends(submit).are("waiting")
	li.does(L{"judge", bad.id, "reject", "没有这种走访"})
	w.is(bad, "rejected")
	w.is(submit, "invalid")
}

// A ruling overtook the line it judges.
func TestRulingOvertakesItsLine(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	li := w.person("李", zoufang.Township, town)
	h := w.id()
	strange := wang.saves(L{"new", h, "household", xi, M{"head": "赵"}})
	ruling := li.saves(L{"judge", strange.id, "release", "代西村登记"})
	li.sends(ruling).are("waiting")
	wang.sends(strange).are("ok")
	w.is(ruling, "applied")
	w.is(strange, "released")
	w.shows(h, "head", `"赵"`)
	wang.sends(strange).are("dup")
}

// Two lines that wait for each other's sake don't keep the server awake.
func TestWaitingForEachOther(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	a, b := w.id(), w.id()
	one := wang.saves(L{"set", a, "phone", "1", S{}}, L{"new", b, "household", dong, M{}})
	two := wang.saves(L{"set", b, "phone", "1", S{}}, L{"new", a, "household", dong, M{}})
	wang.sends(one, two).are("waiting", "waiting")
	wang.does(L{"new", a, "household", dong, M{}})
	w.is(one, "applied")
	w.is(two, "applied")
}
