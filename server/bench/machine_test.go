package bench

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// perSecond runs f for about d and gives how often it succeeded a second.
func perSecond(b *testing.B, d time.Duration, f func(i int) error) float64 {
	b.Helper()
	start, n := time.Now(), 0
	for time.Since(start) < d {
		if err := f(n); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds()
}

func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

// appends measures fsync'd appends of a visit's size: alone, and 32 at a time
// sharing one fsync.
func appends(b *testing.B) (alone, grouped float64) {
	f, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	piece := noise(1500)
	write := func(times int) func(int) error {
		return func(int) error {
			for range times {
				if _, err := f.Write(piece); err != nil {
					return err
				}
			}
			return f.Sync()
		}
	}
	return perSecond(b, time.Second, write(1)), 32 * perSecond(b, time.Second, write(32))
}

// files measures write + fsync + rename + fsync of the directory.
func files(b *testing.B, size, writers int) float64 {
	dir, data := b.TempDir(), noise(size)
	var wg sync.WaitGroup
	rates := make([]float64, writers)
	for w := range writers {
		wg.Go(func() {
			rates[w] = perSecond(b, time.Second, func(i int) error {
				temp := filepath.Join(dir, fmt.Sprintf("%d.part", w))
				if err := writeSynced(temp, data); err != nil {
					return err
				}
				if err := os.Rename(temp, filepath.Join(dir, fmt.Sprintf("%d-%d", w, i))); err != nil {
					return err
				}
				return syncDir(dir)
			})
		})
	}
	wg.Wait()
	total := 0.0
	for _, r := range rates {
		total += r
	}
	return total
}

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// bareSQLite measures inserts of the rows a new visit leaves (its line, its
// record, the log of the write, the area's head), with the statements, driver and
// settings the store uses, batch visits to a transaction.
func bareSQLite(b *testing.B, batch int) float64 {
	ctx := context.Background()
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "bare.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	exec := func(q string, args ...any) {
		if _, err := c.ExecContext(ctx, q, args...); err != nil {
			b.Fatal(err)
		}
	}
	for _, q := range []string{
		"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
		"CREATE TABLE commits (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB, author TEXT, sender TEXT, device TEXT, since INTEGER, at INTEGER, staff INTEGER, line BLOB)",
		"CREATE TABLE rows (n INTEGER PRIMARY KEY, rid TEXT NOT NULL UNIQUE, area TEXT, seq INTEGER, ver INTEGER, kind TEXT, public INTEGER, sum INTEGER, w INTEGER, need BLOB, data BLOB)",
		"CREATE UNIQUE INDEX rows_feed ON rows (area, seq)", "CREATE INDEX rows_kind ON rows (kind, area, w)",
		"CREATE TABLE writes (rid TEXT, ver INTEGER, area TEXT, seq INTEGER, id TEXT, gone INTEGER, PRIMARY KEY (rid, ver)) WITHOUT ROWID",
		"CREATE TABLE heads (area TEXT PRIMARY KEY, seq INTEGER, sum INTEGER, public INTEGER) WITHOUT ROWID",
	} {
		exec(q)
	}
	prepare := func(q string) *sql.Stmt {
		s, err := c.PrepareContext(ctx, q)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	commit := prepare("INSERT INTO commits (id, hash, author, sender, device, since, at, staff, line) VALUES (?,?,?,?,?,?,?,?,?)")
	row := prepare("INSERT INTO rows (rid, area, seq, ver, kind, public, sum, w, need, data) VALUES (?,?,?,?,?,?,?,?,?,?)")
	written := prepare("INSERT INTO writes (rid, ver, area, seq, id, gone) VALUES (?,?,?,?,?,?)")
	head := prepare("INSERT INTO heads (area, seq, sum, public) VALUES (?,?,?,?) ON CONFLICT (area) DO UPDATE SET seq = excluded.seq, sum = excluded.sum, public = excluded.public")
	line, data, hash := noise(600), noise(650), noise(32)
	n := 0
	run := func(s *sql.Stmt, args ...any) {
		if _, err := s.ExecContext(ctx, args...); err != nil {
			b.Fatal(err)
		}
	}
	return float64(batch) * perSecond(b, 2*time.Second, func(int) error {
		exec("BEGIN IMMEDIATE")
		for range batch {
			n++
			id, rid := fmt.Sprintf("%016x", rand.Uint64()), fmt.Sprintf("%012x-0000-7000-8000-%012x", n, rand.Uint64()&0xffffffffffff)
			run(commit, id, hash, "author", "author", "device", n, n, 0, line)
			run(row, rid, "990101001201", n, 1, "visit", 0, n, n, nil, data)
			run(written, rid, 1, "990101001201", n, id, 0)
		}
		run(head, "990101001201", n, n, 0)
		exec("COMMIT")
		return nil
	})
}
