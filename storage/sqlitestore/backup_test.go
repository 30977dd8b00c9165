package sqlitestore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

func metaOf(t testing.TB, s *Store) (m storage.Meta) {
	t.Helper()
	if err := s.View(bg, func(v storage.View) (err error) { m, err = v.Meta(); return err }); err != nil {
		t.Fatal(err)
	}
	return m
}

func areaRecord(t testing.TB, s *Store, name string) {
	t.Helper()
	r := &zoufang.Record{ID: zoufang.NewRecordID(1), Kind: "area", Area: village, Created: "c"}
	r.Fill().Heads["name"] = &zoufang.Heads{Live: []zoufang.Head{{ID: "c", Value: zoufang.Quote(name)}}}
	if err := s.Update(bg, "", func(tx storage.Tx) error { return tx.PutRecord(r, "c") }); err != nil {
		t.Fatal(err)
	}
}

func nameOf(t testing.TB, s *Store) string {
	t.Helper()
	var all zoufang.Areas
	if err := s.View(bg, func(v storage.View) (err error) { all, err = v.Areas(); return err }); err != nil {
		t.Fatal(err)
	}
	return all[village].Name
}

// TestRestore: a backup taken while the store is written to comes back whole,
// under a new epoch, and a store open in another process goes on from it.
func TestRestore(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "live.db"), filepath.Join(dir, "backup.db")
	s := open(t, path)
	areaRecord(t, s, "旧")
	before := one(t, s, village)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				one(t, s, "320115101202")
			}
		}
	}()
	time.Sleep(20 * time.Millisecond)
	if err := s.Backup(bg, copied); err != nil {
		t.Fatal(err)
	}
	close(stop)
	<-done
	if err := s.Backup(bg, copied); err == nil {
		t.Error("a backup was overwritten")
	}
	backed := open(t, copied) // a backup is a store like any other
	kept := metaOf(t, backed)
	backed.Close()

	other := open(t, path) // as in another process
	after := one(t, other, village)
	areaRecord(t, other, "新")
	if err := s.SetSafeAt(bg, 5); err != nil {
		t.Fatal(err)
	}
	was := metaOf(t, s)
	if nameOf(t, s) != "新" || nameOf(t, other) != "新" {
		t.Error("areas before the restore")
	}
	if err := s.ReplaceWith(bg, copied, "the new epoch"); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{other, s} {
		m := metaOf(t, s)
		if m.Epoch != "the new epoch" || m.SafeAt != 0 || m.Clock < was.Clock || m.Areas <= was.Areas || m.Areas <= kept.Areas {
			t.Errorf("meta %+v, was %+v, backup %+v", m, was, kept)
		}
		err := s.View(bg, func(v storage.View) error {
			r1, err1 := v.Record(before.ID)
			r2, err2 := v.Record(after.ID)
			if r1 == nil || r2 != nil {
				t.Errorf("records: %v, %v", r1, r2)
			}
			return errors.Join(err1, err2)
		})
		if err != nil {
			t.Error(err)
		}
		if name := nameOf(t, s); name != "旧" {
			t.Errorf("areas after the restore: %s", name)
		}
	}
	for i, s := range []*Store{s, other, s} {
		if r := one(t, s, village); r.Seq != before.Seq+1+uint64(i) {
			t.Errorf("the sequence goes on at %d after %d", r.Seq, before.Seq)
		}
		if m := metaOf(t, s); m.Epoch != "the new epoch" || m.SafeAt != 0 {
			t.Errorf("meta after a write: %+v", m)
		}
	}
	c, err := connect(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.script(bg, "DELETE FROM commits"); err == nil {
		t.Error("the guards have not come back")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestRestoreFails: what can't be restored changes nothing.
func TestRestoreFails(t *testing.T) {
	dir := t.TempDir()
	fail := false
	s := open(t, filepath.Join(dir, "live.db"), WithFaults(func(stored bool) error {
		if fail && !stored {
			return errors.New("on purpose")
		}
		return nil
	}))
	r := one(t, s, village)
	good := filepath.Join(dir, "good.db")
	if err := s.Backup(bg, good); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	broken := append([]byte(nil), whole...)
	for i := len(broken) / 2; i < len(broken); i++ {
		broken[i] ^= 0x5a
	}
	for name, path := range map[string]string{
		"missing": filepath.Join(dir, "missing.db"),
		"empty":   write("empty.db", nil),
		"text":    write("text.db", []byte(strings.Repeat("no database ", 500))),
		"half":    write("half.db", whole[:len(whole)/2]),
		"broken":  write("broken.db", broken),
	} {
		if err := s.ReplaceWith(bg, path, "e"); err == nil {
			t.Errorf("%s: restored", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "missing.db")); err == nil {
		t.Error("the missing file was made")
	}
	fail = true
	if err := s.ReplaceWith(bg, good, "e"); err == nil {
		t.Error("restored though the commit failed")
	}
	fail = false
	if m := metaOf(t, s); m.Epoch == "e" {
		t.Error("the epoch changed")
	}
	if next := one(t, s, village); next.Seq != r.Seq+1 {
		t.Errorf("the sequence goes on at %d", next.Seq)
	}
	after, _ := os.ReadFile(good)
	if string(after) != string(whole) {
		t.Error("the backup's file was changed")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "restore-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestRestoreElsewhere: the file need not come from this store.
func TestRestoreElsewhere(t *testing.T) {
	dir := t.TempDir()
	from, to := open(t, filepath.Join(dir, "from.db")), open(t, filepath.Join(dir, "to.db"))
	areaRecord(t, from, "杏花村")
	if err := from.Backup(bg, filepath.Join(dir, "b.db")); err != nil {
		t.Fatal(err)
	}
	if err := to.ReplaceWith(bg, filepath.Join(dir, "b.db"), zoufang.Token(16)); err != nil {
		t.Fatal(err)
	}
	if name := nameOf(t, to); name != "杏花村" {
		t.Errorf("area %q", name)
	}
}
