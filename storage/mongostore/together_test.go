package mongostore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

var bg = context.Background()

func at(t testing.TB, uri string, options ...Option) *Store {
	t.Helper()
	s, err := Open(bg, uri, storagetest.Sealer(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// visit is one saved visit, as intake would store it.
type visit struct {
	commit storage.Commit
	record *zoufang.Record
	seen   zoufang.RecordID // a record that it looks up and doesn't write
	photo  zoufang.Digest
}

func newVisit(n int, area zoufang.AreaID) visit {
	line := fmt.Appendf(nil, `{"n":%d,"in":%q,"pad":"%0500d"}`, n, area, n)
	var v visit
	id, hash := zoufang.HashLine(line)
	v.commit = storage.Commit{ID: id, Hash: hash, Line: line, Author: "u1", Sender: "u1", Device: "d1", From: 1, At: 2}
	v.record = (&zoufang.Record{ID: zoufang.UUIDv7(int64(1_700_000_000_000+n), [16]byte(hash[:16])), Kind: "visit", Area: area, Created: id, Author: "u1"}).Fill()
	v.record.Stamps[id] = zoufang.NewStamp(id, "u1", 6, 5, 7, false)
	v.record.Heads["note"] = &zoufang.Heads{Live: []zoufang.Head{{ID: id, Value: zoufang.Quote(fmt.Sprintf("%0400d", n))}}}
	v.seen = v.record.ID
	v.photo = zoufang.Digest(fmt.Sprintf("%x", hash))
	return v
}

// save stores the visit unless it is stored, and reports whether it did.
func (v visit) save(s *Store, near zoufang.AreaID) (stored bool, err error) {
	err = s.Update(bg, near, func(tx storage.Tx) error {
		stored = false
		if err := tx.Ahead([]zoufang.CommitID{v.commit.ID}, []zoufang.RecordID{v.record.ID, v.seen}); err != nil {
			return err
		}
		known, err := tx.Commit(v.commit.ID)
		if err != nil || known != nil {
			return err
		}
		was, err := tx.Record(v.record.ID)
		if err != nil {
			return err
		}
		if was != nil {
			return errors.New("the record is there without its commit")
		}
		r := v.record.Clone()
		if err := errors.Join(tx.AddCommit(v.commit), tx.PutRecord(r, v.commit.ID), tx.NameMedium(v.photo, storage.NamedByUser, "u1")); err != nil {
			return err
		}
		waits, err := tx.Waiting(storage.WaitsForRecord(r.ID), storage.WaitsForCommit(v.commit.ID))
		if err == nil && len(waits) > 0 {
			err = errors.New("somebody waits for a record nobody knows")
		}
		stored = true
		return err
	})
	return stored && err == nil, err
}

// follower reads an area's feed by its cursor again and again, as a phone does.
type follower struct {
	area zoufang.AreaID
	at   uint64
	has  map[zoufang.RecordID]uint64
}

func (f *follower) read(s *Store) error {
	return s.View(bg, func(v storage.View) error {
		heads, err := v.Heads([]zoufang.AreaID{f.area})
		if err != nil {
			return err
		}
		bad := error(nil)
		err = v.Feed(f.area, f.at, false, func(row storage.FeedRow) bool {
			if row.Seq <= f.at {
				bad = fmt.Errorf("row %d after %d", row.Seq, f.at)
			}
			f.at = row.Seq
			f.has[row.Record.ID] = row.Seq
			return true
		})
		if bad == nil && f.at != heads[0].Seq {
			bad = fmt.Errorf("the feed ends at %d, the head says %d", f.at, heads[0].Seq)
		}
		return errors.Join(err, bad)
	})
}

// whole holds the heads against what is stored: numbers from 1 on without a gap,
// each visit once, sums right.
func whole(t *testing.T, s *Store, visits []visit, areas []zoufang.AreaID) {
	t.Helper()
	err := s.Dump(bg, func(d storage.Dump) error {
		numbers, sums := map[zoufang.AreaID]map[uint64]bool{}, map[zoufang.AreaID]uint64{}
		writes, records, commits := 0, 0, 0
		err := errors.Join(storage.Each(d, func(w storage.Write) error {
			writes++
			if numbers[w.Area] == nil {
				numbers[w.Area] = map[uint64]bool{}
			}
			if numbers[w.Area][w.Seq] {
				return fmt.Errorf("number %d of %s is given twice", w.Seq, w.Area)
			}
			numbers[w.Area][w.Seq] = true
			if w.Ver != 1 {
				return fmt.Errorf("a visit was written %d times", w.Ver)
			}
			return nil
		}), storage.Each(d, func(r storage.StoredRecord) error {
			records++
			sums[r.Record.Area] += r.Record.Sum()
			return nil
		}), storage.Each(d, func(storage.Commit) error { commits++; return nil }))
		if err != nil {
			return err
		}
		if writes != len(visits) || records != len(visits) || commits != len(visits) {
			return fmt.Errorf("%d visits: %d writes, %d records, %d commits", len(visits), writes, records, commits)
		}
		heads, err := d.Heads(areas)
		for _, h := range heads {
			if int(h.Seq) != len(numbers[h.Area]) || h.Sum != sums[h.Area] {
				return fmt.Errorf("head %+v: %d numbers, sum %d", h, len(numbers[h.Area]), sums[h.Area])
			}
			for n := range h.Seq {
				if !numbers[h.Area][n+1] {
					return fmt.Errorf("number %d of %s is not there", n+1, h.Area)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func villages(n int) []zoufang.AreaID {
	out := make([]zoufang.AreaID, n)
	for i := range out {
		out[i] = zoufang.AreaID(fmt.Sprintf("3201151%02d2%02d", i/40, i%40))
	}
	return out
}

// TestTwoStores: two copies of the program write in the same villages at once.
func TestTwoStores(t *testing.T) {
	each := 100
	if testing.Short() {
		each = 20
	}
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n, " villages"), func(t *testing.T) { twoStores(t, villages(n), each) })
	}
}

func twoStores(t *testing.T, areas []zoufang.AreaID, each int) {
	uri := servers.Mongo(t).Database(t, t.Name())
	copies := []*Store{at(t, uri), at(t, uri)}
	const writers = 8
	var visits []visit
	for n := range 2 * writers * each {
		visits = append(visits, newVisit(n, areas[n%len(areas)]))
	}
	var done atomic.Bool
	var reading, writing sync.WaitGroup
	followers := make([]*follower, 2*len(areas))
	reads := atomic.Int64{}
	for i := range followers {
		f := &follower{area: areas[i/2], has: map[zoufang.RecordID]uint64{}}
		followers[i] = f
		reading.Go(func() {
			for over := false; !over; reads.Add(1) {
				over = done.Load()
				if err := f.read(copies[i%2]); err != nil {
					t.Errorf("reader %d: %v", i, err)
					return
				}
				time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
			}
		})
	}
	start := time.Now()
	var order sync.Mutex
	var who []int
	for w := range 2 * writers {
		writing.Go(func() {
			for n := w; n < len(visits); n += 2 * writers {
				near := visits[n].record.Area
				if n%10 == 9 {
					near = "" // nobody knows
				}
				if stored, err := visits[n].save(copies[w%2], near); err != nil || !stored {
					t.Errorf("visit %d: %v, %v", n, stored, err)
					return
				}
				order.Lock()
				who = append(who, w%2)
				order.Unlock()
			}
		})
	}
	writing.Wait()
	took := time.Since(start)
	done.Store(true)
	reading.Wait()
	turns := 0
	for i := range who {
		if i > 0 && who[i] != who[i-1] {
			turns++
		}
	}
	for i, f := range followers {
		want := 0
		for _, v := range visits {
			if v.record.Area == f.area {
				want++
				if f.has[v.record.ID] == 0 {
					t.Errorf("reader %d has missed a visit", i)
				}
			}
		}
		if len(f.has) != want || f.at != uint64(want) {
			t.Errorf("reader %d has %d of %d visits and stands at %d", i, len(f.has), want, f.at)
		}
	}
	whole(t, copies[0], visits, areas)
	for i, s := range copies {
		t.Logf("copy %d: %d updates in %d transactions, %d collisions", i, s.count.updates.Load(), s.count.groups.Load(), s.count.conflicts.Load())
	}
	t.Logf("%d visits in %v, %d times one copy followed the other, %d readings", len(visits), took.Round(time.Millisecond), turns, reads.Load())
}
