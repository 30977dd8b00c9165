package backup

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang/storage/minioblob"
)

// Where a store lies no backup is begun, and the store is not touched.
func TestNoBackupsBesideAStore(t *testing.T) {
	a := newHouse(t, Keys{Passphrase: phrase})
	a.settle()
	before := names(t, a.dir)
	_, err := a.WriteSet(t.Context(), Dir(a.dir), 0)
	fails(t, err, "a store lies there")
	if after := names(t, a.dir); after != before {
		t.Errorf("there is\n%s\nand was\n%s", after, before)
	}
	b := newHall(t, "b", Keys{Passphrase: phrase})
	own, err := b.Blobs.(*minioblob.Store).Files("")
	a.must(err)
	_, err = b.WriteSet(t.Context(), own, 0) // nothing is in it yet
	fails(t, err, "the bucket of the media")
	_, err = Copy(t.Context(), a.Place, b.Place)
	a.must(err)
	_, err = a.WriteSet(t.Context(), own, 0) // another's
	fails(t, err, "a store lies there")
	if all, err := own.List(t.Context(), ""); err != nil || len(all) != 3 {
		t.Errorf("the bucket has %v, %v", all, err)
	}
	below, err := b.Blobs.(*minioblob.Store).Files("backups")
	a.must(err)
	_, err = b.WriteSet(t.Context(), below, 0)
	a.must(err)
}

// A file under a medium's name that no backup wrote is not written over.
func TestFilesOfOthersStay(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	_, d := a.visit(dong, 5000)
	path := filepath.Join(dir, mediaName(d))
	a.must(os.MkdirAll(filepath.Dir(path), 0o700))
	_, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	mine := bytes.Repeat([]byte("photo"), 1000)
	a.must(os.WriteFile(path, mine, 0o600))
	_, err = a.WriteSet(t.Context(), Dir(dir), 0)
	fails(t, err, "no file of a backup")
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, mine) {
		t.Error("it was written over")
	}
	for _, empty := range []bool{true, false} { // cut to nothing, or in its first byte alone
		a.must(os.Remove(path))
		if empty {
			a.must(os.WriteFile(path, nil, 0o600))
		}
		_, err = a.WriteSet(t.Context(), Dir(dir), 0)
		a.must(err)
	}
}

// Without key.json a place is not begun anew: what is there would never open again.
func TestKeyOfAPlaceIsGone(t *testing.T) {
	for name, keys := range kinds(t) {
		a, dir := newHouse(t, keys[0]), t.TempDir()
		a.settle()
		_, err := a.WriteSet(t.Context(), Dir(dir), 0)
		a.must(err)
		key := filepath.Join(dir, keyName)
		a.must(os.Rename(key, key+".away"))
		_, err = a.WriteSet(t.Context(), Dir(dir), 0)
		fails(t, err, "key.json is missing")
		if _, err := os.Stat(key); err == nil {
			t.Error("another key was made")
		}
		to := newHouse(t, keys[1])
		_, err = to.RestoreSet(t.Context(), Dir(dir), "")
		if name == "public key" {
			to.must(err)
			to.whole(a, content(t, a.store))
		} else {
			fails(t, err, "key.json is missing")
		}
		a.must(os.Rename(key+".away", key))
		_, err = a.WriteSet(t.Context(), Dir(dir), 0)
		a.must(err)
	}
}

// attempts runs a schedule until it waits for long and gives what it told.
func (h *house) attempts(t Target, keep int) (written []Written, failed []error) {
	s := &Schedule{Place: h.Place, Target: t, Every: 24 * time.Hour, Keep: keep}
	s.Done = func(w Written, err error) {
		if written = append(written, w); err != nil {
			failed = append(failed, err)
		}
	}
	s.Wait = func(context.Context, time.Duration) error { return context.Canceled }
	s.Run(h.t.Context())
	return written, failed
}

// Two installations with one place: the second is told so each time, and harms nothing.
func TestTwoInstallationsInOnePlace(t *testing.T) {
	a, b, dir := newHouse(t, Keys{Passphrase: phrase}), newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	b.settle()
	_, err := a.WriteSet(t.Context(), Dir(dir), 14)
	a.must(err)
	before := names(t, dir)
	_, failed := b.attempts(Dir(dir), 1)
	if len(failed) != 1 || !strings.Contains(failed[0].Error(), "another installation's") || b.meta().SafeAt != 0 {
		t.Errorf("told %v, safe %d", failed, b.meta().SafeAt)
	}
	if after := names(t, dir); after != before {
		t.Errorf("there is\n%s\nand was\n%s", after, before)
	}
}

