package zoufang

import (
	"testing"

	"pgregory.net/rapid"
)

func TestEqualAsParsedJSON(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		equal bool
	}{
		{`1`, `1.0`, true},
		{`1`, `1e0`, true},
		{`-0`, `0`, true},
		{`0.1`, `0.10000000000000001`, true},
		{`9007199254740993`, `9007199254740992`, true}, // doubles
		{`1e999`, `-1e999`, false},
		{`1`, `"1"`, false},
		{`{"a":1,"b":2}`, `{ "b" : 2, "a" : 1.0 }`, true},
		{`{"a":1,"a":2}`, `{"a":2}`, true}, // the last of equal keys counts
		{`{"a":2,"a":1}`, `{"a":2}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`"\u738b"`, `"王"`, true},
		{`"\ud800"`, `"\ud801"`, false}, // lone surrogates are different texts
		{`"\ud800"`, `"\ufffd"`, false},
		{`"\ud83d\ude00"`, `"😀"`, true},
		{`"\/"`, `"/"`, true},
		{`null`, ` null `, true},
		{`null`, `""`, false},
		{`true`, `false`, false},
		{`{"":{}}`, `{"":[]}`, false},
	} {
		if got := Value(c.a).Equal(Value(c.b)); got != c.equal {
			t.Errorf("%s = %s: %v, want %v", c.a, c.b, got, c.equal)
		}
	}
}

func TestValuesKeepTheirBytes(t *testing.T) {
	m, ok := Value(`{ "a" : [ 1.0 , "\u0041" ] , "b":{ "c" : 1e2 } }`).Object()
	if !ok || string(m["a"]) != `[ 1.0 , "\u0041" ]` || string(m["b"]) != `{ "c" : 1e2 }` {
		t.Fatalf("%s, %s", m["a"], m["b"])
	}
	list, ok := m["a"].Array()
	if !ok || len(list) != 2 || string(list[0]) != "1.0" || string(list[1]) != `"\u0041"` {
		t.Fatalf("%q", list)
	}
}

// A value equals itself written with other white space, and canonical texts of
// different plain texts differ.
func TestCanonProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		va, vb := Quote(a), Quote(b)
		if (va.Canon() == vb.Canon()) != (a == b) {
			t.Fatalf("%q %q: %s %s", a, b, va.Canon(), vb.Canon())
		}
		if s, ok := va.Text(); !ok || s != a {
			t.Fatalf("%q came back as %q", a, s)
		}
	})
}

func FuzzScanner(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\ud800\"]}"}],"":null}`))
	f.Add([]byte("[1.0e-3 ,\ttrue,\r[]]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !ValidJSON(b) || nested(b) > MaxNested {
			return
		}
		v := Value(b)
		if !v.Equal(v) {
			t.Fatal("a value differs from itself")
		}
		if list, ok := v.Array(); ok {
			for _, e := range list {
				if !ValidJSON(e) {
					t.Fatalf("element %q of %q is no JSON", e, b)
				}
			}
		}
		if m, ok := v.Object(); ok {
			for _, e := range m {
				if !ValidJSON(e) {
					t.Fatalf("member %q of %q is no JSON", e, b)
				}
			}
		}
	})
}
