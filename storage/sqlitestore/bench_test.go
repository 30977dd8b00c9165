package sqlitestore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
)

// visit is what one saved visit brings: a line of about 600 bytes, a record of
// about 1 KB with ten fields, and two photos.
type visit struct {
	line   []byte
	id     zoufang.CommitID
	hash   [32]byte
	record *zoufang.Record
	photos []zoufang.Digest
}

func newVisit(n int64) visit {
	var v visit
	rid := zoufang.NewRecordID(1_760_000_000_000 + n)
	v.line = fmt.Appendf(nil, `{"n":%d,"rid":%q,"pad":%q}`, n, rid, strings.Repeat("x", 520))
	v.id, v.hash = zoufang.HashLine(v.line)
	for i := range 2 {
		h := sha256.Sum256(fmt.Appendf(nil, "%s/%d", rid, i))
		v.photos = append(v.photos, zoufang.Digest(hex.EncodeToString(h[:])))
	}
	r := (&zoufang.Record{ID: rid, Kind: "visit", Area: zoufang.AreaID(fmt.Sprintf("3201151012%02d", n%50)), Created: v.id, Author: "u1"}).Fill()
	r.Stamps[v.id] = zoufang.NewStamp(v.id, "u1", n, n, n, false)
	for i, f := range []string{"type", "household", "way", "met", "started", "ended", "form", "risk", "note", "place"} {
		r.Heads[f] = &zoufang.Heads{Live: []zoufang.Head{{ID: v.id, Value: zoufang.Quote(strings.Repeat(string(rune('a'+i)), 45))}}}
	}
	r.States["state"] = &zoufang.Standing{Value: "draft", By: v.id}
	r.Sets["photos"] = map[string]*zoufang.Heads{}
	for _, d := range v.photos {
		q := zoufang.Quote(string(d))
		r.Sets["photos"][q.Canon()] = &zoufang.Heads{Live: []zoufang.Head{{ID: v.id, Value: q}}}
	}
	r.Need = r.Media()
	v.record = r
	return v
}

// save does what intake does with a visit.
func (v visit) save(tx storage.Tx) error {
	if c, err := tx.Commit(v.id); err != nil || c != nil {
		return fmt.Errorf("known or %v", err)
	}
	if r, err := tx.Record(v.record.ID); err != nil || r != nil {
		return fmt.Errorf("there or %v", err)
	}
	if _, err := tx.Waiting(storage.WaitsForRecord(v.record.ID)); err != nil {
		return err
	}
	for _, d := range v.photos {
		if _, err := tx.Medium(d); err != nil {
			return err
		}
		if err := tx.NameMedium(d, storage.NamedByUser, "u1"); err != nil {
			return err
		}
	}
	err := tx.AddCommit(storage.Commit{ID: v.id, Hash: v.hash, Line: v.line, Author: "u1", Sender: "u1", Device: "d1", From: 1, At: tx.Now()})
	if err != nil {
		return err
	}
	return tx.PutRecord(v.record, v.id)
}

