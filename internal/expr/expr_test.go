package expr

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

type vector struct {
	Expr   string
	With   map[string]any
	Self   any
	Column map[string]string
	Is     any
}

func load(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// of makes a value of what JSON gives.
func of(v any) Value {
	switch v := v.(type) {
	case string:
		return Text(v)
	case float64:
		return Number(v)
	case bool:
		return Bool(v)
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, e.(string))
		}
		return List(list)
	}
	return Value{}
}

func TestValues(t *testing.T) {
	var file struct {
		With  map[string]any
		Now   string
		Cases []vector
	}
	load(t, "values.json", &file)
	for _, c := range file.Cases {
		n, fault := Parse(c.Expr)
		if fault != nil {
			t.Errorf("%s: %v at %d", c.Expr, fault, fault.At)
			continue
		}
		if c.With == nil {
			c.With = file.With
		}
		env := &Env{Self: of(c.Self), Now: file.Now,
			Ref:    func(q string) Value { return of(c.With[q]) },
			Column: func(name string) Value { return Text(c.Column[name]) },
		}
		var got any
		if err := json.Unmarshal(n.Eval(env).JSON(), &got); err != nil || !reflect.DeepEqual(got, c.Is) {
			t.Errorf("%s: %v, want %v", c.Expr, got, c.Is)
		}
		again, fault := Parse(n.String())
		if fault != nil || !reflect.DeepEqual(again, n) {
			t.Errorf("%s: written as %s", c.Expr, n)
		}
	}
}

func TestFaults(t *testing.T) {
	var cases []struct {
		Expr, Code, Of string
		At             int
	}
	load(t, "faults.json", &cases)
	for _, c := range cases {
		_, fault := Parse(c.Expr)
		if fault == nil || *fault != (Fault{c.Code, c.At, c.Of}) {
			t.Errorf("%s: %+v, want %+v", c.Expr, fault, c)
		}
	}
	long := strings.Repeat("1 + ", 450) + "1"
	deep := strings.Repeat("(", 30) + "1" + strings.Repeat(")", 30)
	for _, s := range []string{long, deep, strings.Repeat("-", 30) + "1", strings.Repeat(" ", MaxLength+1), "'\xff'"} {
		if _, fault := Parse(s); fault == nil {
			t.Errorf("%.20s…: taken", s)
		}
	}
}

// The list of functions is one thing, told twice: here and on phones.
func TestFunctions(t *testing.T) {
	want := map[string][2]int{}
	load(t, "functions.json", &want)
	if !reflect.DeepEqual(Functions, want) {
		t.Errorf("functions: %v", Functions)
	}
}

// What comes out has bounds whatever went in.
func TestBounds(t *testing.T) {
	env := &Env{Self: Text(strings.Repeat("龙", maxText)), Now: "2026-12-01T08:30"}
	for s, want := range map[string]int{"string-length(.)": maxText, "string-length(concat(., ., .))": maxText, "string-length(join(., 1, 2))": maxText} {
		n, fault := Parse(s)
		if fault != nil {
			t.Fatal(fault)
		}
		if got := n.Eval(env).Float(); got != float64(want) {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// FuzzParse finds no text that makes the parser panic, or an expression whose writing
// reads as another, or one without a value.
func FuzzParse(f *testing.F) {
	var file struct{ Cases []vector }
	load(f, "values.json", &file)
	for _, c := range file.Cases {
		f.Add(c.Expr, "2026-12-01")
	}
	var faults []struct{ Expr string }
	load(f, "faults.json", &faults)
	for _, c := range faults {
		f.Add(c.Expr, "-1.5")
	}
	f.Fuzz(func(t *testing.T, s, answer string) {
		n, fault := Parse(s)
		if fault != nil {
			if fault.At < 0 || fault.At > len(s) || fault.Code == "" {
				t.Errorf("%q: %+v", s, fault)
			}
			return
		}
		known := func(string) Value { return Text(answer) }
		env := &Env{Ref: known, Column: known, Self: List(strings.Fields(answer)), Now: "2026-12-01T08:30"}
		v := n.Eval(env)
		if text := v.String(); len([]rune(text)) > maxText {
			t.Errorf("%q makes %d bytes", s, len(text))
		}
		if f := v.Float(); f == f && (f > maxNumber || f < -maxNumber) {
			t.Errorf("%q makes %v", s, f)
		}
		written := n.String()
		again, fault := Parse(written)
		if fault != nil {
			if fault.Code != FaultLong {
				t.Errorf("%q is written %q: %v", s, written, fault)
			}
			return
		}
		if again.String() != written {
			t.Errorf("%q is written %q, and that %q", s, written, again)
		}
	})
}
