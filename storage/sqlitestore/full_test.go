package sqlitestore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// TestFull: where there is no room left an update fails for now and leaves nothing,
// what was stored is read, and all goes on when there is room.
func TestFull(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "zoufang.db"))
	limit := func(pages int64) {
		t.Helper()
		if err := s.update(t.Context(), func(tx *tx) error {
			return tx.c.script(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		}); err != nil {
			t.Fatal(err)
		}
	}
	line := make([]byte, 60_000)
	push := func() (zoufang.CommitID, zoufang.CommitID, error) {
		rand.Read(line)
		id, hash := zoufang.HashLine(line)
		small := append([]byte("small"), line[:20]...)
		first, firstHash := zoufang.HashLine(small)
		return first, id, s.Update(t.Context(), "", func(tx storage.Tx) error {
			return errors.Join(tx.AddCommit(storage.Commit{ID: first, Hash: firstHash, Line: small, Author: "u", Sender: "u", Device: "d"}),
				tx.AddCommit(storage.Commit{ID: id, Hash: hash, Line: line, Author: "u", Sender: "u", Device: "d"}))
		})
	}
	there := func(id zoufang.CommitID, want bool) {
		t.Helper()
		if err := s.View(t.Context(), func(v storage.View) error {
			c, err := v.Commit(id)
			if err == nil && (c != nil) != want {
				t.Errorf("%s is there: %v", id, c != nil)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	a, b, err := push()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := s.read1("PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	limit(pages + 2)
	for range 3 {
		c, d, err := push()
		var passing interface{ Temporary() bool }
		if !errors.As(err, &passing) || !passing.Temporary() {
			t.Fatalf("a full disk: %v", err)
		}
		there(c, false)
		there(d, false)
		there(a, true)
		there(b, true)
	}
	limit(pages + 10_000)
	c, d, err := push()
	if err != nil {
		t.Fatal(err)
	}
	there(c, true)
	there(d, true)
}

// read1 reads one number.
func (s *Store) read1(sql string) (n int64, err error) {
	err = s.read(context.Background(), func(v *view) (err error) {
		n, err = v.c.number(sql)
		return err
	})
	return n, err
}
