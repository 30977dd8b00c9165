package storagetest

import (
	"errors"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// feedAfter: rows after a number, in order, until the reader has enough.
func feedAfter(t *testing.T, s *store) {
	var records []*zoufang.Record
	for range 5 {
		r := record("visit", village1)
		records = append(records, r)
		s.put(r)
	}
	s.put(records[1]) // takes number 6
	s.view(func(v storage.View) error {
		rows, err := feed(v, village1, 2, false)
		var got []uint64
		for _, r := range rows {
			got = append(got, r.Seq)
		}
		equal(t, "numbers after 2", got, []uint64{3, 4, 5, 6})
		if rows[3].Record == nil || rows[3].Record.ID != records[1].ID || rows[3].Record.Ver != 2 {
			t.Errorf("row 6 is %+v", rows[3])
		}
		n := 0
		err2 := v.Feed(village1, 0, false, func(storage.FeedRow) bool { n++; return n < 2 })
		if n != 2 {
			t.Errorf("%d rows after the reader had enough at 2", n)
		}
		return errors.Join(err, err2)
	})
	s.whole()
}

func publicFeed(t *testing.T, s *store) {
	item, visit := record("item", village1), record("visit", village1)
	s.put(item)
	s.put(visit)
	s.put(item)
	s.view(func(v storage.View) error {
		rows, err := feed(v, village1, 0, true)
		if len(rows) != 1 || rows[0].Seq != 3 || rows[0].Record.ID != item.ID {
			t.Errorf("public feed: %+v", rows)
		}
		heads, err2 := v.Heads([]zoufang.AreaID{village1})
		if heads[0].Public != item.Sum() || heads[0].Sum != item.Sum()+visit.Sum() {
			t.Errorf("head: %+v", heads[0])
		}
		return errors.Join(err, err2)
	})
	item.Area = village2
	s.put(item)
	s.view(func(v storage.View) error {
		rows, err := feed(v, village1, 0, true)
		if len(rows) != 0 {
			t.Errorf("a mark in the public feed: %+v", rows)
		}
		return err
	})
	s.whole()
}

// moves: a record that moves leaves a mark, and a reader at any number of any
// area ends with what is there.
func moves(t *testing.T, s *store) {
	type reader struct {
		area zoufang.AreaID
		at   uint64
		has  map[zoufang.RecordID]bool
	}
	var readers []*reader
	catchUp := func(r *reader) {
		s.view(func(v storage.View) error {
			return v.Feed(r.area, r.at, false, func(row storage.FeedRow) bool {
				if row.Record != nil {
					r.has[row.Record.ID] = true
				} else {
					delete(r.has, row.Gone)
				}
				r.at = row.Seq
				return true
			})
		})
	}
	r, stays := record("visit", village1), record("visit", village1)
	s.put(stays)
	for _, to := range []zoufang.AreaID{village1, village2, village1, village1, village3, village1, village2, village3} {
		r.Area = to
		s.put(r)
		for _, a := range []zoufang.AreaID{village1, village2, village3} {
			late := &reader{area: a, has: map[zoufang.RecordID]bool{}}
			catchUp(late)
			readers = append(readers, late)
		}
	}
	for _, reader := range readers {
		catchUp(reader)
		if reader.has[r.ID] != (reader.area == village3) || reader.has[stays.ID] != (reader.area == village1) {
			t.Errorf("a reader of %s ends with %v", reader.area, reader.has)
		}
	}
	s.whole()
}

// versions: each write has the next version; a mark takes the one before the
// write that left it.
func versions(t *testing.T, s *store) {
	r := record("visit", village1)
	c1, c2, c3 := commit("u1").ID, commit("u1").ID, commit("u1").ID
	write := func(area zoufang.AreaID, by zoufang.CommitID) {
		r.Area = area
		s.update(func(tx storage.Tx) error { return tx.PutRecord(r, by) })
	}
	write(village1, c1)
	write(village1, "")
	write(village2, c2)
	if r.Ver != 4 || r.Seq != 1 {
		t.Errorf("after a move: version %d, number %d", r.Ver, r.Seq)
	}
	write(village2, c3)
	// One transaction may write a record twice and move it.
	s.update(func(tx storage.Tx) error {
		r.Area = village1
		if err := tx.PutRecord(r, c3); err != nil {
			return err
		}
		return tx.PutRecord(r, c3)
	})
	s.view(func(v storage.View) error {
		got, err := v.History(r.ID)
		equal(t, "history", got, []storage.Write{
			{Record: r.ID, Ver: 1, Area: village1, Seq: 1, Commit: c1},
			{Record: r.ID, Ver: 2, Area: village1, Seq: 2},
			{Record: r.ID, Ver: 3, Area: village1, Seq: 3, Commit: c2, Gone: true},
			{Record: r.ID, Ver: 4, Area: village2, Seq: 1, Commit: c2},
			{Record: r.ID, Ver: 5, Area: village2, Seq: 2, Commit: c3},
			{Record: r.ID, Ver: 6, Area: village2, Seq: 3, Commit: c3, Gone: true},
			{Record: r.ID, Ver: 7, Area: village1, Seq: 4, Commit: c3},
			{Record: r.ID, Ver: 8, Area: village1, Seq: 5, Commit: c3},
		})
		return err
	})
	s.whole()
}

// manyCommits: what several commits did may be written at once and counts as that
// many writes; "" among them is a medium that arrived.
func manyCommits(t *testing.T, s *store) {
	r, other := record("item", village1), record("visit", village1)
	c1, c2, c3 := commit("u1").ID, commit("u1").ID, commit("u1").ID
	s.update(func(tx storage.Tx) error { return tx.PutRecord(r, c1, c2) })
	if r.Seq != 2 || r.Ver != 2 {
		t.Errorf("after two commits: number %d, version %d", r.Seq, r.Ver)
	}
	s.put(other)
	s.update(func(tx storage.Tx) error {
		r, err := tx.Record(r.ID)
		if err != nil {
			return err
		}
		return tx.PutRecord(r, c3, "", c1)
	})
	s.view(func(v storage.View) error {
		got, err := v.History(r.ID)
		equal(t, "history", got, []storage.Write{
			{Record: r.ID, Ver: 1, Area: village1, Seq: 1, Commit: c1},
			{Record: r.ID, Ver: 2, Area: village1, Seq: 2, Commit: c2},
			{Record: r.ID, Ver: 3, Area: village1, Seq: 4, Commit: c3},
			{Record: r.ID, Ver: 4, Area: village1, Seq: 5},
			{Record: r.ID, Ver: 5, Area: village1, Seq: 6, Commit: c1},
		})
		return err
	})
	s.whole()
}

// areas: they are what the records of kind area say, and Meta.Areas tells when
// to look again.
func areas(t *testing.T, s *store) {
	look := func() (all zoufang.Areas) {
		s.view(func(v storage.View) (err error) { all, err = v.Areas(); return err })
		return all
	}
	first := s.meta().Areas
	a := record("area", village1, "name", "杏花村")
	b := record("area", village2, "name", "桃花村", "code", "320115101999")
	s.put(a)
	s.put(b)
	second := s.meta().Areas
	equal(t, "areas", look(), zoufang.Areas{
		village1: {ID: village1, Record: a.ID, Code: string(village1), Name: "杏花村"},
		village2: {ID: village2, Record: b.ID, Code: "320115101999", Name: "桃花村"},
	})
	s.put(record("visit", village1))
	if third := s.meta().Areas; second <= first || third != second {
		t.Errorf("Meta.Areas went %d, %d, and %d after a visit", first, second, third)
	}
	set(a, "name", "杏花新村")
	s.put(a)
	if got := look()[village1].Name; got != "杏花新村" || s.meta().Areas <= second {
		t.Errorf("after a rename: %s, %d", got, s.meta().Areas)
	}
	// A rename that was taken back is nowhere seen, not even by the one after it.
	set(a, "name", "never")
	err := s.Update(s.ctx, "", func(tx storage.Tx) error {
		if err := tx.PutRecord(a, a.Created); err != nil {
			return err
		}
		if all, err := tx.Areas(); err != nil || all[village1].Name != "never" {
			t.Errorf("inside: %v, %v", all, err)
		}
		return errOwn
	})
	if !errors.Is(err, errOwn) || look()[village1].Name != "杏花新村" {
		t.Errorf("after a rename taken back: %v, %v", look(), err)
	}
	set(b, "name", "李花村")
	s.put(b)
	if got := look(); got[village1].Name != "杏花新村" || got[village2].Name != "李花村" {
		t.Errorf("areas: %v", got)
	}
}

// clock: no transaction that comes later has an earlier Now, whatever the
// machine's clock does.
func clock(t *testing.T, open Open) {
	machine := time.UnixMilli(1_000_000)
	dir := t.TempDir()
	o := Options{Now: func() time.Time { return machine }}
	s := opened(t, open, dir, o)
	now := func() (n int64) {
		t.Helper()
		c := commit("u1")
		s.update(func(tx storage.Tx) error { n = tx.Now(); return tx.AddCommit(c) })
		if m := s.meta(); m.Clock < n {
			t.Errorf("the stored clock is %d after a transaction at %d", m.Clock, n)
		}
		return n
	}
	equal(t, "now", now(), 1_000_000)
	machine = time.UnixMilli(5_000_000)
	equal(t, "after a jump forward", now(), 5_000_000)
	machine = time.UnixMilli(2_000_000)
	equal(t, "after a jump back", now(), 5_000_000)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, open, dir, o)
	equal(t, "opened again", now(), 5_000_000)
	machine = time.UnixMilli(6_000_000)
	equal(t, "later", now(), 6_000_000)
}

