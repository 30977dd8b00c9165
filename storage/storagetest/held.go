package storagetest

import (
	"errors"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// heldLife: held, held anew under another code, decided, applied.
func heldLife(t *testing.T, s *store) {
	h := storage.Held{ID: commit("u1").ID, Sender: "u1", Author: "u2", At: 10, Code: zoufang.HeldWaiting, Why: "its record is not here", Waits: []string{"r:a", "c:b"}}
	look := func(want *storage.Held, count int, waits ...string) {
		t.Helper()
		s.view(func(v storage.View) error {
			got, err1 := v.Held(h.ID)
			equal(t, "held", got, want)
			n, err2 := v.CountHeld("u1", false)
			equal(t, "count", n, count)
			errs := []error{err1, err2}
			for _, key := range []string{"r:a", "c:b", "r:c"} {
				ids, err := v.Waiting(key)
				wanted := false
				for _, w := range waits {
					wanted = wanted || w == key
				}
				if (len(ids) == 1) != wanted {
					t.Fatalf("waiting for %s: %v", key, ids)
				}
				errs = append(errs, err)
			}
			open, err := openOnes(v, 1<<20)
			if (len(open) == 1) != (want != nil && want.Decided == 0) {
				t.Fatalf("open: %v", open)
			}
			return errors.Join(append(errs, err)...)
		})
	}
	put := func() { t.Helper(); s.update(func(tx storage.Tx) error { return tx.PutHeld(h) }) }
	put()
	look(&h, 0, "r:a", "c:b")
	h.Waits = []string{"c:b", "r:c"}
	put()
	look(&h, 0, "c:b", "r:c")
	h.Code, h.Why, h.Waits, h.Waived = zoufang.HeldStale, "another verdict", nil, true
	put()
	look(&h, 1)
	h.Code, h.Decided, h.Ruling = zoufang.Rejected, 99, commit("u1").ID
	put()
	look(&h, 0)
	s.update(func(tx storage.Tx) error { return tx.DropHeld(h.ID) })
	look(nil, 0)
	s.update(func(tx storage.Tx) error { return tx.DropHeld(h.ID) }) // again is no error
}

func heldLists(t *testing.T, s *store) {
	hold := func(sender zoufang.UserID, at int64, code zoufang.HoldCode, decided int64) zoufang.CommitID {
		h := storage.Held{ID: commit("u1").ID, Sender: sender, At: at, Code: code, Decided: decided}
		s.update(func(tx storage.Tx) error { return tx.PutHeld(h) })
		return h.ID
	}
	late := hold("u1", 50, zoufang.HeldScope, 0)
	early := hold("u1", 10, zoufang.HeldWaiting, 0)
	old := hold("u1", 20, zoufang.Rejected, 30)
	fresh := hold("u1", 15, zoufang.Amended, 60)
	others := hold("u2", 12, zoufang.HeldQuota, 0)
	ids := func(list []storage.Held) (out []zoufang.CommitID) {
		for _, h := range list {
			out = append(out, h.ID)
		}
		return out
	}
	s.view(func(v storage.View) error {
		var errs []error
		by := func(since int64) []zoufang.CommitID {
			list, err := v.HeldBy("u1", since)
			errs = append(errs, err)
			return ids(list)
		}
		equal(t, "since ever", by(0), []zoufang.CommitID{early, fresh, old, late})
		equal(t, "since 30", by(30), []zoufang.CommitID{early, fresh, old, late})
		equal(t, "since 31", by(31), []zoufang.CommitID{early, fresh, late})
		equal(t, "since 61", by(61), []zoufang.CommitID{early, late})
		open, err := openOnes(v, 1<<20)
		equal(t, "open", ids(open), []zoufang.CommitID{early, others, late})
		two, err2 := openOnes(v, 2)
		equal(t, "two open", ids(two), []zoufang.CommitID{early, others})
		n1, err3 := v.CountHeld("u1", false)
		n2, err4 := v.CountHeld("u2", false)
		if n1 != 1 || n2 != 1 {
			t.Errorf("counts %d and %d: waiting and decided ones stand apart", n1, n2)
		}
		return errors.Join(append(errs, err, err2, err3, err4)...)
	})
}

// waiting: lines that wait for any of the keys, each once, oldest first.
func waiting(t *testing.T, s *store) {
	wait := func(at int64, decided int64, keys ...string) zoufang.CommitID {
		h := storage.Held{ID: commit("u1").ID, Sender: "u1", At: at, Code: zoufang.HeldWaiting, Waits: keys, Decided: decided}
		s.update(func(tx storage.Tx) error { return tx.PutHeld(h) })
		return h.ID
	}
	b := wait(20, 0, "r:1", "r:2")
	a := wait(10, 0, "r:2")
	c := wait(30, 0, "c:3")
	wait(5, 40, "r:1") // decided: waits no more
	s.view(func(v storage.View) error {
		none, err1 := v.Waiting()
		first, err2 := v.Waiting("r:1")
		all, err3 := v.Waiting("c:3", "r:1", "r:2", "r:nobody")
		equal(t, "for nothing", len(none), 0)
		equal(t, "for r:1", first, []zoufang.CommitID{b})
		equal(t, "for any", all, []zoufang.CommitID{a, b, c})
		return errors.Join(err1, err2, err3)
	})
}

// openOnes lists at most so many open held lines.
func openOnes(v storage.View, most int) (out []storage.Held, err error) {
	err = v.HeldOpen(func(h storage.Held) bool {
		out = append(out, h)
		return len(out) < most
	})
	return out, err
}
