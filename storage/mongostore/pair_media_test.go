package mongostore

import (
	"errors"
	"sync"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// TestCrossedMedia: what is known of a medium that a record names is as the update
// found it that wrote the record, whatever another copy learns of it meanwhile.
func TestCrossedMedia(t *testing.T) {
	n := 0
	var v visit
	var met func() // both updates have read
	fresh := func(t *testing.T) {
		v = newVisit(n, villages(1)[0])
		n++
		var both sync.WaitGroup
		both.Add(2)
		met = func() { both.Done(); both.Wait() }
		s := at(t, servers.Mongo(t).Database(t, t.Name()))
		defer s.Close()
		err := s.Update(bg, "", func(tx storage.Tx) error { return tx.AddMedium(storage.Medium{Digest: v.photo, Type: "image/jpeg"}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	names := func(first func()) func(storage.Tx) error { // as intake writes a record
		return func(tx storage.Tx) error {
			m, err := tx.Medium(v.photo)
			if first(); err != nil {
				return err
			}
			r, photo := v.record.Clone(), zoufang.Quote(string(v.photo))
			r.Sets["photos"] = map[string]*zoufang.Heads{photo.Canon(): {Live: []zoufang.Head{{ID: r.Created, Value: photo}}}}
			if m == nil {
				r.Need = []zoufang.Digest{v.photo}
			} else {
				r.SetFlaw(v.photo, m.Flaw)
			}
			return tx.PutRecord(r, v.commit.ID)
		}
	}
	const times = 10
	t.Run("Flaws", func(t *testing.T) {
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh(t)
			one, two := sync.OnceFunc(met), sync.OnceFunc(met)
			return names(one), func(tx storage.Tx) error {
				if err := tx.FlawMedium(v.photo, zoufang.FlawCut); err != nil {
					return err
				}
				var told []zoufang.RecordID
				_, err := tx.Naming(v.photo, 9, func(id zoufang.RecordID) (bool, error) { told = append(told, id); return true, nil })
				two()
				for _, id := range told {
					r, err := tx.Record(id)
					if err != nil {
						return err
					}
					if r.SetFlaw(v.photo, zoufang.FlawCut) {
						return tx.PutRecord(r, "")
					}
				}
				return err
			}
		}, func(view storage.View) error {
			r, err := view.Record(v.record.ID)
			if err == nil && r.Flaws[v.photo] != zoufang.FlawCut {
				err = errors.New("a record does not know what is wrong with its medium")
			}
			return err
		})
	})
	t.Run("Drops", func(t *testing.T) {
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh(t)
			one, two := sync.OnceFunc(met), sync.OnceFunc(met)
			return names(one), func(tx storage.Tx) error {
				by, err := tx.Names(v.photo)
				if two(); err != nil || by.Named() {
					return err
				}
				return tx.DropMedium(v.photo)
			}
		}, func(view storage.View) error {
			r, err1 := view.Record(v.record.ID)
			m, err2 := view.Medium(v.photo)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			if (m == nil) != (len(r.Need) > 0) {
				return errors.New("a record needs what is there, or does not need what is not")
			}
			return nil
		})
	})
}
