package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
)

var bg = context.Background()

// one stores a fresh visit in an area and gives its record.
func one(t testing.TB, s *Store, area zoufang.AreaID) *zoufang.Record {
	t.Helper()
	v := newVisit(time.Now().UnixNano() % 1e9)
	v.record.Area = area
	if err := s.Update(bg, "", func(tx storage.Tx) error { return v.save(tx) }); err != nil {
		t.Fatal(err)
	}
	return v.record
}

const village = zoufang.AreaID("320115101201")

// TestTwoProcesses has two stores open on one file, as a server and a command
// line have: neither believes what it knew before the other wrote.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.db")
	a, b := open(t, path), open(t, path)
	var wg sync.WaitGroup
	for _, s := range []*Store{a, b} {
		for range 3 {
			wg.Go(func() {
				for range 15 {
					one(t, s, village)
				}
			})
		}
	}
	wg.Wait()
	if r := one(t, a, village); r.Seq != 91 {
		t.Errorf("the 91st record has number %d", r.Seq)
	}
	for i, s := range []*Store{a, b, a, b} {
		area := &zoufang.Record{ID: zoufang.NewRecordID(1), Kind: "area", Area: zoufang.AreaID(fmt.Sprintf("3201151012%02d", i)), Created: "c"}
		if err := s.Update(bg, "", func(tx storage.Tx) error { return tx.PutRecord(area, "c") }); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Store{a, b} {
			var all zoufang.Areas
			if err := s.View(bg, func(v storage.View) (err error) { all, err = v.Areas(); return err }); err != nil || len(all) != i+1 {
				t.Errorf("areas: %v, %v", all, err)
			}
		}
	}
}

// TestLocked: while another process holds the lock, updates wait; one whose
// context ends meanwhile is never run.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locked.db")
	s := open(t, path)
	other, err := connect(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if err := lock(bg, other); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(bg, 50*time.Millisecond)
	defer cancel()
	ran := false
	if err := s.Update(ctx, "", func(storage.Tx) error { ran = true; return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update: %v", err)
	}
	freed := make(chan struct{})
	time.AfterFunc(200*time.Millisecond, func() { other.exec("COMMIT"); close(freed) })
	one(t, s, village)
	<-freed
	if ran {
		t.Error("an update ran after its context had ended")
	}
}

// TestAbandoned: a function that panics or ends its goroutine leaves nothing
// behind and takes nobody with it.
func TestAbandoned(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abandoned.db"))
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			switch i % 3 {
			case 0:
				one(t, s, village)
			case 1:
				defer func() {
					if recover() != "on purpose" {
						t.Error("another panic")
					}
				}()
				s.Update(bg, "", func(tx storage.Tx) error { newVisit(1).save(tx); panic("on purpose") })
			case 2:
				s.Update(bg, "", func(tx storage.Tx) error { newVisit(1).save(tx); runtime.Goexit(); return nil })
			}
		})
	}
	wg.Wait()
	n := 0
	err := s.Dump(bg, func(d storage.Dump) error {
		return storage.Each(d, func(storage.StoredRecord) error { n++; return nil })
	})
	if err != nil || n != 10 {
		t.Errorf("%d records, %v", n, err)
	}
	if err := s.View(bg, func(storage.View) error { return errors.New("own") }); err == nil {
		t.Error("no error")
	}
	func() {
		defer func() { recover() }()
		s.View(bg, func(v storage.View) error { v.Meta(); panic("on purpose") })
	}()
	one(t, s, village)
}

// TestDurable: no test here can take the power away, but SQLite can be asked.
func TestDurable(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "durable.db"))
	one(t, s, village)
	err := s.submit(bg, s.alone(func(w *writer) error {
		if row, err := w.c.one("PRAGMA journal_mode"); err != nil || text(row[0]) != "wal" {
			t.Errorf("journal_mode %v, %v", row, err)
		}
		n, err := w.c.number("PRAGMA synchronous")
		if n != 2 {
			t.Errorf("synchronous is %d, not FULL", n)
		}
		return err
	}))
	if err != nil {
		t.Error(err)
	}
}

// TestAdvance: past every time given out, whatever the machine's clock does, and
// durable.
func TestAdvance(t *testing.T) {
	now := time.UnixMilli(5000)
	s := open(t, filepath.Join(t.TempDir(), "advance.db"), WithClock(func() time.Time { return now }))
	for _, step := range []struct{ machine, want int64 }{{5000, 5001}, {6000, 6001}, {6000, 6002}, {100, 6003}} {
		now = time.UnixMilli(step.machine)
		if n, err := s.Advance(bg); err != nil || n != step.want || metaOf(t, s).Clock != n {
			t.Errorf("at %d: %d, %v", step.machine, n, err)
		}
	}
}

// TestRefused: files that are not ours or too new are left alone.
func TestRefused(t *testing.T) {
	for name, sql := range map[string]string{
		"newer program": "PRAGMA user_version = 99",
		"not a Zoufang": "PRAGMA application_id = 7",
	} {
		path := filepath.Join(t.TempDir(), "refused.db")
		if err := open(t, path).Close(); err != nil {
			t.Fatal(err)
		}
		c, err := connect(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.script(bg, sql); err != nil {
			t.Fatal(err)
		}
		c.close()
		if _, err := Open(bg, path, storagetest.Sealer()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Open: %v, not %q", err, name)
		}
	}
}

// TestAppendOnly: not even SQL changes or deletes what people did.
func TestAppendOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "only.db")
	one(t, open(t, path), village)
	c, err := connect(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, sql := range []string{"DELETE FROM commits", "UPDATE commits SET at = 1", "DELETE FROM writes", "UPDATE writes SET id = ''"} {
		if err := c.script(bg, sql); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// TestSealed: whoever reads the disk reads no line, value, password or secret.
func TestSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sealed.db")
	s := open(t, path)
	const secret = "a value nobody may read"
	v := newVisit(1)
	v.line = []byte(secret)
	v.record.Heads["note"].Live[0].Value = zoufang.Quote(secret)
	err := errors.Join(s.Update(bg, "", func(tx storage.Tx) error { return v.save(tx) }),
		s.PutUser(bg, zoufang.User{ID: "u1", Name: secret, Password: secret}),
		s.AddKey(bg, storage.Key{ID: "k", Purpose: "p", Secret: []byte(secret)}))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(f)
		if err != nil || bytes.Contains(b, []byte(secret)) {
			t.Errorf("%s: readable, or %v", f, err)
		}
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", f, info.Mode(), err)
		}
	}
}
