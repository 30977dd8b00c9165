package storagetest

import (
	"context"
	"errors"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// Records is the contract suite of storage.Records but for faults and crashes.
func Records(t *testing.T, open Open) {
	fresh(t, open, map[string]func(*testing.T, *store){
		"Empty":        empty,
		"Kept":         kept,
		"Atomic":       atomicUpdate,
		"OwnWrites":    ownWrites,
		"KnownCommit":  knownCommit,
		"Cancelled":    cancelled,
		"LostUpdate":   lostUpdate,
		"WriteSkew":    writeSkew,
		"WaitingSkew":  waitingSkew,
		"Sequences":    sequences,
		"OwnResults":   ownResults,
		"Snapshot":     snapshot,
		"Visible":      visible,
		"FeedAfter":    feedAfter,
		"Public":       publicFeed,
		"Moves":        moves,
		"Versions":     versions,
		"ManyCommits":  manyCommits,
		"Areas":        areas,
		"HeldLife":     heldLife,
		"HeldLists":    heldLists,
		"HeldShares":   heldShares,
		"Waiting":      waiting,
		"Media":        media,
		"Needs":        needs,
		"Charges":      charges,
		"DropMedium":   dropMedium,
		"FlawMedium":   flawMedium,
		"NamedByWrite": namedByWrite,
		"List":         list,
		"Readable":     readable,
		"ReadableMany": readableMany,
	})
	t.Run("Arrivals", func(t *testing.T) { arrivals(t, open) })
	t.Run("Receipts", func(t *testing.T) { receipts(t, open) })
	t.Run("ReceiptsOfTwo", func(t *testing.T) { receiptsOfTwo(t, open) })
	t.Run("Clock", func(t *testing.T) { clock(t, open) })
	t.Run("Reopen", func(t *testing.T) { reopen(t, open) })
}

// empty: what is missing is nil with no error.
func empty(t *testing.T, s *store) {
	look := func(v storage.View) error {
		m, err := v.Meta()
		if err != nil || m.Epoch == "" || m.SafeAt != 0 {
			t.Errorf("Meta of a new store: %+v, %v", m, err)
		}
		c, err1 := v.Commit("AAAAAAAAAAAAAAAA")
		h, err2 := v.Held("AAAAAAAAAAAAAAAA")
		r, err3 := v.Record(record("visit", village1).ID)
		u, err4 := v.User("nobody")
		d, err5 := v.Device("none")
		md, err6 := v.Medium(digest())
		if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil || c != nil || h != nil || r != nil || u != nil || d != nil || md != nil {
			t.Errorf("missing things: %v %v %v %v %v %v, %v", c, h, r, u, d, md, err)
		}
		heads, err := v.Heads([]zoufang.AreaID{village2, village1})
		if err != nil {
			return err
		}
		equal(t, "heads", heads, []storage.AreaHead{{Area: village2}, {Area: village1}})
		rows, err := feed(v, village1, 0, false)
		if err != nil || len(rows) != 0 {
			t.Errorf("feed: %v, %v", rows, err)
		}
		all, err := v.Areas()
		if err != nil || len(all) != 0 {
			t.Errorf("areas: %v, %v", all, err)
		}
		names, err := v.Names(digest())
		if err != nil {
			return err
		}
		equal(t, "names", names, storage.MediumNames{})
		n, err := v.CountHeld("nobody", false)
		if err != nil || n != 0 {
			t.Errorf("count: %d, %v", n, err)
		}
		return nil
	}
	s.view(look)
	s.update(func(tx storage.Tx) error { return look(tx) })
	s.whole()
}

// kept: everything comes back as it was given.
func kept(t *testing.T, s *store) {
	c := commit("u1")
	c.Line = append(c.Line, 0xff, 0, '\r') // the bytes that came need not be text
	c.Author, c.Sender, c.Device, c.From, c.At, c.Staff = "a", "s", "-d", 1, 2, true
	r := record("visit", village1, "note", "看望老人", "way", "home")
	r.Sets["needs"] = map[string]*zoufang.Heads{`"米"`: {Live: []zoufang.Head{{ID: r.Created, Value: zoufang.Quote("米")}}, Dead: []zoufang.CommitID{"dead"}}}
	r.Logs["remarks"] = []zoufang.Head{{ID: r.Created, Value: zoufang.Value(`  "as it came"`)}}
	r.States["state"] = &zoufang.Standing{Value: "draft", By: r.Created, Seen: []zoufang.CommitID{c.ID}, Bound: true}
	m := storage.Medium{Digest: digest(), Type: "image/jpeg", Size: 123456, At: 42}
	h := storage.Held{
		ID: commit("u1").ID, Sender: "s", Author: "a", At: 9, Code: zoufang.HeldScope, Why: "no right", Waits: []string{"r:x", "c:y"},
		Areas: []zoufang.AreaID{village1, village2}, Waived: true, Reach: []zoufang.AreaID{village2}, Forced: true, Schema: 3, Sealed: true, Brought: "b", Freed: "f",
		Fault: zoufang.Fail(zoufang.HeldScope, zoufang.RuleStandsAt, "state", "已核定").At("state").In(1).Parts,
	}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.AddMedium(m), tx.PutHeld(h))
	})
	s.view(func(v storage.View) error {
		gotC, err1 := v.Commit(c.ID)
		gotH, err2 := v.Held(h.ID)
		gotM, err3 := v.Medium(m.Digest)
		gotR, err4 := v.Record(r.ID)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return err
		}
		equal(t, "commit", gotC, &c)
		known, err := v.Known(c.ID)
		unknown, err5 := v.Known(h.ID) // held, and no line of it stored
		if !known || unknown || err != nil || err5 != nil {
			t.Errorf("known: %v, %v; unknown: %v, %v", known, err, unknown, err5)
		}
		equal(t, "held", gotH, &h)
		equal(t, "medium", gotM, &m)
		same(t, gotR, r)
		return nil
	})
	if r.Seq != 1 || r.Ver != 1 {
		t.Errorf("the first write is %d, version %d", r.Seq, r.Ver)
	}
	s.whole()
}

