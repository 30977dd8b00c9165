package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// awkward are values of one register as no tidy program would write them.
var awkward = []string{
	`{ "b" : 1.0 , "a":[ 1e2,-0, 0.10 ] }`,
	`{"a":1,"a":2}`,
	`"\ud800"`,
	`"\udc00 \ud83d"`,
	`"\u738b\/\u0000\b\"\\"`,
	`"王\u2028 <&>'"`,
	`"` + "\u2028\u2029\ufeff\x7f" + `"`,
	`1.0`, `10000000000000000000000001`, `1E400`, `-0.0`,
	`[[[[]],{}]]`,
	"\"tab\\tin\"",
	`{"__proto__":null,"":""}`,
	"[1,\t2 ]",
}

// Awkward bytes: what is sent is what is stored and sent on, to the byte, and the
// id is of those bytes.
func TestValuesStayTheBytesThatCame(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{"type": "routine"}})
	ids := map[string]string{}
	for i, v := range awkward {
		l := wang.line(L{"set", rid, fmt.Sprintf("answers.q%d", i), json.RawMessage(`"@"`), S{}})
		l = []byte(strings.Replace(string(l), `"@"`, v, 1))
		if a := wang.pushes(l); a.answers[0].C != id(l) || a.answers[0].R != "ok" {
			t.Errorf("%s: %+v, want id %s", v, a.answers[0], id(l))
		}
		ids[fmt.Sprintf("answers.q%d", i)] = id(l)
	}
	for _, when := range []string{"now", "after a restart"} {
		r := wang.shown(rid)
		for i, v := range awkward {
			field := fmt.Sprintf("answers.q%d", i)
			if got := values(r, field); len(got) != 1 || got[0] != strings.TrimSpace(v) {
				t.Errorf("%s: %q came back as %q", when, v, got)
			} else if by := r.By[r.F[field][0].K]; by != ids[field] {
				t.Errorf("%s: by %s, want %s", when, by, ids[field])
			}
		}
		s.restart()
	}
	wang.syncs()
	s.verify()
}

// oddLines are whole lines around the same items, each as some client might lay
// it out. Each must be applied.
func oddLines(h *handset, items string) []string {
	dev, user := encode(h.Device()), encode(h.user)
	return []string{
		fmt.Sprintf(`{"do":%s,"heard":null,"page":"\/","mono":1E2,"at":1.76376e12,"schema":1.0,"user":%s,"nonce":"x","prev":null,"n":2.0,"dev":%s}`, items, user, dev),
		fmt.Sprintf(" {\t\"dev\" : %s , \"n\":3,\"prev\":null,\"nonce\":\"\",\"user\":%s,\"schema\":1,\"at\":-5,\"mono\":0,\"page\":\"p\",\"heard\":0 ,\"do\" : %s } ", dev, user, items),
		fmt.Sprintf("{\"dev\":%s,\"n\":4,\"prev\":null,\"nonce\":\"y\",\"user\":%s,\"schema\":1,\"at\":9,\"mono\":1.5,\"page\":\"p\",\"heard\":null,\"do\":%s,\"later\":{\"a\":[1]}}\r", dev, user, items),
		fmt.Sprintf(`{"dev":"wrong","dev":%s,"n":5,"prev":null,"nonce":"z","user":"wrong","user":%s,"schema":9,"schema":1,"at":9,"mono":1,"page":"","heard":null,"do":[],"do":%s}`, dev, user, items),
		fmt.Sprintf(`{"\u0064ev":%s,"n":6,"prev":null,"nonce":"\ud800","user":%s,"schema":1,"at":1e300,"mono":-1,"page":"\u0000","heard":null,"do":%s}`, dev, user, items),
	}
}

func TestLinesOfAnyLayout(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid, strange := wang.NewID(), wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{}})
	for i, l := range oddLines(wang, fmt.Sprintf(`[["log","%s","remarks","记"]]`, rid)) {
		if a := wang.pushes([]byte(l)).answers[0]; a.R != "ok" || a.C != id([]byte(l)) {
			t.Errorf("layout %d: %+v, want ok for %s", i, a, id([]byte(l)))
		}
		wang.pushes([]byte(l)).are("dup")
	}
	// Held ones come back byte for byte: here of a village that is not Wang's.
	want := map[string]string{}
	for _, l := range oddLines(wang, fmt.Sprintf(`[["new","%s","household","%s",{ "head":"\ud800\u738b" }]]`, strange, xi)) {
		wang.pushes([]byte(l)).are("scope")
		want[id([]byte(l))] = l
	}
	held := wang.held()
	for cid, l := range want {
		if held[cid].Line == nil || *held[cid].Line != l {
			t.Errorf("held line came back as %v, want %q", held[cid].Line, l)
		}
		s.run(nil, "held", "release", cid, "--why", "代西村登记")
		wang.pushes([]byte(l)).are("dup")
	}
	for _, v := range values(li.shown(strange), "head") {
		if v != `"\ud800\u738b"` {
			t.Errorf("head came back as %s", v)
		}
	}
	s.verify()
}

// heldLine is an entry of GET /held.
type heldLine struct {
	ID, Code, Why string
	At            int64
	Line          *string
}

func (h *handset) held() map[string]heldLine {
	h.s.Helper()
	r := h.do("GET", "/held", nil).is(200, "")
	var m struct{ Held []heldLine }
	h.s.must(json.Unmarshal(r.body, &m))
	out := map[string]heldLine{}
	for _, l := range m.Held {
		if out[l.ID] = l; l.ID == "" || l.Code == "" || l.At == 0 {
			h.s.Errorf("held line %+v", l)
		}
	}
	return out
}

func padded(h *handset, rid string, size int) []byte {
	l := h.line(L{"log", rid, "remarks", ""})
	pad := strings.Repeat("x", size-len(l)-len(`,"pad":""`))
	return []byte(strings.TrimSuffix(string(l), "}") + `,"pad":"` + pad + `"}`)
}

// Exactly 64 KiB is a line; one byte more is held, and judged by nobody's guess.
func TestLongestLine(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{}})
	longest, longer := padded(wang, rid, 64<<10), padded(wang, rid, 64<<10+1)
	if len(longest) != 65536 || len(longer) != 65537 {
		t.Fatal(len(longest), len(longer))
	}
	wang.pushes(longest, longer).are("ok", "schema")
	wang.pushes(longer, longest).are("schema", "dup")
	if l := wang.held()[id(longer)]; l.Line == nil || *l.Line != string(longer) {
		t.Error("the long line did not come back")
	}
	// A line as long as a request carries is accepted all the same.
	huge := padded(wang, rid, 500<<10)
	wang.asks(ask{}, huge).said().are("schema")
}
