package intake_test

import (
	"testing"

	"zoufang"
)

// The same submit that saw nothing missing is told which rule it breaks, and one
// who cannot sign is excused with a witness.
func TestInvestigationRules(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	v := w.id()
	digest := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	sig := M{"image": digest, "text": digest, "by": "某", "at": 1763760000000}
	wang.does(L{"new", v, "visit", dong, M{"type": "investigation"}})
	refused := func(why string) {
		t.Helper()
		s := wang.saves(L{"go", v, "state", "draft", "submitted", w.by(v)})
		a := wang.sends(s)
		a.are("invalid")
		if !contains(a.list[0].Why, why) {
			t.Fatalf("why %q names no %s", a.list[0].Why, why)
		}
	}
	refused("visitors")
	wang.does(L{"add", v, "visitors", "王"}, L{"add", v, "visitors", "李"})
	refused("signature.household")
	unable := wang.does(L{"set", v, "signature.household", M{"unable": "手疾"}, S{}})
	refused("signature.household")
	wang.does(L{"set", v, "signature.household", M{"unable": "手疾", "witness": "赵"}, S{unable.id}})
	refused("signature.visitor1")
	wang.does(L{"set", v, "signature.visitor1", sig, S{}})
	refused("signature.visitor2")
	wang.does(L{"set", v, "signature.visitor2", sig, S{}})
	wang.does(L{"go", v, "state", "draft", "submitted", w.by(v)})
	w.stands(v, "submitted")

	empty := w.id()
	wang.does(L{"new", empty, "visit", dong, M{}})
	wang.sends(wang.saves(L{"go", empty, "state", "draft", "submitted", S{}})).are("invalid")
}
