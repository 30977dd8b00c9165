package backup

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zoufang/storage"
)

func TestSetsThereAndBack(t *testing.T) {
	for name, keys := range kinds(t) {
		t.Run(name, func(t *testing.T) {
			a, target := newHouse(t, keys[0]), Dir(filepath.Join(t.TempDir(), "sets"))
			a.settle()
			first, err := a.WriteSet(t.Context(), target, 0)
			a.must(err)
			if m := a.meta(); m.SafeAt != first.SafeAt || first.Added != 3 || first.AddedBytes != 73000 || first.Media != 3 {
				t.Errorf("first %+v, meta %+v", first, m)
			}
			early := content(t, a.store)
			_, d := a.visit(dong, 1234)
			second, err := a.WriteSet(t.Context(), target, 0)
			a.must(err)
			if second.Added != 1 || second.AddedBytes != 1234 || second.Media != 4 || second.SafeAt <= first.SafeAt || a.meta().SafeAt != second.SafeAt {
				t.Errorf("second %+v", second)
			}
			all, err := Sets(t.Context(), target)
			a.must(err)
			if len(all) != 2 || all[1].Name != second.File || all[1].Round != 1 || all[1].Bytes != second.Bytes || all[1].Clock != second.SafeAt {
				t.Errorf("sets %+v", all)
			}
			late := content(t, a.store)
			to := newHouse(t, keys[1])
			r, err := to.RestoreSet(t.Context(), target, "")
			to.must(err)
			to.whole(a, late)
			to.has(d)
			if r.File != second.File || r.Added != 4 || r.Clock != second.SafeAt {
				t.Errorf("restored %+v", r)
			}
			r, err = to.RestoreSet(t.Context(), target, strings.TrimSuffix(first.File, setSuffix))
			to.must(err)
			to.whole(a, early)
			if r.File != first.File || r.Added != 0 || r.Kept == "" {
				t.Errorf("restored %+v", r)
			}
			_, err = to.RestoreSet(t.Context(), target, "zoufang-20200101T000000.000Z")
			fails(t, err, "there is no backup")
			_, err = to.RestoreSet(t.Context(), Dir(t.TempDir()), "")
			fails(t, err, "there are no backups")
			// The target keeps its key.
			for want, k := range map[string]Keys{"choose another place": {Recipient: func() string { r, _ := identity(t); return r }()}, "": {Passphrase: "quite another phrase"}, "always encrypted": {}} {
				a.Keys = k
				_, err := a.WriteSet(t.Context(), target, 0)
				fails(t, err, want)
			}
		})
	}
}

// What is damaged in the target is found, at once or when its turn comes, and
// written anew; until then a restore refuses it.
func TestDamagedMediaAreMended(t *testing.T) {
	for name, keys := range kinds(t) {
		a, dir := newHouse(t, keys[0]), t.TempDir()
		target := Dir(dir)
		a.settle()
		_, d := a.visit(xi, 200000)
		_, err := a.WriteSet(t.Context(), target, 0)
		a.must(err)
		path := filepath.Join(dir, mediaName(d))
		good, err := os.ReadFile(path)
		a.must(err)
		for what, bad := range map[string][]byte{"cut": good[:len(good)-1], "long": append(append([]byte(nil), good...), 1), "gone": nil} {
			a.must(os.WriteFile(path, bad, 0o600))
			if bad == nil {
				a.must(os.Remove(path))
			}
			to := newHouse(t, keys[1])
			_, err := to.RestoreSet(t.Context(), target, "")
			fails(t, err, "nothing was changed")
			w, err := a.WriteSet(t.Context(), target, 2)
			a.must(err)
			if w.Added != 1 || (w.Mended == 1) != (bad != nil) {
				t.Errorf("%s, %s: %+v", name, what, w)
			}
		}
		rng := rand.New(rand.NewPCG(3, 4))
		for range 2 {
			good, err = os.ReadFile(path)
			a.must(err)
			good[rng.IntN(len(good))] ^= 1
			a.must(os.WriteFile(path, good, 0o600))
			to := newHouse(t, keys[1])
			before := content(t, to.store)
			_, err = to.RestoreSet(t.Context(), target, "")
			if err == nil || content(t, to.store) != before || !strings.Contains(err.Error(), string(d)) {
				t.Errorf("%s: restored a damaged medium: %v", name, err)
			}
			var checked, mended int64
			for range rounds {
				w, err := a.WriteSet(t.Context(), target, 2)
				a.must(err)
				checked += w.Checked
				mended += w.Mended
			}
			if checked != 4 || mended != 1 {
				t.Errorf("%s: in %d rounds %d checked, %d mended", name, rounds, checked, mended)
			}
			_, err = to.RestoreSet(t.Context(), target, "")
			to.must(err)
			to.has(d)
		}
	}
}

