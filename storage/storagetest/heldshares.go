package storagetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// heldShares: what is open, by the areas it names and by group; and a group's lines.
func heldShares(t *testing.T, s *store) {
	scope := zoufang.Parts{Rule: zoufang.RuleRight}
	hold := func(sender zoufang.UserID, at int64, code zoufang.HoldCode, fault zoufang.Parts, decided int64, areas ...zoufang.AreaID) storage.Held {
		h := storage.Held{ID: commit("u1").ID, Sender: sender, At: at, Since: at + 1, Code: code, Fault: fault, Decided: decided, Areas: areas}
		s.update(func(tx storage.Tx) error { return tx.PutHeld(h) })
		return h
	}
	var flood []storage.Held
	for i := range 7 {
		flood = append(flood, hold("u1", 20+int64(i/3), zoufang.HeldScope, scope, 0, village1))
	}
	one := hold("u2", 15, zoufang.HeldScope, scope, 0, village1)
	both := hold("u1", 3, zoufang.HeldScope, scope, 0, village1, village2)
	older := hold("u1", 4, zoufang.HeldInvalid, zoufang.Parts{}, 0, village2)
	wait := hold("u1", 5, zoufang.HeldWaiting, zoufang.Parts{Rule: zoufang.RuleNoRecord}, 0, village2)
	hold("u1", 6, zoufang.Rejected, zoufang.Parts{}, 9, village1)
	nowhere, none := hold("u3", 8, zoufang.HeldSchema, zoufang.Parts{}, 0), storage.Held{ID: commit("u1").ID, Sender: "u3", At: 9, Code: zoufang.HeldSchema, Areas: []zoufang.AreaID{}}
	s.update(func(tx storage.Tx) error { return tx.PutHeld(none) })
	shares := func(v storage.View, in zoufang.AreaID, most, stop int) (out []string) {
		err := v.HeldShares(in, most, func(h storage.HeldShare) bool {
			out = append(out, fmt.Sprint(h.Areas, " ", h.Sender, " ", h.Code, " ", h.Rule, " ", h.Count, " from ", h.Oldest))
			return len(out) < stop
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(out)
		return out
	}
	of := func(v storage.View, g storage.HeldGroup, after storage.HeldPlace, stop int) (out []zoufang.CommitID) {
		err := v.HeldOf(g, after, func(h storage.Held) bool {
			if out = append(out, h.ID); h.Since != h.At+1 || h.Came() != h.Since {
				t.Errorf("since %d", h.Since)
			}
			return len(out) < stop
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	look := func(v storage.View) error {
		equal(t, "the first village", shares(v, village1, 5, 99), []string{
			"[320115101201 320115101202] u1 scope right 1 from 3", "[320115101201] u1 scope right 5 from 20", "[320115101201] u2 scope right 1 from 15"})
		equal(t, "the second", shares(v, village2, 100, 99), []string{"[320115101202] u1 invalid  1 from 4", "[320115101202] u1 waiting no_record 1 from 5"})
		equal(t, "the township", len(shares(v, "320115101000", 100, 99)), 5)
		equal(t, "two of them", len(shares(v, "320115101000", 1, 2)), 2)
		equal(t, "elsewhere", len(shares(v, "320115102000", 100, 99)), 0)
		if got := shares(v, "", 100, 99); len(got) == 0 || len(got) > 2 { // a list of none may be told in two ways
			t.Errorf("no areas: %v", got)
		}
		g := flood[0].Group()
		slices.SortFunc(flood, func(a, b storage.Held) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
		ids := []zoufang.CommitID{both.ID}
		for _, h := range flood {
			ids = append(ids, h.ID)
		}
		equal(t, "all of a group", of(v, g, storage.HeldPlace{}, 99), ids)
		equal(t, "three after the second", of(v, g, flood[0].Place(), 3), ids[2:5])
		equal(t, "after all", len(of(v, g, flood[6].Place(), 99)), 0)
		equal(t, "one sender's", of(v, one.Group(), storage.HeldPlace{}, 99), []zoufang.CommitID{one.ID})
		equal(t, "an older program's", of(v, older.Group(), storage.HeldPlace{}, 99), []zoufang.CommitID{older.ID})
		equal(t, "those that wait", of(v, wait.Group(), storage.HeldPlace{}, 99), []zoufang.CommitID{wait.ID})
		equal(t, "nowhere", len(of(v, nowhere.Group(), storage.HeldPlace{}, 1)), 1)
		open, err1 := v.CountHeld("u1", false)
		waits, err2 := v.CountHeld("u1", true)
		equal(t, "counted", [2]int{open, waits}, [2]int{9, 1})
		return errors.Join(err1, err2)
	}
	s.view(look)
	s.update(func(tx storage.Tx) error { return look(tx) })
	// Within an update what it wrote counts, and what it took away does not.
	s.update(func(tx storage.Tx) error {
		fresh := one
		fresh.ID, fresh.At = commit("u1").ID, 30
		gone := one
		gone.Code, gone.Decided = zoufang.Rejected, 40
		if err := errors.Join(tx.PutHeld(fresh), tx.PutHeld(gone), tx.DropHeld(older.ID)); err != nil {
			return err
		}
		equal(t, "in the update", shares(tx, village1, 100, 99), []string{
			"[320115101201 320115101202] u1 scope right 1 from 3", "[320115101201] u1 scope right 7 from 20", "[320115101201] u2 scope right 1 from 30"})
		equal(t, "dropped", len(shares(tx, village2, 100, 99)), 1)
		return nil
	})
	s.view(func(v storage.View) error {
		equal(t, "decided and dropped", len(shares(v, "320115101000", 100, 99)), 4)
		return nil
	})
}
