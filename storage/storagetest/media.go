package storagetest

import (
	"errors"
	"slices"
	"testing"

	"zoufang"
	"zoufang/storage"
)

func media(t *testing.T, s *store) {
	d := digest()
	first := storage.Medium{Digest: d, Type: "image/jpeg", Size: 1, At: 1}
	s.update(func(tx storage.Tx) error { return tx.AddMedium(first) })
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddMedium(storage.Medium{Digest: d, Type: "image/png", Size: 2, At: 2}),
			tx.NameMedium(d, storage.NamedByUser, "u1"), tx.NameMedium(d, storage.NamedByUser, "u2"), tx.NameMedium(d, storage.NamedByUser, "u1"),
			tx.NameMedium(d, storage.SentByDevice, "d1"), tx.NameMedium(d, storage.WillOfDevice, "d2"))
	})
	s.fails("a record's name", s.Update(s.ctx, "", func(tx storage.Tx) error { return tx.NameMedium(d, storage.NamedByRecord, "r1") }), storage.ErrNamedByRecord)
	s.view(func(v storage.View) error {
		m, err1 := v.Medium(d)
		equal(t, "medium", m, &first)
		n, err2 := v.Names(d)
		slices.Sort(n.Users)
		equal(t, "names", n, storage.MediumNames{
			Users:   []zoufang.UserID{"u1", "u2"},
			Devices: []zoufang.DeviceID{"d1"}, Wills: []zoufang.DeviceID{"d2"},
		})
		return errors.Join(err1, err2)
	})
	recorded := func(v storage.View, d zoufang.Digest) bool {
		t.Helper()
		n, err := v.Names(d)
		if err != nil {
			t.Error(err)
		}
		return n.Recorded
	}
	r := naming("visit", village1, d)
	s.update(func(tx storage.Tx) error {
		before := recorded(tx, d)
		err := tx.PutRecord(r, r.Created)
		equal(t, "named by a record, before and in the update that writes it", []bool{before, recorded(tx, d)}, []bool{false, true})
		return err
	})
	s.view(func(v storage.View) error {
		equal(t, "named by a record", []bool{recorded(v, d), recorded(v, digest())}, []bool{true, false})
		return nil
	})
	r.Sets, r.Need = nil, nil
	s.put(r.Fill())
	s.view(func(v storage.View) error { equal(t, "named by a record once", recorded(v, d), true); return nil })
}

// Needing lists all records that need a medium, whether it has come or not.
func Needing(tx storage.Tx, d zoufang.Digest) (ids []zoufang.RecordID, err error) {
	_, err = tx.Naming(d, 1000, func(id zoufang.RecordID) (bool, error) {
		r, err := tx.Record(id)
		if r != nil && slices.Contains(r.Need, d) {
			ids = append(ids, id)
		}
		return true, err
	})
	return ids, err
}

// needs: which records need a medium follows what is written.
func needs(t *testing.T, s *store) {
	d1, d2 := digest(), digest()
	need := func(d zoufang.Digest) (ids []zoufang.RecordID) {
		t.Helper()
		s.update(func(tx storage.Tx) (err error) { ids, err = Needing(tx, d); return err })
		slices.Sort(ids)
		return ids
	}
	a, b := record("visit", village1), record("visit", village2)
	a.Need, b.Need = []zoufang.Digest{d1, d2}, []zoufang.Digest{d2}
	slices.Sort(a.Need)
	s.put(a)
	s.put(b)
	equal(t, "d1", need(d1), []zoufang.RecordID{a.ID})
	equal(t, "d2", need(d2), []zoufang.RecordID{a.ID, b.ID})
	a.Need = []zoufang.Digest{d1}
	a.Area = village2
	s.put(a)
	equal(t, "d2 without a", need(d2), []zoufang.RecordID{b.ID})
	// The arrival of a medium in one transaction.
	s.update(func(tx storage.Tx) error {
		if err := tx.AddMedium(storage.Medium{Digest: d1, Type: "image/jpeg"}); err != nil {
			return err
		}
		ids, err := Needing(tx, d1)
		if err != nil {
			return err
		}
		for _, id := range ids {
			r, err := tx.Record(id)
			if err != nil {
				return err
			}
			r.Need = nil
			if err := tx.PutRecord(r, ""); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "d1 arrived", len(need(d1)), 0)
	s.whole()
}

// namedByWrite: a record's media are remembered by writing it, and stay when the
// record no longer names them.
func namedByWrite(t *testing.T, s *store) {
	d1, d2 := digest(), digest()
	r := record("visit", village1)
	show := func(d zoufang.Digest) {
		v := zoufang.Quote(string(d))
		r.Sets["photos"] = map[string]*zoufang.Heads{v.Canon(): {Live: []zoufang.Head{{ID: r.Created, Value: v}}}}
		s.put(r)
		s.update(func(tx storage.Tx) error { return tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg"}) })
	}
	show(d1)
	show(d2)
	s.view(func(v storage.View) error {
		for _, d := range []zoufang.Digest{d1, d2} {
			equal(t, "seen in village 1", s.sees(storage.Reader{Areas: []zoufang.AreaID{village1}}, d), []zoufang.Digest{d})
			equal(t, "seen in village 2", len(s.sees(storage.Reader{Areas: []zoufang.AreaID{village2}}, d)), 0)
		}
		return nil
	})
}

// list: records of a kind in some areas, last written first, page by page.
func list(t *testing.T, s *store) {
	var want []zoufang.RecordID // of village 1 and 2, last written first
	var all []*zoufang.Record
	for i := range 30 {
		r := record("visit", []zoufang.AreaID{village1, village2, village3}[i%3])
		s.put(r)
		s.put(record("request", r.Area))
		all = append(all, r)
	}
	s.put(all[3]) // again: is now the last
	all[2].Area = village2
	s.put(all[2])
	order := append(append(slices.Clone(all[:2]), all[4:]...), all[3], all[2])
	for _, r := range slices.Backward(order) {
		if r.Area != village3 {
			want = append(want, r.ID)
		}
	}
	get := func(kind string, areas []zoufang.AreaID, skip, limit int) (ids []zoufang.RecordID) {
		t.Helper()
		s.view(func(v storage.View) error {
			return v.List(kind, areas, skip, limit, func(r *zoufang.Record) bool {
				if r.Kind != kind {
					t.Errorf("a %s among the %ss", r.Kind, kind)
				}
				ids = append(ids, r.ID)
				return true
			})
		})
		return ids
	}
	both := []zoufang.AreaID{village1, village2}
	equal(t, "all", get("visit", both, 0, 1000), want)
	equal(t, "in whatever order areas are named", get("visit", []zoufang.AreaID{village2, village1, village2}, 0, 1000), want)
	var pages []zoufang.RecordID
	for skip := 0; ; skip += 4 {
		page := get("visit", both, skip, 4)
		if len(page) == 0 {
			break
		}
		pages = append(pages, page...)
	}
	equal(t, "page by page", pages, want)
	equal(t, "no limit", len(get("visit", both, 2, 0)), len(want)-2)
	equal(t, "no areas", len(get("visit", nil, 0, 10)), 0)
	equal(t, "no such kind", len(get("card", both, 0, 10)), 0)
	n := 0
	s.view(func(v storage.View) error {
		return v.List("visit", both, 0, 1000, func(*zoufang.Record) bool { n++; return n < 3 })
	})
	equal(t, "until the reader has enough", n, 3)
}