func TestBadSetsChangeNothing(t *testing.T) {
	keys := Keys{Passphrase: phrase}
	a, to, dir := newHouse(t, keys), newHouse(t, keys), t.TempDir()
	a.settle()
	to.settle()
	w, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	path := filepath.Join(dir, w.File)
	good, err := os.ReadFile(path)
	a.must(err)
	before := content(t, to.store)
	rng := rand.New(rand.NewPCG(5, 6))
	for range 25 {
		bad := append([]byte(nil), good...)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		a.must(os.WriteFile(path, bad, 0o600))
		_, err := to.RestoreSet(t.Context(), Dir(dir), "")
		fails(t, err, "nothing was changed")
		a.must(os.WriteFile(path, good[:rng.IntN(len(good))], 0o600))
		_, err = to.RestoreSet(t.Context(), Dir(dir), w.File)
		fails(t, err, "never read back whole")
	}
	if content(t, to.store) != before {
		t.Error("the store was changed")
	}
}

// broken is a target that fails, after some bytes, when asked to.
type broken struct {
	Target
	puts  atomic.Int64 // how many succeed
	bytes int64        // of the one that does not
	lies  atomic.Bool  // what is read is not what was written
}

var errFull = errors.New("no space left on device")

func (b *broken) Put(ctx context.Context, name string, r io.Reader) error {
	if b.puts.Add(-1) < 0 && !strings.HasPrefix(name, leaseDir) {
		return b.Target.Put(ctx, name, io.MultiReader(io.LimitReader(r, b.bytes), full{}))
	}
	return b.Target.Put(ctx, name, r)
}

type full struct{}

func (full) Read([]byte) (int, error) { return 0, errFull }

func (b *broken) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	r, err := b.Target.Open(ctx, name)
	if b.lies.Load() && err == nil && strings.HasPrefix(name, mediaDir) {
		return io.NopCloser(io.LimitReader(r, 100)), nil
	}
	return r, err
}

// A run that ends anywhere leaves the last set usable and nothing safe that is not,
// and the next run goes on.
func TestRunsThatEndEarly(t *testing.T) {
	keys := Keys{Passphrase: phrase}
	a, dir := newHouse(t, keys), t.TempDir()
	a.settle()
	first, err := a.WriteSet(t.Context(), Dir(dir), 2)
	a.must(err)
	want := content(t, a.store)
	for range 3 {
		a.visit(dong, 40000)
	}
	for puts := range int64(4) { // what a run wrote of the media, the next finds
		b := &broken{Target: Dir(dir), bytes: 150}
		b.puts.Store(puts)
		_, err := a.WriteSet(t.Context(), b, 2)
		if !errors.Is(err, errFull) {
			t.Errorf("full after %d: %v", puts, err)
		}
		if s := names(t, dir); strings.Contains(s, partSuffix) || strings.Count(s, setSuffix) != 1 {
			t.Errorf("full after %d: left %s", puts, s)
		}
	}
	b := &broken{Target: Dir(dir)}
	b.puts.Store(100)
	b.lies.Store(true)
	a.visit(dong, 50000)
	if _, err := a.WriteSet(t.Context(), b, 2); err == nil {
		t.Error("a target that does not give back what was written was believed")
	}
	ctx, stop := context.WithCancel(t.Context())
	say := a.Say
	a.Say = func(s string) { stop(); say(s) } // in the middle
	if _, err := a.WriteSet(ctx, Dir(dir), 2); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
	a.Say = say
	if a.meta().SafeAt != first.SafeAt {
		t.Error("something was called safe")
	}
	to := newHouse(t, keys)
	r, err := to.RestoreSet(t.Context(), Dir(dir), "")
	to.must(err)
	to.whole(a, want)
	if r.File != first.File {
		t.Errorf("restored %+v", r)
	}
	// Killed, it leaves a set without its note and a lease; the lease runs out.
	a.must(Dir(dir).Put(t.Context(), setName(time.Now().UnixMilli()+5), strings.NewReader("half")))
	a.must(os.WriteFile(filepath.Join(dir, ".x.1"+partSuffix), nil, 0o600))
	_, err = a.take(t.Context(), Dir(dir))
	a.must(err)
	if _, err := a.WriteSet(t.Context(), Dir(dir), 2); !errors.Is(err, ErrBusy) {
		t.Errorf("while another is at it: %v", err)
	}
	a.clock.forward(25 * time.Hour)
	w, err := a.WriteSet(t.Context(), Dir(dir), 2)
	a.must(err)
	if s := names(t, dir); strings.Count(s, setSuffix) != 2 || strings.Count(s, doneSuffix) != 2 || strings.Count(s, leaseDir) != 1 || strings.Contains(s, partSuffix) {
		t.Errorf("left %s", s)
	}
	late := newHouse(t, keys)
	_, err = late.RestoreSet(t.Context(), Dir(dir), w.File)
	late.must(err)
	late.whole(a, content(t, a.store))
}

