package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"zoufang/internal/seal"
)

func open(t testing.TB, path string) *seal.Ring {
	t.Helper()
	r, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sealed(t testing.TB, r *seal.Ring, plain, label string) []byte {
	t.Helper()
	b, err := r.Seal([]byte(plain), []byte(label))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func opens(t testing.TB, r *seal.Ring, b []byte, plain, label string) {
	t.Helper()
	got, err := r.Open(b, []byte(label))
	if err != nil || string(got) != plain {
		t.Fatalf("opened %q, %v; want %q", got, err, plain)
	}
}

func TestSealedBytesOpenAgainAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "ring.json")
	r := open(t, path)
	b := sealed(t, r, "320115196001011234", "record:1")
	if bytes.Contains(b, []byte("19600101")) {
		t.Fatal("the plain text shows")
	}
	opens(t, open(t, path), b, "320115196001011234", "record:1")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestOtherLabelOrChangedBytesDoNotOpen(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "ring.json"))
	b := sealed(t, r, "plain", "record:1")
	if _, err := r.Open(b, []byte("record:2")); !errors.Is(err, seal.ErrOpen) {
		t.Fatalf("other label: %v", err)
	}
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 1
		if _, err := r.Open(c, []byte("record:1")); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for _, short := range [][]byte{nil, {1}, {1, 2, 3, 4, 5}} {
		if _, err := r.Open(short, nil); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("%v: %v", short, err)
		}
	}
}

func TestRingsMadeAtOnceAreOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	rings := make([]*seal.Ring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() { rings[i], _ = seal.Open(path) })
	}
	wg.Wait()
	b := sealed(t, rings[0], "x", "")
	for _, r := range rings {
		opens(t, r, b, "x", "")
	}
}

func TestRotationReachesOtherProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	one, two := open(t, path), open(t, path)
	before := sealed(t, two, "old", "")
	if err := one.Rotate(); err != nil {
		t.Fatal(err)
	}
	after := sealed(t, one, "new", "")
	if bytes.Equal(before[:5], after[:5]) {
		t.Fatal("the new key does not seal")
	}
	opens(t, two, after, "new", "")
	opens(t, one, before, "old", "")
	opens(t, open(t, path), before, "old", "")
}

func TestRotationsAtOnceLoseNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	one, two := open(t, path), open(t, path)
	var bytesOf [2][]byte
	var wg sync.WaitGroup
	for i, r := range []*seal.Ring{one, two} {
		wg.Go(func() {
			if err := r.Rotate(); err != nil {
				t.Error(err)
				return
			}
			bytesOf[i], _ = r.Seal([]byte("x"), nil)
		})
	}
	wg.Wait()
	for _, b := range bytesOf {
		opens(t, one, b, "x", "")
		opens(t, two, b, "x", "")
	}
}

func TestWhatIsNoKeyringIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	for _, content := range []string{"", "{}", `{"primaryKeyId":1,"key":[]}`, "not json"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Open(path); err == nil {
			t.Fatalf("%q was taken for a keyring", content)
		}
		if b, _ := os.ReadFile(path); string(b) != content {
			t.Fatalf("%q was replaced", content)
		}
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	r := open(b, filepath.Join(b.TempDir(), "ring.json"))
	plain, label := make([]byte, 1024), []byte("record:0199")
	for b.Loop() {
		s, err := r.Seal(plain, label)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Open(s, label); err != nil {
			b.Fatal(err)
		}
	}
}
