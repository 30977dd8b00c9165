package fold_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zoufang/internal/fold"
)

func TestMaskVectors(t *testing.T) {
	replay(t, "mask", sure(fold.Mask))
	replay(t, "mask", sure(func(s string) string { return fold.Mask(fold.Mask(s)) }))
}

func TestALineIsSensitiveHoweverItIsWritten(t *testing.T) {
	for line, want := range map[string]bool{
		`{"do":[["set","r","id_nunber","11010519491231002X",[]]]}`:           true,
		`{"do":[["set","r","n",110105194912310021,[]]]}`:                     true,
		`{"do":[["set","r","11010519491231002X","",[]]]}`:                    true,
		`{"n":"\u0031\u00310105194912310021"}`:                               true,
		`{"n":"\uff11\uff110105194912310021"}`:                               true,
		`{"n":"110105\u00a019491231\u00a00021"}`:                             true,
		`{"n":"110105\u20281949`:                                             false,
		`{"dev":"d","n":41,"at":1763760000000,"note":"13800138000 的家"}`:      false,
		`{"id":"019430f0-7a2b-7c3d-8e4f-123456789012","a":"320115101203"}`:   false,
		`{"s":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0"}`: false,
	} {
		if got := fold.Sensitive([]byte(line)); got != want {
			t.Errorf("%s is sensitive: %v", line, got)
		}
	}
}

func TestTold(t *testing.T) {
	for in, want := range map[string]string{
		"\u2068ئەخمەت\u2069 说\u202e":        "\u2068ئەخمەت\u2069 说",
		"\u2068ئەخمەت":                      "ئەخمەت",
		"\u2069ئەخمەت\u2068":                "ئەخمەت",
		"\u202d11010519491231002X\u202c 的户": "110***********002X 的户",
	} {
		if got := fold.Told(in); got != want || fold.Told(got) != got {
			t.Errorf("%q is told as %q", in, got)
		}
	}
}

// FuzzMask: masking twice is masking once, and nothing beside numbers is touched.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "a110105-19491231-0021.b", "１１０１０５１９４９１２３１００２Ｘ", "1.10105E+17 11010519491231002X", "x\xff1101051949\xfe12310021"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := fold.Mask(s)
		if fold.Mask(m) != m {
			t.Errorf("%q is masked to %q, then to %q", s, m, fold.Mask(m))
		}
		if !strings.Contains(m, "*") && m != s {
			t.Errorf("%q became %q", s, m)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	line, _ := json.Marshal(map[string]any{"do": strings.Repeat("走访了3户，13800138000，2026-12-01。", 1500)})
	for name, s := range map[string]string{"name": "罗绍良", "line of 64 KiB": string(line)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				fold.Mask(s)
			}
		})
	}
}
