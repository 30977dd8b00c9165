package storagetest

import (
	"slices"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// told goes on with the arrival of a medium once: it looks at most so many records
// and gives those that needed it, which need it no more.
func (s *store) told(d zoufang.Digest, most, enough int) (ids []zoufang.RecordID, more bool) {
	s.t.Helper()
	s.update(func(tx storage.Tx) (err error) {
		ids = nil
		more, err = tx.Naming(d, most, func(id zoufang.RecordID) (bool, error) {
			r, err := tx.Record(id)
			if err != nil || !slices.Contains(r.Need, d) {
				return err == nil, err
			}
			ids = append(ids, id)
			r.Need = slices.DeleteFunc(r.Need, func(n zoufang.Digest) bool { return n == d })
			return len(ids) < enough, tx.PutRecord(r, "")
		})
		return err
	})
	return ids, more
}

func (s *store) arrivals(most int) (out []zoufang.Digest) {
	s.t.Helper()
	s.view(func(v storage.View) (err error) { out, err = v.Arrivals(most); return err })
	return out
}

// arrivals: a medium that many records need is told in bounded steps, each of which
// goes on where the one before ended, over a restart and in a copy too.
func arrivals(t *testing.T, open Open) {
	dir := t.TempDir()
	s := opened(t, open, dir, Options{})
	d, other := digest(), digest()
	need := map[zoufang.RecordID]bool{}
	var last *zoufang.Record
	for i := range 50 {
		r := naming("visit", []zoufang.AreaID{village1, village2, village3}[i%3], d, other)
		s.put(r)
		if i%5 == 4 { // names it, and needs it no more
			r.Need = []zoufang.Digest{other}
			s.put(r)
			continue
		}
		need[r.ID], last = true, r
	}
	s.arrives(d)
	equal(t, "nothing is under way", len(s.arrivals(10)), 0)
	step := func(most, enough int) (n int, more bool) {
		t.Helper()
		ids, more := s.told(d, most, enough)
		for _, id := range ids {
			if !need[id] {
				t.Fatalf("record %s is told twice, or needed nothing", id)
			}
			delete(need, id)
		}
		if more != slices.Contains(s.arrivals(10), d) {
			t.Fatalf("more is %v, under way are %v", more, s.arrivals(10))
		}
		return len(ids), more
	}
	if n, more := step(7, 100); n > 7 || !more {
		t.Errorf("%d of 7, more %v", n, more)
	}
	if n, more := step(30, 4); n != 4 || !more {
		t.Errorf("%d, wanted no more than 4; more %v", n, more)
	}
	// A step that fails leaves everything where it was.
	err := s.Update(s.ctx, "", func(tx storage.Tx) error {
		if _, err := tx.Naming(d, 100, func(zoufang.RecordID) (bool, error) { return true, nil }); err != nil {
			return err
		}
		if under, err := tx.Arrivals(10); err != nil || len(under) != 0 {
			t.Errorf("in the update: %v %v", under, err)
		}
		return errOwn
	})
	s.fails("Update", err, errOwn)
	s.fails("Naming", s.Update(s.ctx, "", func(tx storage.Tx) error {
		_, err := tx.Naming(d, 100, func(zoufang.RecordID) (bool, error) { return true, errOwn })
		return err
	}), errOwn)
	s.must(s.Close())
	s = opened(t, open, dir, Options{})
	equal(t, "under way after a restart", s.arrivals(10), []zoufang.Digest{d})
	copied := opened(t, open, "", Options{})
	s.must(copyStore(s, copied, "another"))
	equal(t, "under way in a copy", copied.arrivals(10), []zoufang.Digest{d})
	if ids, more := copied.told(d, 1000, 1000); len(ids) != len(need) || more || len(copied.arrivals(10)) != 0 {
		t.Errorf("told in the copy: %d of %d, more %v", len(ids), len(need), more)
	}
	// One that comes meanwhile, and one that moves, need it no more: they were written.
	if need[last.ID] {
		last.Need, last.Area = []zoufang.Digest{other}, village1
		s.put(last)
		delete(need, last.ID)
	}
	fresh := naming("visit", village3, other, d)
	fresh.Need = []zoufang.Digest{other}
	s.put(fresh)
	for steps := 0; ; steps++ {
		if _, more := step(7, 100); !more {
			break
		}
		if steps > 20 {
			t.Fatal("it has no end")
		}
	}
	equal(t, "nobody is left", len(need), 0)
	// Two at once: a list that is asked for one has one.
	d2 := digest()
	for range 3 {
		s.put(naming("visit", village1, d2))
	}
	s.arrives(other, d2)
	s.told(other, 3, 3)
	s.told(d2, 1, 1)
	equal(t, "under way", len(s.arrivals(1)), 1)
	equal(t, "under way", len(s.arrivals(9)), 2)
	s.whole()
}

// flawMedium: that a medium cannot be seen is told to all that name it from the first,
// also where they were being told of something else; the same again is no news. One
// that is dropped is told of no more.
func flawMedium(t *testing.T, s *store) {
	d := digest()
	var ids []zoufang.RecordID
	for i := range 12 {
		r := naming("visit", []zoufang.AreaID{village1, village2}[i%2], d)
		s.put(r)
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	s.arrives(d)
	told := func(most int) (got []zoufang.RecordID, more bool) {
		t.Helper()
		s.update(func(tx storage.Tx) (err error) {
			got = nil
			more, err = tx.Naming(d, most, func(id zoufang.RecordID) (bool, error) { got = append(got, id); return true, nil })
			return err
		})
		slices.Sort(got)
		return got, more
	}
	flaw := func(f zoufang.Flaw) {
		t.Helper()
		s.update(func(tx storage.Tx) error { return tx.FlawMedium(d, f) })
	}
	if got, more := told(5); len(got) != 5 || !more {
		t.Errorf("%d told, more %v", len(got), more)
	}
	flaw(zoufang.FlawCut)
	equal(t, "under way", s.arrivals(9), []zoufang.Digest{d})
	got, more := told(5)
	flaw(zoufang.FlawCut) // no news
	rest, over := told(100)
	all := append(got, rest...)
	slices.Sort(all)
	if !more || over || !slices.Equal(all, ids) {
		t.Errorf("told are %d and %d of %d, more %v, then %v", len(got), len(rest), len(ids), more, over)
	}
	flaw(zoufang.FlawCut)
	equal(t, "nothing is under way", len(s.arrivals(9)), 0)
	flaw(zoufang.FlawHEIC)
	s.update(func(tx storage.Tx) error {
		if under, err := tx.Arrivals(9); err != nil || len(under) != 1 {
			t.Errorf("in the update: %v %v", under, err)
		}
		return tx.DropMedium(d)
	})
	equal(t, "under way of one that was dropped", len(s.arrivals(9)), 0)
	s.arrives(d)
	if got, _ := told(100); !slices.Equal(got, ids) {
		t.Errorf("told are %d of %d of one that came again", len(got), len(ids))
	}
	s.whole()
}
