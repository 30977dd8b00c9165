package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang/storage"
)

func TestFileThereAndBack(t *testing.T) {
	ways := kinds(t)
	ways["clear"] = [2]Keys{}
	for name, keys := range ways {
		t.Run(name, func(t *testing.T) {
			a := newHouse(t, keys[0])
			a.settle()
			before := a.meta()
			file := filepath.Join(t.TempDir(), "b.zfb")
			w, err := a.WriteFile(t.Context(), file)
			a.must(err)
			w, err = a.WriteFile(t.Context(), file) // again, over it
			a.must(err)
			if m := a.meta(); m.SafeAt != w.SafeAt || m.SafeAt <= before.Clock || w.Media != 3 || w.Records != 3 || w.Commits != 6 {
				t.Errorf("written %+v, meta %+v", w, m)
			}
			info, err := os.Stat(file)
			a.must(err)
			if info.Size() != w.Bytes || info.Mode().Perm() != 0o600 || names(t, filepath.Dir(file)) != "b.zfb" {
				t.Errorf("%v %v, beside it %s", info.Size(), info.Mode(), names(t, filepath.Dir(file)))
			}
			b, err := os.ReadFile(file)
			a.must(err)
			if bytes.Contains(b, []byte("11010519491231002X")) || strings.Contains(a.said.String(), "in the clear") != (name == "clear") {
				t.Error("what is open is not what was asked for")
			}
			// Into an empty house, over one in use, and into an empty store that is no file.
			want := content(t, a.store)
			for kind, to := range map[string]*house{"empty": newHouse(t, keys[1]), "in use": newHouse(t, keys[1]), "no swap": newHouse(t, keys[1])} {
				switch kind {
				case "in use":
					to.settle()
				case "no swap":
					to.Swap = nil
				}
				r, err := to.RestoreFile(t.Context(), file)
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				to.whole(a, want)
				if r.Epoch != to.meta().Epoch || r.From != a.meta().Epoch || r.Added != 3-r.Media+w.Media-boolean(kind == "in use") || (r.Kept != "") != (kind == "in use") || r.Clock != w.SafeAt {
					t.Errorf("%s: %+v", kind, r)
				}
			}
		})
	}
}

