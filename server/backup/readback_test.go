package backup

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// What a file or a set is, it is only once it has been read back: damaged in between,
// nothing is called safe, and nothing of it is left under a backup's name.
func TestDamagedBeforeItIsReadBack(t *testing.T) {
	ways := kinds(t)
	ways["clear"] = [2]Keys{}
	for name, keys := range ways {
		t.Run(name, func(t *testing.T) {
			a := newHouse(t, keys[0])
			a.settle()
			a.must(a.store.SetSafeAt(t.Context(), 7))
			for what, damage := range map[string]func(t *testing.T, path string){
				"cut short": func(t *testing.T, path string) { shorten(t, path, 0.5) },
				"its end":   func(t *testing.T, path string) { shorten(t, path, 0.999) },
				"emptied":   func(t *testing.T, path string) { shorten(t, path, 0) },
				"a bit":     flip,
			} {
				dir := t.TempDir()
				a.damagesOne("reading the file back", filepath.Join(dir, "*"+partSuffix), damage)
				_, err := a.WriteFile(t.Context(), filepath.Join(dir, "b.zfb"))
				fails(t, err, "reading back")
				if m := a.meta(); m.SafeAt != 7 || names(t, dir) != "" {
					t.Errorf("%s: safe at %d; left are %q", what, m.SafeAt, names(t, dir))
				}
				if name == "clear" {
					continue // sets are encrypted
				}
				a.damagesOne("reading the set back", filepath.Join(dir, "*"+setSuffix), damage)
				_, err = a.WriteSet(t.Context(), Dir(dir), 0)
				fails(t, err, "reading back")
				if m := a.meta(); m.SafeAt != 7 || strings.Contains(names(t, dir), setSuffix) {
					t.Errorf("%s: safe at %d; left are %q", what, m.SafeAt, names(t, dir))
				}
			}
		})
	}
}

// damagesOne has the only file that a pattern finds damaged when something is said.
func (h *house) damagesOne(when, pattern string, damage func(t *testing.T, path string)) {
	h.Place.Say = func(s string) {
		if s != when {
			return
		}
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) != 1 {
			h.t.Errorf("%s: there are %v", when, found)
			return
		}
		damage(h.t, found[0])
	}
}

func shorten(t *testing.T, path string, part float64) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, int64(part*float64(info.Size())))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func flip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		b[len(b)*2/3] ^= 1
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// spoiled is a target whose media are damaged as soon as they are there.
type spoiled struct{ Dir }

func (s spoiled) Put(ctx context.Context, name string, r io.Reader) error {
	err := s.Dir.Put(ctx, name, r)
	if err == nil && strings.HasPrefix(name, mediaDir) {
		err = os.Truncate(filepath.Join(string(s.Dir), filepath.FromSlash(name)), 100)
	}
	return err
}

// A medium of a set, too, counts once it has been read back.
func TestAMediumDamagedBeforeItIsReadBack(t *testing.T) {
	a := newHouse(t, Keys{Passphrase: phrase})
	a.settle()
	_, err := a.WriteSet(t.Context(), spoiled{Dir(t.TempDir())}, 0)
	if m := a.meta(); err == nil || m.SafeAt != 0 {
		t.Errorf("safe at %d, %v", m.SafeAt, err)
	}
}

// What is under way when a backup is made goes on in what is restored from it.
func TestAnArrivalUnderWayIsInTheBackup(t *testing.T) {
	a, to := newHouse(t, Keys{}), newHouse(t, Keys{})
	id, d := a.visit(dong, 100)
	a.update(func(tx storage.Tx) error { // as if it were the last of very many
		r, err := tx.Record(id)
		if err != nil {
			return err
		}
		r.Need = []zoufang.Digest{d}
		return tx.PutRecord(r, "")
	})
	file := filepath.Join(t.TempDir(), "b.zfb")
	_, err := a.WriteFile(t.Context(), file)
	a.must(err)
	_, err = to.RestoreFile(t.Context(), file)
	to.must(err)
	to.must(to.store.View(t.Context(), func(v storage.View) error {
		under, err := v.Arrivals(9)
		if len(under) != 1 || under[0] != d {
			t.Errorf("under way: %v", under)
		}
		return err
	}))
}

// What is safe never goes back: a run that ends after a later one leaves that word.
func TestWhatIsSafeDoesNotGoBack(t *testing.T) {
	a := newHouse(t, Keys{})
	a.visit(dong, 100)
	const later = 1 << 50
	a.must(a.store.SetSafeAt(t.Context(), later))
	w, err := a.WriteFile(t.Context(), filepath.Join(t.TempDir(), "b.zfb"))
	if m := a.meta(); err != nil || m.SafeAt != later {
		t.Errorf("safe at %d after a run at %d, %v", m.SafeAt, w.SafeAt, err)
	}
}

// A medium cut short in the store is missed also where the place has it whole.
func TestAMediumCutShortInTheStore(t *testing.T) {
	a, target := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
	_, d := a.visit(dong, 5000)
	_, err := a.WriteSet(t.Context(), target, 0)
	a.must(err)
	was := a.meta().SafeAt
	object := filepath.Join(a.dir, "media", "objects", string(d[:2]), string(d))
	a.must(os.Chmod(object, 0o600))
	shorten(t, object, 0.5)
	_, err = a.WriteSet(t.Context(), target, 0)
	fails(t, err, "missing or cut short, the first is "+string(d))
	if now := a.meta().SafeAt; now != was {
		t.Errorf("safe at %d, was %d", now, was)
	}
}
