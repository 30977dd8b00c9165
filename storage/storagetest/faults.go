package storagetest

import (
	"errors"
	"sync"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// Faults is the part of the contract of storage.Records about failures of the
// store itself: an update fails and is not stored, or fails and yet is; whoever
// asked asks again and ends with it stored once.
func Faults(t *testing.T, open Open) {
	for name, stored := range map[string]bool{"NotStored": false, "Stored": true} {
		t.Run(name, func(t *testing.T) {
			fault := &faults{}
			s := opened(t, open, "", Options{Fault: fault.check})
			c, r := commit("u1"), record("area", village1, "name", "杏花村")
			save := func(tx storage.Tx) error {
				known, err := tx.Commit(c.ID)
				if err != nil || known != nil {
					return err
				}
				own := *r
				return errors.Join(tx.AddCommit(c), tx.PutRecord(&own, c.ID))
			}
			fault.next(stored)
			if err := s.Update(s.ctx, "", save); !errors.Is(err, errFault) {
				t.Fatalf("Update: %v", err)
			}
			if got := s.record(r.ID); (got != nil) != stored {
				t.Errorf("stored: %v", got != nil)
			}
			s.whole()
			s.update(save)
			if got := s.record(r.ID); got == nil || got.Seq != 1 || got.Ver != 1 {
				t.Errorf("after asking again: %+v", got)
			}
			s.view(func(v storage.View) error {
				all, err := v.Areas()
				if all[village1].Name != "杏花村" {
					t.Errorf("areas: %v", all)
				}
				return err
			})
			s.whole()
		})
	}
	t.Run("AtOnce", func(t *testing.T) { faultsAtOnce(t, open) })
	t.Run("UseCode", func(t *testing.T) { faultInCode(t, open) })
}

// faultsAtOnce: with every few commits failing in one form or the other, all who
// ask again end with their line stored once.
func faultsAtOnce(t *testing.T, open Open) {
	fault := &faults{every: 3}
	s := opened(t, open, "", Options{Fault: fault.check})
	s.atOnce(8, func(i int) error {
		for range 10 {
			c, r := commit("u1"), record("visit", []zoufang.AreaID{village1, village2}[i%2])
			for try := 0; ; try++ {
				err := s.Update(s.ctx, "", func(tx storage.Tx) error {
					known, err := tx.Commit(c.ID)
					if err != nil || known != nil {
						return err
					}
					own := *r
					return errors.Join(tx.AddCommit(c), tx.PutRecord(&own, c.ID))
				})
				if err == nil {
					break
				}
				if !errors.Is(err, errFault) || try == 100 {
					return err
				}
			}
		}
		return nil
	})
	n := 0
	err := s.Dump(s.ctx, func(d storage.Dump) error {
		return storage.Each(d, func(r storage.StoredRecord) error {
			n++
			if r.Record.Ver != 1 {
				t.Errorf("a record was written %d times", r.Record.Ver)
			}
			return nil
		})
	})
	if err != nil || n != 80 {
		t.Errorf("%d records, %v", n, err)
	}
	s.whole()
}

// faultInCode: the reply to an enrolment was lost; the same key asks again and
// gets the device it got.
func faultInCode(t *testing.T, open Open) {
	fault := &faults{}
	s := opened(t, open, "", Options{Fault: fault.check})
	if err := errors.Join(s.PutUser(s.ctx, zoufang.User{ID: "u1", Role: zoufang.Coordinator}), s.AddCode(s.ctx, storage.Code{Hash: "h", User: "u1", Expires: 100})); err != nil {
		t.Fatal(err)
	}
	fault.next(true)
	if _, err := s.UseCode(s.ctx, "h", 1, zoufang.Device{ID: "d1", X: "x", Y: "y"}); !errors.Is(err, errFault) {
		t.Fatalf("UseCode: %v", err)
	}
	d, err := s.UseCode(s.ctx, "h", 2, zoufang.Device{ID: "d2", X: "x", Y: "y"})
	if err != nil || d.ID != "d1" {
		t.Errorf("UseCode again: %+v, %v", d, err)
	}
}

var errFault = errors.New("a fault made for the test")

// faults fails commits: the next one in the form asked for, or every few in turn.
type faults struct {
	mu    sync.Mutex
	armed bool
	form  bool
	every int
	calls int
}

func (f *faults) next(stored bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.form = true, stored
}

func (f *faults) check(stored bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.armed && f.form == stored {
		f.armed = false
		return errFault
	}
	if f.calls++; f.every > 0 && f.calls%f.every == 0 {
		return errFault
	}
	return nil
}
