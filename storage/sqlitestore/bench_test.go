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
				s := open(b, filepath.Join(b.TempDir(), "bench.db"))
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
							err := s.Update(context.Background(), func(tx storage.Tx) error {
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
