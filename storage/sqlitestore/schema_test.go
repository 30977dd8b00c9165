package sqlitestore

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/storagetest"
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
		if v > 3 { // and its rule is a column, which a step filled in
			columns, values = columns+", rule", values+`, 'right'`
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

// TestPlacesOfOlderStores: a store of the schema before knows afterwards where each of
// its media is shown, also of records that moved or name it no more.
func TestPlacesOfOlderStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zoufang.db")
	c, err := connect(path, writerPragmas...)
	if err != nil {
		t.Fatal(err)
	}
	present := steps
	steps = steps[:3]
	err = migrate(c)
	steps = present
	if err != nil {
		t.Fatal(err)
	}
	const many = 2000
	script := `WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < ` + strconv.Itoa(many-1) + `)
		INSERT INTO rows (rid, area, seq, ver, kind, public, sum, w, data)
		SELECT printf('r%06d', n), printf('99010100120%d', n % 3), n, 1, iif(n % 3 = 2, 'form', 'visit'), n % 3 = 2, 0, n, x'' FROM i;
		INSERT INTO names (digest, role, id) SELECT zeroblob(32), 'r', rid FROM rows;
		INSERT INTO names (digest, role, id) SELECT unhex(printf('%064x', n)), 'r', rid FROM rows;
		INSERT INTO names (digest, role, id) VALUES (zeroblob(32), 'u', 'u1'), (zeroblob(32), 'd', 'd1'), (zeroblob(32), 'w', 'd2');
		INSERT INTO media (digest, type, size, at) SELECT DISTINCT digest, 'image/jpeg', 1, 1 FROM names;`
	if err := c.script(t.Context(), script); err != nil {
		t.Fatal(err)
	}
	c.close()
	s, err := Open(t.Context(), path, storagetest.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all := zoufang.Digest(strings.Repeat("0", 64))
	err = s.View(t.Context(), func(v storage.View) error {
		for _, c := range []struct {
			r    storage.Reader
			want int
		}{
			{storage.Reader{Areas: []zoufang.AreaID{"990101001200"}}, 1}, {storage.Reader{Areas: []zoufang.AreaID{"990101001203"}}, 0},
			{storage.Reader{Above: []zoufang.AreaID{"990101001202"}}, 1}, {storage.Reader{Above: []zoufang.AreaID{"990101001201"}}, 0},
			{storage.Reader{User: "u1"}, 1}, {storage.Reader{Device: "d1"}, 1}, {storage.Reader{Device: "d2"}, 0},
		} {
			found, err := v.Readable(c.r, all)
			if err != nil || len(found) != c.want {
				t.Errorf("%+v reads %v, %v", c.r, found, err)
			}
		}
		n, err := v.Names(all)
		if len(n.Users) != 1 || len(n.Devices) != 1 || len(n.Wills) != 1 {
			t.Errorf("names: %+v", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.writer.c.number("SELECT count(*) FROM names")
	if err != nil || n != 2*many+3 {
		t.Errorf("%d names of %d, %v", n, 2*many+3, err)
	}
}

// TestARestoreReplacesAllTables: whatever table there is goes into a restore.
func TestARestoreReplacesAllTables(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "zoufang.db"))
	c, err := connect(s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	var there []string
	err = c.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'meta'", func(row row) (bool, error) {
		there = append(there, text(row[0]))
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(there)
	if want := slices.Sorted(slices.Values(tables)); !slices.Equal(there, want) {
		t.Errorf("there are %v, a restore replaces %v", there, want)
	}
}