// After a restore a backup is due at once, in the same place; the sets from before
// stay. A store that was restored elsewhere and writes there, too, neither keeps
// the first from its backups nor removes them, and nobody takes its newest set for
// the newest of all.
func TestEpochsShareAPlace(t *testing.T) {
	a, drill, dir := newHouse(t, Keys{Passphrase: phrase}), newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	first, err := a.WriteSet(t.Context(), Dir(dir), 1)
	a.must(err)
	_, err = a.RestoreSet(t.Context(), Dir(dir), "")
	a.must(err)
	written, failed := a.attempts(Dir(dir), 1)
	if len(failed) != 0 || len(written) != 1 || a.meta().SafeAt == 0 {
		t.Fatalf("after a restore: %+v, %v", written, failed)
	}
	_, err = drill.RestoreSet(t.Context(), Dir(dir), "")
	drill.must(err)
	drill.clock.forward(time.Minute)
	for range 2 {
		_, err = drill.WriteSet(t.Context(), Dir(dir), 1)
		drill.must(err)
	}
	a.clock.forward(23 * time.Hour)
	if written, _ = a.attempts(Dir(dir), 1); len(written) != 0 {
		t.Errorf("before it was due: %+v", written)
	}
	a.clock.forward(time.Hour)
	id, _ := a.visit(dong, 10)
	written, failed = a.attempts(Dir(dir), 1)
	if len(failed) != 0 || len(written) != 1 || a.meta().SafeAt != written[0].SafeAt {
		t.Fatalf("beside a drill: %+v, %v", written, failed)
	}
	if !strings.Contains(a.said.String(), "of another epoch") {
		t.Error("nobody was told")
	}
	all, err := Sets(t.Context(), Dir(dir))
	a.must(err)
	if len(all) != 3 || all[0].Name != first.File {
		t.Errorf("sets %+v", all)
	}
	// a, drill, a: a goes on, so the newest by name is its own by chance alone.
	_, err = drill.WriteSet(t.Context(), Dir(dir), 2)
	drill.must(err)
	to := newHouse(t, Keys{Passphrase: phrase})
	_, err = to.RestoreSet(t.Context(), Dir(dir), "")
	fails(t, err, "name the set")
	_, err = to.RestoreSet(t.Context(), Dir(dir), written[0].File)
	to.must(err)
	if content(t, to.store) != content(t, a.store) {
		t.Errorf("%s is not back", id)
	}
}

// What is there under a medium's name is read and not taken on trust by its size.
func TestRestoreMendsTheMedia(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	_, d := a.visit(dong, 5000)
	file := filepath.Join(t.TempDir(), "b.zfb")
	_, err := a.WriteFile(t.Context(), file)
	a.must(err)
	_, err = a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	for name, restore := range map[string]func(*Place) (Restored, error){
		"set":  func(p *Place) (Restored, error) { return p.RestoreSet(t.Context(), Dir(dir), "") },
		"file": func(p *Place) (Restored, error) { return p.RestoreFile(t.Context(), file) },
	} {
		path := filepath.Join(a.dir, "media", "objects", string(d[:2]), string(d))
		a.must(os.Remove(path))
		a.must(os.WriteFile(path, bytes.Repeat([]byte{1}, 5000), 0o600))
		r, err := restore(a.Place)
		a.must(err)
		a.has(d)
		if r.Added != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	b := newHall(t, "mended", Keys{Passphrase: phrase})
	own, err := b.Blobs.(*minioblob.Store).Files("")
	a.must(err)
	a.must(own.Put(t.Context(), "media/"+string(d[:2])+"/"+string(d), bytes.NewReader(make([]byte, 5000))))
	r, err := b.RestoreSet(t.Context(), Dir(dir), "")
	a.must(err)
	if err := readWhole(t.Context(), b.Blobs, d, 5000); err != nil || r.Added != 4 {
		t.Errorf("in a bucket: %+v, %v", r, err)
	}
}
