package storagetest

import (
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// received stores a record in an area and gives the update's receipt and its Now.
func (s *store) received(area zoufang.AreaID) (receipt, now int64) {
	s.t.Helper()
	r := record("visit", area)
	err := s.Update(s.ctx, area, func(tx storage.Tx) error {
		receipt, now = tx.Receipt(), tx.Now()
		if again := tx.Receipt(); again != receipt {
			s.t.Errorf("one update has the receipts %d and %d", receipt, again)
		}
		return tx.PutRecord(r, r.Created)
	})
	s.must(err)
	return receipt, now
}

// receipts: they are the machine's time to the millisecond, and neither the stored
// clock nor another receipt is later.
func receipts(t *testing.T, open Open) {
	var machine atomic.Int64
	machine.Store(5_000_000)
	dir := t.TempDir()
	o := Options{Now: func() time.Time { return time.UnixMilli(machine.Load()) }}
	s := opened(t, open, dir, o)
	stored, err := s.Clock(s.ctx)
	s.must(err)
	equal(t, "clock", stored, 5_000_000)
	for range 10 {
		want := machine.Add(300)
		got, now := s.received(village1)
		equal(t, "a receipt 300 ms after the one before", got, want)
		if now > got || now < 5_000_000 {
			t.Errorf("the transaction is at %d, its receipt %d", now, got)
		}
	}
	last := machine.Load()
	// What phones are told and what is safe stays the stored clock's.
	told, err := s.Clock(s.ctx)
	s.must(err)
	if m := s.meta(); told > last || m.Clock < told {
		t.Errorf("told %d, the clock is %d, the machine's %d", told, m.Clock, last)
	}
	// The machine's clock runs back: a little, and by far.
	for _, back := range []int64{200, 700, 4_000_000} {
		machine.Store(last - back)
		got, now := s.received(village1)
		if got < now || got < last {
			t.Errorf("%d ms back: a receipt of %d, the stored clock at %d, the last receipt %d", back, got, now, last)
		}
		last = max(last, got)
	}
	stored, err = s.Clock(s.ctx)
	s.must(err)
	s.must(s.Close())
	s = opened(t, open, dir, o)
	if got, now := s.received(village1); got < stored || got < now || got < last {
		t.Errorf("opened again: a receipt of %d, the stored clock at %d, the last receipt %d", got, stored, last)
	}
	s.must(s.Close())
}

// receiptsOfTwo: of two processes over one store, whose clocks differ by less than the
// stored clock's step, the later update near an area has the later receipt.
func receiptsOfTwo(t *testing.T, open Open) {
	var machine atomic.Int64
	machine.Store(5_000_000)
	dir := t.TempDir()
	at := func(by int64) *store {
		return opened(t, open, dir, Options{Now: func() time.Time { return time.UnixMilli(machine.Load() + by) }})
	}
	a, b := at(0), at(-450)
	var last int64
	for i := range 12 {
		machine.Add(300)
		from := []*store{a, b}[i%2]
		got, _ := from.received(village2)
		if got <= last {
			t.Errorf("receipt %d is %d, the one 300 ms before %d", i, got, last)
		}
		last = got
	}
}