// boolean counts the empty photo, which two houses share.
func boolean(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func TestWrongKeys(t *testing.T) {
	_, other := identity(t)
	for name, keys := range kinds(t) {
		a := newHouse(t, keys[0])
		a.settle()
		file, target := filepath.Join(t.TempDir(), "b.zfb"), Dir(t.TempDir())
		_, err := a.WriteFile(t.Context(), file)
		a.must(err)
		_, err = a.WriteSet(t.Context(), target, 0)
		a.must(err)
		for wrong, k := range map[string]Keys{"none": {}, "phrase": {Passphrase: "another, quite long"}, "identity": {Identity: other}} {
			to := newHouse(t, k)
			before := names(t, to.dir)
			_, err := to.RestoreFile(t.Context(), file)
			fails(t, err, "nothing was changed")
			if wrong != "none" {
				fails(t, err, "does not open it")
			}
			_, err = to.RestoreSet(t.Context(), target, "")
			if err == nil || strings.Contains(err.Error(), "another, quite") {
				t.Errorf("%s, wrong %s: %v", name, wrong, err)
			}
			if after := names(t, to.dir); after != before {
				t.Errorf("%s, wrong %s: %s, before %s", name, wrong, after, before)
			}
		}
	}
	for want, k := range map[string]Keys{
		"not both": {Recipient: "age1", Passphrase: phrase}, "not an age public key": {Recipient: "age1xyz"},
		"shorter": {Passphrase: "short"}, "not an age key file": {Identity: "secret things"},
	} {
		fails(t, k.Check(), want)
		if s := fmt.Sprintf("%v %+v %#v %s", k, k, k, k); strings.Contains(s, "short") || strings.Contains(s, "secret") {
			t.Errorf("the keys print as %s", s)
		}
	}
}

func TestBadFilesChangeNothing(t *testing.T) {
	recipient, secret := identity(t)
	for name, keys := range map[string][2]Keys{"clear": {}, "public key": {{Recipient: recipient}, {Identity: secret}}} {
		a, to := newHouse(t, keys[0]), newHouse(t, keys[1])
		a.settle()
		to.settle()
		file := filepath.Join(t.TempDir(), "b.zfb")
		_, err := a.WriteFile(t.Context(), file)
		a.must(err)
		good, err := os.ReadFile(file)
		a.must(err)
		bad := map[string][]byte{"empty": {}, "text": []byte(strings.Repeat("no backup ", 2000)), "more": append(bytes.Clone(good), 0)}
		for _, n := range []int{1, 20, 23, 100, len(good) / 3, len(good) / 2, len(good) - 40, len(good) - 33, len(good) - 1} {
			bad[fmt.Sprint("cut at ", n)] = good[:n]
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 60 {
			at := rng.IntN(len(good))
			if i < 24 {
				at = i // the first line and what follows
			}
			flipped := bytes.Clone(good)
			flipped[at] ^= 1 << rng.IntN(8)
			bad[fmt.Sprint("flipped at ", at)] = flipped
		}
		before, files := content(t, to.store), names(t, to.dir)
		for what, b := range bad {
			a.must(os.WriteFile(file, b, 0o600))
			if _, err := to.RestoreFile(t.Context(), file); err == nil || !strings.Contains(err.Error(), "nothing was changed") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		if content(t, to.store) != before || names(t, to.dir) != files {
			t.Errorf("%s: something was changed: %s", name, names(t, to.dir))
		}
	}
}

func TestFilesThatAreNotWritten(t *testing.T) {
	a := newHouse(t, Keys{})
	a.settle()
	dir := t.TempDir()
	file := filepath.Join(dir, "b.zfb")
	// Something else has the name.
	a.must(os.WriteFile(file, []byte("somebody's"), 0o600))
	_, err := a.WriteFile(t.Context(), file)
	fails(t, err, "is no backup")
	a.must(os.Remove(file))
	_, err = a.WriteFile(t.Context(), filepath.Join(dir, "nowhere", "b.zfb"))
	fails(t, err, "no such file")
	// A medium is damaged, then lost.
	_, d := a.visit(dong, 5000)
	object := filepath.Join(a.dir, "media", "objects", string(d[:2]), string(d))
	b, err := os.ReadFile(object)
	a.must(err)
	b[77] ^= 1
	a.must(os.Chmod(object, 0o600))
	a.must(os.WriteFile(object, b, 0o600))
	_, err = a.WriteFile(t.Context(), file)
	fails(t, err, string(d))
	a.must(os.Remove(object))
	for _, f := range []func() (Written, error){
		func() (Written, error) { return a.WriteFile(t.Context(), file) },
		func() (Written, error) {
			a.Keys.Passphrase = phrase
			return a.WriteSet(t.Context(), Dir(filepath.Join(dir, "sets")), 0)
		},
	} {
		_, err = f()
		fails(t, err, "1 media that the records name as stored are missing or cut short, the first is "+string(d))
	}
	if s := names(t, dir); strings.Contains(s, "b.zfb") || strings.Contains(s, "zoufang-") || a.meta().SafeAt != 0 {
		t.Errorf("left behind: %s, safe at %d", s, a.meta().SafeAt)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := a.WriteFile(ctx, file); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
	// A set's file is no single one; a store in use that is no file is left alone.
	b2 := newHouse(t, Keys{Passphrase: phrase})
	b2.settle()
	target := Dir(filepath.Join(dir, "others"))
	w, err := b2.WriteSet(t.Context(), target, 0)
	b2.must(err)
	_, err = b2.RestoreFile(t.Context(), filepath.Join(string(target), w.File))
	if err == nil {
		t.Error("a set was restored as a file")
	}
	b2.Swap = nil
	_, err = b2.RestoreSet(t.Context(), target, "")
	if !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a store in use: %v", err)
	}
}

// A restore that fails while it fills leaves an empty store that can be filled.
func TestRestoreThatFails(t *testing.T) {
	a, to := newHouse(t, Keys{}), newHouse(t, Keys{})
	a.settle()
	want := content(t, a.store)
	file := filepath.Join(t.TempDir(), "b.zfb")
	_, err := a.WriteFile(t.Context(), file)
	a.must(err)
	for i := range 3 {
		to.Place.Swap, to.Place.Store = nil, &failing{Store: to.store, after: i * 4}
		_, err = to.RestoreFile(t.Context(), file)
		fails(t, err, "the disk is gone")
	}
	to.Place.Store = to.store
	_, err = to.RestoreFile(t.Context(), file)
	to.must(err)
	to.whole(a, want)
}

// failing is a store whose load ends early.
type failing struct {
	Store
	after int
}

func (f *failing) Load(ctx context.Context, m storage.Meta, g func(storage.Load) error) error {
	return f.Store.Load(ctx, m, func(l storage.Load) error { return g(&ending{l, f.after}) })
}

type ending struct {
	storage.Load
	left int
}

func (e *ending) Put(entry storage.Entry) error {
	if w, ok := entry.(storage.Write); ok {
		if e.left--; e.left < 0 || w.Gone {
			return errors.New("the disk is gone")
		}
	}
	return e.Load.Put(entry)
}