// reopen: everything is there when the store is opened again.
func reopen(t *testing.T, open Open) {
	dir := t.TempDir()
	s := opened(t, open, dir, Options{})
	epoch := s.meta().Epoch
	r, c, d := record("area", village1, "name", "杏花村"), commit("u1"), digest()
	r.Need = []zoufang.Digest{d}
	h := storage.Held{ID: commit("u1").ID, Sender: "u1", At: 3, Code: zoufang.HeldWaiting, Waits: []string{"r:x"}}
	s.update(func(tx storage.Tx) error { return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.PutHeld(h)) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, open, dir, Options{})
	if s.meta().Epoch != epoch {
		t.Error("another epoch")
	}
	same(t, s.record(r.ID), r)
	s.update(func(tx storage.Tx) error {
		got, err1 := tx.Commit(c.ID)
		waits, err2 := tx.Waiting("r:x")
		need, err3 := Needing(tx, d)
		all, err4 := tx.Areas()
		if got == nil || len(waits) != 1 || len(need) != 1 || all[village1].Name != "杏花村" {
			t.Errorf("lost: %v %v %v %v", got, waits, need, all)
		}
		return errors.Join(err1, err2, err3, err4, tx.PutRecord(r, c.ID))
	})
	if r.Seq != 2 || r.Ver != 2 {
		t.Errorf("the sequence went on at %d, version %d", r.Seq, r.Ver)
	}
	s.whole()
}
