package sqlitestore

import (
	"path/filepath"
	"testing"

	"zoufang"
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
		columns, values := "id, sender, author, at, code, why, waits, areas, waived, forced, schema, sealed, decided, ruling, reach",
			`'AAAAAAAAAAAAAAAA', 'u', 'u', 5, 'scope', '', 'null', '["320115101201"]', 0, 0, 1, 0, 0, '', 'null'`
		if v > 2 { // since then a line's fault is kept
			columns, values = columns+", fault", values+`, '{"rule":"right","item":0}'`
		}
		if _, err := c.exec("INSERT INTO held (" + columns + ") VALUES (" + values + ")"); err != nil {
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
		var shares []storage.HeldShare
		err = s.View(t.Context(), func(r storage.View) error {
			return r.HeldShares("320115101000", 9, func(h storage.HeldShare) bool { shares = append(shares, h); return true })
		})
		if err != nil || len(shares) != 1 || shares[0].Code != zoufang.HeldScope || (shares[0].Rule == zoufang.RuleRight) != (v > 2) {
			t.Errorf("from schema %d: %+v, %v", v, shares, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
