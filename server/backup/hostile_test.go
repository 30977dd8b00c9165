package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// made gives a stream that somebody made without any key.
func made(t *testing.T, beside bool, fill func(*writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := newWriter(&out, nil)
	if err == nil {
		err = w.entry(kindHead, head{Format: format, Beside: beside, Meta: storage.Meta{Epoch: "x"}})
	}
	if err == nil {
		err = fill(w)
	}
	if err == nil {
		err = w.end(kindEnd)
	}
	if err == nil {
		err = w.close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A set that somebody put there in the clear is refused, whatever its note says;
// and one whose note says other bytes.
func TestForgedSets(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	w, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	path, note := filepath.Join(dir, w.File), filepath.Join(dir, doneName(w.File))
	good, err := os.ReadFile(path)
	a.must(err)
	was, err := os.ReadFile(note)
	a.must(err)
	put := func(b []byte, change func(*Set)) {
		t.Helper()
		var s Set
		a.must(json.Unmarshal(was, &s))
		sum := sha256.Sum256(b)
		s.Bytes, s.SHA256 = int64(len(b)), hex.EncodeToString(sum[:])
		change(&s)
		n, err := json.Marshal(s)
		a.must(err)
		a.must(os.WriteFile(path, b, 0o600))
		a.must(os.WriteFile(note, n, 0o600))
	}
	refused := func(name, want string) {
		t.Helper()
		to := newHouse(t, Keys{Passphrase: phrase})
		_, err := to.RestoreSet(t.Context(), Dir(dir), name)
		fails(t, err, want)
		if empty, err := isEmpty(t.Context(), to.store); err != nil || !empty {
			t.Error("something was restored")
		}
	}
	forged := made(t, true, func(w *writer) error {
		return w.entry(byte(storage.KindUser), zoufang.User{ID: "evil", Name: "x", Role: zoufang.Admin, Login: "evil", Password: "$argon2id$known"})
	})
	put(forged, func(*Set) {})
	refused("", "in the clear")
	put(good, func(s *Set) { s.SHA256 = strings.Repeat("0", 64) })
	refused("", "not what was written")
	for _, change := range []func(*Set){func(s *Set) { s.Bytes++ }, func(s *Set) { s.Created++ }, func(s *Set) { s.Name = "zoufang-20200101T000000.000Z.zfb" }} {
		put(good, change)
		refused(w.File, "never read back whole")
		refused("", "there are no backups")
	}
	put(good, func(*Set) {})
	to := newHouse(t, Keys{Passphrase: phrase})
	_, err = to.RestoreSet(t.Context(), Dir(dir), "")
	to.must(err)
}

// A small file cannot name so many media that they fill the memory.
func TestMadeUpMediaLists(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		is   func(i int) string
		want string
	}{
		"one again and again": {100_000, func(int) string { return strings.Repeat("a", 64) }, "more media than can be in it"},
		"counted through":     {100_000, func(i int) string { return fmt.Sprintf("%064x", i) }, "more media than can be in it"},
		"twice":               {2, func(int) string { return strings.Repeat("a", 64) }, "twice"},
	} {
		b := made(t, false, func(w *writer) error {
			for i := range c.n {
				if err := w.entry(byte(storage.KindMedium), storage.Medium{Digest: zoufang.Digest(c.is(i)), Type: "image/jpeg", Size: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		_, err := read(t.Context(), bytes.NewReader(b), nil, taking{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %d bytes: %v", name, len(b), err)
		}
	}
	// Real ones are never refused, however alike they are but for their digests.
	b := made(t, true, func(w *writer) error {
		for i := range 100_000 {
			sum := sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
			if err := w.entry(byte(storage.KindMedium), storage.Medium{Digest: zoufang.Digest(hex.EncodeToString(sum[:])), Type: "image/jpeg", Size: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	c, err := read(t.Context(), bytes.NewReader(b), nil, taking{})
	if err != nil || len(c.media.all) != 100_000 {
		t.Error(err)
	}
	t.Logf("%d media in %d bytes", len(c.media.all), len(b))
}

// A file cannot ask for more work than we would ever ask for.
func TestPassphraseWorkIsBounded(t *testing.T) {
	to := newHouse(t, Keys{Passphrase: phrase})
	file := filepath.Join(t.TempDir(), "b.zfb")
	for _, work := range []int{20, 22, 30} {
		is := agedLine + ageLine + fmt.Sprintf("-> scrypt %s %d\n%s\n--- %s\n%s", strings.Repeat("A", 22), work, strings.Repeat("A", 43), strings.Repeat("A", 43), strings.Repeat("x", 100))
		to.must(os.WriteFile(file, []byte(is), 0o600))
		begun := time.Now()
		_, err := to.RestoreFile(t.Context(), file)
		fails(t, err, "work factor too large")
		if took := time.Since(begun); took > time.Second {
			t.Errorf("2^%d took %v", work, took)
		}
	}
}

// Notes that make no sense stop nothing, and a person is told what was passed over.
func TestNotesThatMakeNoSense(t *testing.T) {
	a, to, dir := newHouse(t, Keys{Passphrase: phrase}), newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	_, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	a.must(os.WriteFile(filepath.Join(dir, "zoufang-20200101T000000.000Z.ok"), make([]byte, 70<<10), 0o600))
	first, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	if s := names(t, dir); strings.Contains(s, "2020") {
		t.Errorf("left %s", s)
	}
	second, err := a.WriteSet(t.Context(), Dir(dir), 0)
	a.must(err)
	a.must(os.WriteFile(filepath.Join(dir, doneName(second.File)), make([]byte, 70<<10), 0o600))
	r, err := to.RestoreSet(t.Context(), Dir(dir), "")
	to.must(err)
	if said := to.said.String(); r.File != first.File || !strings.Contains(said, "taking "+first.File) || !strings.Contains(said, second.File+" is newer") {
		t.Errorf("took %s and said %s", r.File, said)
	}
}
