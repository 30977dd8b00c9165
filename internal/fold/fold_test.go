package fold_test

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"zoufang/internal/fold"
)

// today is the day the vectors are told for.
const today = "2026-12-01"

type vector struct {
	In    string          `json:"in"`
	Out   json.RawMessage `json:"out"`
	Wrong fold.Wrong      `json:"wrong"`
}

// replay holds a function against a file of vectors.
func replay[T any](t *testing.T, name string, try func(string) (T, error)) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []vector }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 4 {
		t.Fatalf("%s has %d cases", name, len(file.Cases))
	}
	for _, v := range file.Cases {
		got, err := try(v.In)
		if v.Wrong != "" {
			if err != v.Wrong {
				t.Errorf("%s(%q) is %v, %v; want it to be wrong: %s", name, v.In, got, err, v.Wrong)
			}
			if l := v.Wrong.Label(); l.Zh == "" || l.En == "" {
				t.Errorf("%s has no words", v.Wrong)
			}
			continue
		}
		var want T
		if err := json.Unmarshal(v.Out, &want); err != nil {
			t.Fatal(err)
		}
		have, _ := json.Marshal(got)
		if w, _ := json.Marshal(want); err != nil || string(have) != string(w) {
			t.Errorf("%s(%q) is %s, %v; want %s", name, v.In, have, err, w)
		}
	}
}

func sure[T any](f func(string) T) func(string) (T, error) {
	return func(s string) (T, error) { return f(s), nil }
}

func TestVectors(t *testing.T) {
	replay(t, "key", sure(fold.Key))
	replay(t, "words", sure(func(s string) []string { return append([]string{}, fold.Words(s)...) }))
	replay(t, "clean", sure(fold.Clean))
	replay(t, "line", sure(fold.Line))
	replay(t, "isolated", sure(fold.Isolated))
	replay(t, "digits", fold.Digits)
	replay(t, "number", fold.Number)
	replay(t, "date", fold.Date)
	replay(t, "birth", func(s string) (string, error) { return fold.Birth(s, today) })
	replay(t, "id", func(s string) (fold.Identity, error) { return fold.ID(s, today) })
	replay(t, "code", fold.Code)
}

// FuzzKey: folding twice is folding once, whatever comes.
func FuzzKey(f *testing.F) {
	for _, s := range []string{"买买提•艾合买提", "e\u200b\u0301", "´ ̈", "ﷺ", "İ", "Ϊ́", "a.\u200b.b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := fold.Key(s); fold.Key(once) != once {
			t.Errorf("%q folds to %q, then to %q", s, once, fold.Key(once))
		}
		if c := fold.Clean(s); fold.Clean(c) != c || fold.Line(fold.Line(s)) != fold.Line(s) {
			t.Errorf("%q is not clean after cleaning", s)
		}
	})
}

func TestACodeCanBeTypedAgain(t *testing.T) {
	for range 200 {
		code := fold.NewCode()
		if !regexp.MustCompile("^([3-79A-Y]{4}-){4}[3-79A-Y]{4}$").MatchString(code) || strings.ContainsAny(code, "0O1IL2Z5S8BU") {
			t.Fatalf("%s is not in groups of four, or cannot be told apart", code)
		}
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", "　")} {
			if got, err := fold.Code(typed); err != nil || got != code {
				t.Fatalf("%s is read as %s, %v", typed, got, err)
			}
		}
	}
	if bits := 20 * math.Log2(float64(len(fold.CodeLetters))); bits < 80 {
		t.Errorf("%v random bits", bits)
	}
	if got := fold.OldCode(" dGhp cy1p\u200b_24n　"); got != "dGhpcy1p_24n" {
		t.Errorf("an old code is read as %q", got)
	}
}

func TestWhose(t *testing.T) {
	for _, written := range []string{"110105194912310021"[:17] + "X", "11010519491231002x", "１１０１０５ 19491231 002X", "110105491231002"} {
		if got := fold.Whose(written); got != "11010519491231002X" {
			t.Errorf("%s is told as %s", written, got)
		}
	}
	if fold.Whose("110105491231003") == fold.Whose("110105491231002") || fold.Whose("") != "" {
		t.Error("two persons are taken for one")
	}
}

func BenchmarkKey(b *testing.B) {
	for _, s := range []string{"罗绍良", "３组１２号　ＡＢＣ"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				fold.Key(s)
			}
		})
	}
}