// same compares records by their stored bytes.
func same(t testing.TB, got, want *zoufang.Record) {
	t.Helper()
	g, err1 := storage.PlainRecord(got)
	w, err2 := storage.PlainRecord(want)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Fatalf("record:\n got %+v\nwant %+v", got, want)
	}
}

var errOwn = errors.New("the function's own error")

// atomicUpdate: an error of f's own leaves nothing behind.
func atomicUpdate(t *testing.T, s *store) {
	before := record("visit", village1)
	s.put(before)
	c, c2, r, d := commit("u1"), commit("u1"), record("area", village1, "name", "杏花村"), digest()
	was := s.meta()
	err := s.Update(s.ctx, "", func(tx storage.Tx) error {
		moved, err := tx.Record(before.ID)
		if err != nil {
			return err
		}
		moved.Area = village2
		err = errors.Join(tx.AddCommit(c), tx.PutHeld(storage.Held{ID: c2.ID, Sender: "u1", Code: zoufang.HeldWaiting, Waits: []string{"r:x"}}),
			tx.PutRecord(r, c.ID), tx.PutRecord(moved, c.ID), tx.AddMedium(storage.Medium{Digest: d, Type: "image/png"}),
			tx.NameMedium(d, storage.NamedByUser, "u1"))
		if err != nil {
			return err
		}
		if all, err := tx.Areas(); err != nil || len(all) != 1 {
			t.Errorf("areas inside: %v, %v", all, err)
		}
		return errOwn
	})
	if !errors.Is(err, errOwn) {
		t.Fatalf("Update: %v", err)
	}
	s.view(func(v storage.View) error {
		gotC, _ := v.Commit(c.ID)
		gotH, _ := v.Held(c2.ID)
		gotR, _ := v.Record(r.ID)
		gotM, _ := v.Medium(d)
		names, _ := v.Names(d)
		waits, _ := v.Waiting("r:x")
		all, err := v.Areas()
		if gotC != nil || gotH != nil || gotR != nil || gotM != nil || len(names.Users) != 0 || len(waits) != 0 || len(all) != 0 {
			t.Errorf("left behind: %v %v %v %v %v %v %v", gotC, gotH, gotR, gotM, names, waits, all)
		}
		heads, err2 := v.Heads([]zoufang.AreaID{village1, village2})
		equal(t, "heads", heads, []storage.AreaHead{{Area: village1, Seq: 1, Sum: before.Sum()}, {Area: village2}})
		return errors.Join(err, err2)
	})
	if m := s.meta(); m.Areas != was.Areas {
		t.Errorf("Meta.Areas went from %d to %d", was.Areas, m.Areas)
	}
	same(t, s.record(before.ID), before)
	s.whole()
}