// A set made while the store was restored is whole but makes nothing safe.
func TestRestoredMeanwhile(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	w, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	a.visit(dong, 10)
	say := a.Say
	a.Say = func(s string) {
		if strings.Contains(s, "reading the set back") {
			a.Say = say
			_, err := a.RestoreSet(t.Context(), Dir(dir), w.File)
			a.must(err)
		}
	}
	_, err = a.WriteSet(t.Context(), Dir(dir), 0)
	fails(t, err, "restored meanwhile")
	if a.meta().SafeAt != 0 {
		t.Error("something is safe in the new epoch")
	}
}

func TestDir(t *testing.T) {
	d := Dir(filepath.Join(t.TempDir(), "new"))
	ctx := t.Context()
	if l, err := d.List(ctx, "a"); err != nil || len(l) != 0 {
		t.Error(l, err)
	}
	if err := d.Create(ctx, "a/1", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Create(ctx, "a/1", []byte("y")); !errors.Is(err, storage.ErrTaken) {
		t.Error(err)
	}
	for _, n := range []string{"../x", "/etc/x", "a/../../x", ""} {
		if err := d.Put(ctx, n, strings.NewReader("")); err == nil {
			t.Errorf("%q is a name", n)
		}
	}
	if err := d.Put(ctx, "a/1", io.MultiReader(strings.NewReader("zz"), full{})); !errors.Is(err, errFull) {
		t.Error(err)
	}
	if b, err := readSmall(ctx, d, "a/1"); string(b) != "x" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	for _, n := range []string{"a/2", "ab", "b/c/d"} {
		if err := d.Put(ctx, n, strings.NewReader(n)); err != nil {
			t.Fatal(err)
		}
	}
	for prefix, want := range map[string]string{"": "a/1 a/2 ab b/c/d", "a": "a/1 a/2 ab", "a/": "a/1 a/2", "b/": "b/c/d", "c/": "", "a/2": "a/2"} {
		l, err := d.List(ctx, prefix)
		got := ""
		for _, f := range l {
			got += " " + f.Name
		}
		if strings.TrimSpace(got) != want || err != nil {
			t.Errorf("%q: %s, %v", prefix, got, err)
		}
	}
	if err := errors.Join(d.Remove(ctx, "a/1"), d.Remove(ctx, "a/1")); err != nil {
		t.Error(err)
	}
	if _, err := d.Open(ctx, "a/1"); !errors.Is(err, storage.ErrNotFound) {
		t.Error(err)
	}
	// A file in the place of the directory.
	if err := Dir(filepath.Join(string(d), "ab")).Put(ctx, "x", strings.NewReader("")); err == nil {
		t.Error("a file is a directory")
	}
}
