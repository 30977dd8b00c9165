package storagetest

import (
	"bytes"
	"crypto/rand"
	"testing"

	"zoufang/storage"
)

// Shelves is the contract suite of storage.Shelves.
func Shelves(t *testing.T, open Open) {
	fresh(t, open, map[string]func(*testing.T, *store){
		"Kept":     shelvesKept,
		"TooLarge": shelvesTooLarge,
	})
	t.Run("NotCarried", func(t *testing.T) { shelvesNotCarried(t, open) })
}

func (s *store) shelf(want *storage.Shelf) {
	s.t.Helper()
	got, err := s.Shelf(s.ctx, village1)
	s.must(err)
	equal(s.t, "the shelf", got, want)
}

func shelvesKept(t *testing.T, s *store) {
	s.shelf(nil)
	first := storage.Shelf{Area: village1, Epoch: "e", Form: 3, Seq: 1 << 40, Data: []byte("低保 0 \x00 end")}
	s.must(s.PutShelf(s.ctx, first))
	s.must(s.PutShelf(s.ctx, storage.Shelf{Area: village2, Epoch: "e", Form: 3, Seq: 7, Data: []byte("other")}))
	s.shelf(&first)
	later := first
	later.Seq, later.Data = 1<<40+1, bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // a MiB
	s.must(s.PutShelf(s.ctx, later))
	s.shelf(&later)
}

func shelvesTooLarge(t *testing.T, s *store) {
	s.must(s.PutShelf(s.ctx, storage.Shelf{Area: village1, Data: []byte("before")}))
	much := make([]byte, storage.MaxShelf+1)
	rand.Read(much)
	s.must(s.PutShelf(s.ctx, storage.Shelf{Area: village1, Data: much}))
	s.shelf(nil)
}

// shelvesNotCarried: a backup has no shelves, and what was derived before a restore is
// told from what holds now by its epoch.
func shelvesNotCarried(t *testing.T, open Open) {
	from := opened(t, open, t.TempDir(), Options{})
	from.must(from.PutShelf(from.ctx, storage.Shelf{Area: village1, Data: []byte("derived")}))
	to := opened(t, open, t.TempDir(), Options{})
	to.must(to.Load(to.ctx, storage.Meta{Epoch: "new"}, func(l storage.Load) error {
		return from.Dump(from.ctx, func(d storage.Dump) error {
			return storage.All(d, func(e storage.Entry) error { return l.Put(e) })
		})
	}))
	to.shelf(nil)
}