func BenchmarkUpdate(b *testing.B) {
	for _, goroutines := range []int{1, 8, 32} {
		for _, per := range []int{1, 50} {
			b.Run(fmt.Sprintf("goroutines=%d/visits=%d", goroutines, per), func(b *testing.B) {
				commits := 0
				s := open(b, filepath.Join(b.TempDir(), "bench.db"), WithFaults(func(stored bool) error {
					commits += int(bit(stored))
					return nil
				}))
				visits := make([]visit, b.N)
				for i := range visits {
					visits[i] = newVisit(int64(i))
				}
				var next atomic.Int64
				var wg sync.WaitGroup
				b.ResetTimer()
				before := cpu()
				for range goroutines {
					wg.Go(func() {
						for {
							to := min(int(next.Add(int64(per))), b.N+per)
							from := to - per
							if from >= b.N {
								return
							}
							mine := visits[from:min(to, b.N)]
							err := s.Update(context.Background(), "", func(tx storage.Tx) error {
								for _, v := range mine {
									if err := v.save(tx); err != nil {
										return err
									}
								}
								return nil
							})
							if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
				b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/visit")
				b.ReportMetric(float64(b.N)/float64(commits), "visits/commit")
			})
		}
	}
}

// cpu is the processor time used so far: steadier than the clock on a machine
// that others use.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func open(t testing.TB, path string, o ...Option) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, storagetest.Sealer(), o...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// BenchmarkBare puts the same rows into the same tables with the same driver, one
// transaction for each batch, and nothing else: what is left for a store to lose.
// With looks it also asks what an update has to ask.
func BenchmarkBare(b *testing.B) {
	for _, looks := range []bool{false, true} {
		for _, per := range []int{1, 50} {
			b.Run(fmt.Sprintf("looks=%v/visits=%d", looks, per), func(b *testing.B) { bare(b, looks, per) })
		}
	}
}

func bare(b *testing.B, looks bool, per int) {
	path := filepath.Join(b.TempDir(), "bare.db")
	open(b, path).Close() // makes the tables
	c, err := connect(path, writerPragmas...)
	if err != nil {
		b.Fatal(err)
	}
	defer c.close()
	keeper := startKeeper(path)
	defer keeper.stop()
	sealer := storagetest.Sealer()
	type ready struct {
		visit
		sealed, data []byte
		photos       [][]byte
	}
	all := make([]ready, b.N)
	for i := range all {
		v := newVisit(int64(i))
		all[i].visit = v
		all[i].sealed, _ = storage.SealLine(sealer, v.id, v.line)
		all[i].data, _ = storage.EncodeRecord(sealer, v.record)
		for _, d := range v.photos {
			p, _ := digest(d)
			all[i].photos = append(all[i].photos, p)
		}
	}
	exec := func(sql string, args ...any) {
		if _, err := c.exec(sql, args...); err != nil {
			b.Fatal(err)
		}
	}
	look := func(sql string, args ...any) {
		if _, err := c.one(sql, args...); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	before := cpu()
	for from := 0; from < b.N; from += per {
		exec("BEGIN IMMEDIATE")
		for i, v := range all[from:min(from+per, b.N)] {
			n, r := int64(from+i+1), v.record
			if looks {
				look("SELECT n FROM commits WHERE id = ?", string(v.id))
				look("SELECT n FROM rows WHERE rid = ?", string(r.ID))
				look(waiting, "r:"+string(r.ID))
				for _, p := range v.photos {
					look("SELECT "+mediumColumns+" FROM media WHERE digest = ?", p)
				}
			}
			for _, p := range v.photos {
				exec(insertName, p, "u", "u1")
			}
			exec(insertCommit, string(v.id), v.hash[:], "u1", "u1", "d1", int64(1), n, int64(0), v.sealed)
			var need []byte
			for _, p := range v.photos {
				need = append(need, p...)
			}
			exec(insertRow, string(r.ID), string(r.Area), n, int64(1), "visit", int64(0), n, n, need, v.data)
			for _, p := range v.photos {
				exec(insertName, p, "r", string(r.ID))
			}
			exec(insertWrite, string(r.ID), int64(1), string(r.Area), n, string(v.id), int64(0))
		}
		for k := range min(per, 50) {
			exec(putHead, fmt.Sprintf("3201151012%02d", k), int64(from), int64(from), int64(0))
		}
		exec(putMeta, int64(from), int64(0), int64(0), int64(from))
		exec("COMMIT")
		keeper.look(c)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/visit")
}

// BenchmarkRead is what an idle phone's sync and a first sync cost: the heads of
// 20 areas with the device, and a page of 500 rows.
func BenchmarkRead(b *testing.B) {
	ctx := context.Background()
	s := open(b, filepath.Join(b.TempDir(), "read.db"))
	const records = 20000
	for n := int64(0); n < records; n += 500 {
		err := s.Update(ctx, "", func(tx storage.Tx) error {
			for i := range int64(500) {
				if err := newVisit(n + i).save(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	areas := make([]zoufang.AreaID, 20)
	for i := range areas {
		areas[i] = zoufang.AreaID(fmt.Sprintf("3201151012%02d", i))
	}
	idle := func(v storage.View) error {
		if _, err := v.Device("d1"); err != nil {
			return err
		}
		_, err := v.Heads(areas)
		return err
	}
	page := func(v storage.View) error {
		n := 0
		return v.Feed(areas[n%20], 0, false, func(storage.FeedRow) bool { n++; return n < 400 })
	}
	list := func(v storage.View) error {
		return v.List("visit", areas, 100, 50, func(*zoufang.Record) bool { return true })
	}
	for name, f := range map[string]func(storage.View) error{"idle": idle, "page": page, "list": list} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := s.View(ctx, f); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
