package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// charges: each is found by its user, its medium and its age, as it was written last,
// in the update that writes it too.
func charges(t *testing.T, s *store) {
	d1, d2 := digest(), digest()
	ids := func(all []storage.Charge, err error) (out []string) {
		t.Helper()
		for _, c := range all {
			out = append(out, fmt.Sprint(c.ID, " ", c.User, " ", c.Type, " ", c.Size, " ", c.At, " ", c.Stage))
		}
		if err != nil {
			t.Error(err)
		}
		return out
	}
	a := storage.Charge{ID: "a", User: "u1", Digest: d1, Type: "audio/mp4", Size: 10, At: 5, Stage: storage.StageOpen}
	b := storage.Charge{ID: storage.StoredCharge("u1", d2), User: "u1", Digest: d2, Type: "image/png", Size: 20, At: 3, Stage: storage.StageStored}
	c := storage.Charge{ID: "c", User: "u2", Digest: d1, Type: "audio/mp4", Size: 30, At: 4, Stage: storage.StageOpen}
	sayA, sayB, sayC := "a u1 audio/mp4 10 5 open", b.ID+" u1 image/png 20 3 stored", "c u2 audio/mp4 30 4 open"
	look := func(v storage.View, what string, of1, of2, for1, open, first []string) {
		t.Helper()
		equal(t, what+": of u1", ids(v.ChargesOf("u1")), of1)
		equal(t, what+": of u2", ids(v.ChargesOf("u2")), of2)
		equal(t, what+": for d1", ids(v.ChargesFor(d1)), for1)
		equal(t, what+": open before 4", ids(v.ChargesBefore(storage.StageOpen, 4, 100)), open)
		equal(t, what+": open before 3", ids(v.ChargesBefore(storage.StageOpen, 3, 100)), nil)
		equal(t, what+": the first open", ids(v.ChargesBefore(storage.StageOpen, 1000, 1)), first)
		equal(t, what+": none", ids(v.ChargesOf("u3")), nil)
	}
	all := func(v storage.View, what string) {
		t.Helper()
		look(v, what, []string{sayB, sayA}, []string{sayC}, []string{sayC, sayA}, []string{sayC}, []string{sayC})
		equal(t, what+": stored", ids(v.ChargesBefore(storage.StageStored, 3, 1)), []string{sayB})
	}
	s.update(func(tx storage.Tx) error {
		err := errors.Join(tx.PutCharge(a), tx.PutCharge(b), tx.PutCharge(c))
		all(tx, "while they are written")
		return err
	})
	s.view(func(v storage.View) error { all(v, "written"); return nil })
	gone := errors.New("not this")
	if err := s.Update(t.Context(), "", func(tx storage.Tx) error { return errors.Join(tx.DropCharge("a"), gone) }); !errors.Is(err, gone) {
		t.Error(err)
	}
	s.view(func(v storage.View) error { all(v, "after an update that failed"); return nil })
	b.Stage, b.At = storage.StageFading, 9
	s.update(func(tx storage.Tx) error {
		err := errors.Join(tx.DropCharge("a"), tx.DropCharge("a"), tx.DropCharge("never"), tx.PutCharge(b))
		sayB = b.ID + " u1 image/png 20 9 fading"
		look(tx, "while they are changed", []string{sayB}, []string{sayC}, []string{sayC}, []string{sayC}, []string{sayC})
		return err
	})
	s.view(func(v storage.View) error {
		look(v, "changed", []string{sayB}, []string{sayC}, []string{sayC}, []string{sayC}, []string{sayC})
		return nil
	})
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.DropCharge("c"), tx.PutCharge(c), tx.DropCharge(b.ID))
	})
	s.view(func(v storage.View) error {
		look(v, "taken and put back", nil, []string{sayC}, []string{sayC}, []string{sayC}, []string{sayC})
		return nil
	})
}

// dropMedium: a medium that is dropped is not known, nor who sent it; who named it
// is, and it can come again. That it cannot be seen is noted of one that is known.
func dropMedium(t *testing.T, s *store) {
	d := digest()
	first := storage.Medium{Digest: d, Type: "image/jpeg", Size: 1, At: 1}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.FlawMedium(d, zoufang.FlawCut), tx.AddMedium(first), tx.NameMedium(d, storage.SentByDevice, "d1"), tx.NameMedium(d, storage.NamedByUser, "u1"))
	})
	look := func(v storage.View, want *storage.Medium, devices ...zoufang.DeviceID) error {
		t.Helper()
		m, err1 := v.Medium(d)
		equal(t, "medium", m, want)
		n, err2 := v.Names(d)
		equal(t, "devices", slices.Clone(n.Devices), devices)
		equal(t, "users", n.Users, []zoufang.UserID{"u1"})
		return errors.Join(err1, err2)
	}
	s.view(func(v storage.View) error { return look(v, &first, "d1") })
	first.Flaw = zoufang.FlawHEIC
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.FlawMedium(d, zoufang.FlawHEIC), look(tx, &first, "d1"))
	})
	s.view(func(v storage.View) error { return look(v, &first, "d1") })
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.DropMedium(d), tx.DropMedium(digest()), look(tx, nil))
	})
	s.view(func(v storage.View) error { return look(v, nil) })
	again := storage.Medium{Digest: d, Type: "image/png", Size: 2, At: 2}
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddMedium(again), tx.NameMedium(d, storage.SentByDevice, "d1"), look(tx, &again, "d1"))
	})
	s.update(func(tx storage.Tx) error { // dropped and back in one step
		return errors.Join(tx.DropMedium(d), tx.AddMedium(first), tx.NameMedium(d, storage.SentByDevice, "d1"), look(tx, &first, "d1"))
	})
	s.view(func(v storage.View) error { return look(v, &first, "d1") })
	s.whole()
}
