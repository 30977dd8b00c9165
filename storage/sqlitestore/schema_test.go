package sqlitestore

import (
	"path/filepath"
	"testing"

	"zoufang/internal/seal"
	"zoufang/storage"
)

// TestOlderSchema: a file of each older schema is taken to the present one, and
// what it held is there.
func TestOlderSchema(t *testing.T) {
	for v := 1; v < len(steps); v++ {
		path := filepath.Join(t.TempDir(), "zoufang.db")
		c, err := connect(path, writerPragmas...)
		if err != nil {
			t.Fatal(err)
		}
		present := steps
		steps = steps[:v]
		err = migrate(c)
		steps = present
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.exec("INSERT INTO sessions (id, user, hash, expires) VALUES ('s', 'u', 'h', 7)"); err != nil {
			t.Fatal(err)
		}
		c.close()
		ring, err := seal.Open(filepath.Join(t.TempDir(), "seal.json"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path, ring)
		if err != nil {
			t.Fatalf("from schema %d: %v", v, err)
		}
		got, err := s.Session(t.Context(), "s")
		if err != nil || *got != (storage.Session{ID: "s", User: "u", Hash: "h", Expires: 7}) {
			t.Errorf("from schema %d: %+v, %v", v, got, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
