package storagetest

import (
	"errors"
	"slices"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// sees gives those of the media that a reader may read.
func (s *store) sees(r storage.Reader, media ...zoufang.Digest) (out []zoufang.Digest) {
	s.t.Helper()
	s.view(func(v storage.View) error {
		found, err := v.Readable(r, media...)
		for _, m := range found {
			out = append(out, m.Digest)
		}
		return err
	})
	return out
}

func (s *store) arrives(media ...zoufang.Digest) {
	s.t.Helper()
	s.update(func(tx storage.Tx) error {
		for _, d := range media {
			if err := tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg", Size: 1, At: 1}); err != nil {
				return err
			}
		}
		return nil
	})
}

// naming makes a record that names media.
func naming(kind string, area zoufang.AreaID, media ...zoufang.Digest) *zoufang.Record {
	r := record(kind, area)
	r.Need = slices.Sorted(slices.Values(media))
	return r
}

func in(areas ...zoufang.AreaID) storage.Reader { return storage.Reader{Areas: areas} }

// readable: who may read a medium follows from the records that name it, wherever
// these are now, and from whose phone and lines brought it.
func readable(t *testing.T, s *store) {
	d, absent, own := digest(), digest(), digest()
	visit, form := naming("visit", village1, d, absent), naming("item", village2, d)
	s.put(visit)
	s.put(form)
	s.arrives(d, own)
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.NameMedium(own, storage.NamedByUser, "u1"), tx.NameMedium(own, storage.SentByDevice, "d1"),
			tx.NameMedium(own, storage.WillOfDevice, "d2"), tx.NameMedium(absent, storage.NamedByUser, "u1"))
	})
	all := []zoufang.Digest{own, d, absent, d, own, "no digest"}
	check := func(what string, r storage.Reader, want ...zoufang.Digest) {
		t.Helper()
		equal(t, what, s.sees(r, all...), want)
	}
	check("nobody", storage.Reader{})
	check("village 1", in(village1), d)
	check("village 2", in(village2), d)
	check("village 3", in(village3))
	check("above, not public", storage.Reader{Above: []zoufang.AreaID{village1, village3}})
	check("above, public", storage.Reader{Above: []zoufang.AreaID{village2}}, d)
	check("whose line names it", storage.Reader{User: "u1"}, own)
	check("who sent it", storage.Reader{Device: "d1"}, own)
	check("a phone's last will is no right", storage.Reader{Device: "d2"})
	check("a user is no phone", storage.Reader{User: "d1", Device: "u1"})
	check("in the order asked for, each once", storage.Reader{User: "u1", Areas: []zoufang.AreaID{village3, village1}}, own, d)
	// It is named no more, and the record moves: what it named once goes along.
	visit.Need = []zoufang.Digest{absent}
	s.put(visit)
	check("named once", in(village1), d)
	visit.Area = village3
	s.put(visit)
	check("moved away", in(village1))
	check("moved here", in(village3), d)
	form.Area = village1
	s.put(form)
	check("the public one moved", storage.Reader{Above: []zoufang.AreaID{village1}}, d)
	check("the public one left", storage.Reader{Above: []zoufang.AreaID{village2}})
	visit.Area = village1
	s.put(visit)
	visit.Area = village2 // in one transaction with another that stays
	s.update(func(tx storage.Tx) error {
		other := naming("visit", village1, d)
		if err := errors.Join(tx.PutRecord(other, other.Created), tx.PutRecord(visit, visit.Created)); err != nil {
			return err
		}
		for area, want := range map[zoufang.AreaID]int{village1: 1, village2: 1, village3: 0} {
			found, err := tx.Readable(in(area), d)
			if err != nil || len(found) != want {
				t.Errorf("in the update, %s: %v %v", area, found, err)
			}
		}
		return nil
	})
	check("village 2 again", in(village2), d)
	check("nobody is left in 3", in(village3))
	s.whole()
}

// readableMany: media that very many records name, and very many media, are found as
// one that one record names.
func readableMany(t *testing.T, s *store) {
	const records, media = 300, 40
	var all []zoufang.Digest
	for range media {
		all = append(all, digest())
	}
	s.arrives(all...)
	for i := range records {
		r := naming("visit", village1, all[:media/2]...)
		if i%50 == 0 {
			r = naming("visit", village2, all...)
		}
		s.put(r)
	}
	equal(t, "village 1", s.sees(in(village1), all...), all[:media/2])
	equal(t, "village 2", s.sees(in(village2), all...), all)
	equal(t, "both, backwards", len(s.sees(in(village2, village1), append(slices.Clone(all), all...)...)), media)
	equal(t, "village 3", len(s.sees(in(village3), all...)), 0)
}
