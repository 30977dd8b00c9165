package storagetest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Upkeep is the contract suite of storage.Upkeep.
func Upkeep(t *testing.T, open Open) {
	t.Run("Clock", func(t *testing.T) { upkeepClock(t, open) })
	t.Run("ClockAtOnce", func(t *testing.T) { clockAtOnce(t, open) })
	t.Run("Load", func(t *testing.T) { loads(t, open) })
	fresh(t, open, map[string]func(*testing.T, *store){
		"SafeAt": safeAt,
		"Dump":   dump,
	})
}

// upkeepClock: it goes with the machine's clock, never back, and what it gave is
// not forgotten.
func upkeepClock(t *testing.T, open Open) {
	machine := time.UnixMilli(1_000_000)
	dir := t.TempDir()
	o := Options{Now: func() time.Time { return machine }}
	s := opened(t, open, dir, o)
	read := func() int64 {
		t.Helper()
		n, err := s.Clock(s.ctx)
		s.must(err)
		if m := s.meta(); m.Clock < n {
			t.Errorf("Clock gave %d, the stored one is %d", n, m.Clock)
		}
		return n
	}
	equal(t, "clock", read(), 1_000_000)
	machine = time.UnixMilli(9_000_000)
	equal(t, "after a jump forward", read(), 9_000_000)
	machine = time.UnixMilli(9_000_900)
	if n := read(); n < 9_000_000 || n > 9_000_900 { // it may lag by a second
		t.Errorf("clock: %d", n)
	}
	// Advance is past every time given out, whatever the machine's clock says.
	for range 3 {
		var now int64
		s.update(func(tx storage.Tx) error { now = tx.Now(); return tx.AddCommit(commit("u1")) })
		past, err := s.Advance(s.ctx)
		s.must(err)
		if past <= now || s.meta().Clock != past {
			t.Errorf("advanced to %d after %d", past, now)
		}
	}
	machine = time.UnixMilli(2_000_000)
	s.must(s.Close())
	s = opened(t, open, dir, o)
	last := read()
	if last < 9_000_000 {
		t.Errorf("opened again: %d", last)
	}
	s.update(func(tx storage.Tx) error {
		if tx.Now() < last {
			t.Errorf("a transaction at %d after the clock gave %d", tx.Now(), last)
		}
		return nil
	})
}

// clockAtOnce: no transaction that ends after Clock returned has an earlier Now.
func clockAtOnce(t *testing.T, open Open) {
	var machine atomic.Int64
	s := opened(t, open, "", Options{Now: func() time.Time { return time.UnixMilli(machine.Add(700)) }})
	s.atOnce(4, func(i int) error {
		for range 25 {
			before, err := s.Clock(s.ctx)
			if err != nil {
				return err
			}
			var now int64
			c := commit("u1")
			if err := s.Update(s.ctx, "", func(tx storage.Tx) error { now = tx.Now(); return tx.AddCommit(c) }); err != nil {
				return err
			}
			after, err := s.Clock(s.ctx)
			if err != nil {
				return err
			}
			if now < before || after < now {
				return errors.New("the clock ran back")
			}
		}
		return nil
	})
}

func safeAt(t *testing.T, s *store) {
	s.must(s.SetSafeAt(s.ctx, 77))
	equal(t, "safe at", s.meta().SafeAt, 77)
	s.put(record("visit", village1))
	equal(t, "safe at", s.meta().SafeAt, 77)
}

// dump: everything, on one snapshot; an error of the reader's ends it.
func dump(t *testing.T, s *store) {
	c, r, d := commit("u1"), record("visit", village1), digest()
	h := storage.Held{ID: commit("u1").ID, Sender: "u1", At: 1, Code: zoufang.HeldInvalid}
	done := storage.Held{ID: commit("u1").ID, Sender: "u1", At: 1, Code: zoufang.Rejected, Decided: 3}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.PutHeld(h), tx.PutHeld(done), tx.AddMedium(storage.Medium{Digest: d, Type: "image/png"}))
	})
	err := s.Dump(s.ctx, func(dump storage.Dump) error {
		if _, err := dump.Meta(); err != nil {
			return err
		}
		s.put(record("visit", village2)) // after the snapshot
		var commits, held, records, writes, heads, media int
		err := errors.Join(
			storage.Each(dump, func(got storage.Commit) error { commits++; equal(t, "commit", got, c); return nil }),
			storage.Each(dump, func(storage.Held) error { held++; return nil }),
			storage.Each(dump, func(got storage.StoredRecord) error { records++; same(t, got.Record, r); return nil }),
			storage.Each(dump, func(storage.Write) error { writes++; return nil }),
			storage.Each(dump, func(storage.AreaHead) error { heads++; return nil }),
			storage.Each(dump, func(storage.Medium) error { media++; return nil }))
		equal(t, "counts", []int{commits, held, records, writes, heads, media}, []int{1, 2, 1, 1, 1, 1})
		if got := storage.Each(dump, func(storage.Held) error { return errOwn }); !errors.Is(got, errOwn) {
			t.Errorf("Each: %v", got)
		}
		return err
	})
	s.must(err)
	s.fails("Dump", s.Dump(s.ctx, func(storage.Dump) error { return errOwn }), errOwn)
	s.whole()
}