// ownWrites: a transaction sees what it wrote.
func ownWrites(t *testing.T, s *store) {
	s.update(func(tx storage.Tx) error {
		c, c2, r, d := commit("u1"), commit("u1"), record("area", village1, "name", "杏花村"), digest()
		err := errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.AddMedium(storage.Medium{Digest: d, Type: "image/png"}),
			tx.NameMedium(d, storage.SentByDevice, "d1"),
			tx.PutHeld(storage.Held{ID: c2.ID, Sender: "u1", At: 1, Code: zoufang.HeldInvalid, Waits: []string{"r:x"}}))
		if err != nil {
			return err
		}
		gotC, err1 := tx.Commit(c.ID)
		gotR, err2 := tx.Record(r.ID)
		gotM, err3 := tx.Medium(d)
		gotH, err4 := tx.Held(c2.ID)
		known, err0 := tx.Known(c.ID)
		if gotC == nil || gotR == nil || gotM == nil || gotH == nil || !known || err0 != nil {
			t.Errorf("not seen: %v %v %v %v %v, %v", gotC, gotR, gotM, gotH, known, err0)
		}
		heads, err5 := tx.Heads([]zoufang.AreaID{village1})
		equal(t, "heads", heads, []storage.AreaHead{{Area: village1, Seq: r.Seq, Sum: r.Sum(), Public: r.Sum()}})
		rows, err6 := feed(tx, village1, 0, true)
		waits, err7 := tx.Waiting("r:x")
		n, err8 := tx.CountHeld("u1", false)
		names, err9 := tx.Names(d)
		if len(rows) != 1 || len(waits) != 1 || n != 1 || len(names.Devices) != 1 {
			t.Errorf("not seen: %v %v %d %v", rows, waits, n, names)
		}
		if err := tx.DropHeld(c2.ID); err != nil {
			return err
		}
		gotH, err10 := tx.Held(c2.ID)
		waits, err11 := tx.Waiting("r:x")
		if gotH != nil || len(waits) != 0 {
			t.Errorf("still held: %v %v", gotH, waits)
		}
		return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11)
	})
}

func knownCommit(t *testing.T, s *store) {
	c := commit("u1")
	s.update(func(tx storage.Tx) error { return tx.AddCommit(c) })
	again := c
	again.Line = []byte("other bytes")
	if err := s.Update(s.ctx, "", func(tx storage.Tx) error { return tx.AddCommit(again) }); err == nil {
		t.Error("a known commit was added again")
	}
	c2 := commit("u1")
	err := s.Update(s.ctx, "", func(tx storage.Tx) error { return errors.Join(tx.AddCommit(c2), tx.AddCommit(c2)) })
	if err == nil {
		t.Error("a commit was added twice in one update")
	}
	s.view(func(v storage.View) error {
		got, err := v.Commit(c.ID)
		if err != nil || got == nil || string(got.Line) != string(c.Line) {
			t.Errorf("the first commit is now %v, %v", got, err)
		}
		got, err = v.Commit(c2.ID)
		if got != nil {
			t.Error("half of an update was stored")
		}
		return err
	})
}

// cancelled: an update whose context has ended is not run.
func cancelled(t *testing.T, s *store) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	ran := false
	err := s.Update(ctx, "", func(storage.Tx) error { ran = true; return nil })
	if !errors.Is(err, context.Canceled) || ran {
		t.Errorf("Update: %v, ran %v", err, ran)
	}
	err = s.View(ctx, func(storage.View) error { ran = true; return nil })
	if !errors.Is(err, context.Canceled) || ran {
		t.Errorf("View: %v, ran %v", err, ran)
	}
}
