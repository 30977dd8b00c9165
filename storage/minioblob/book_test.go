package minioblob_test

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// book is what was acknowledged.
type book struct {
	mu      sync.Mutex
	puts    map[uint64]bool
	uploads map[uint64]int64
}

func newBook() *book { return &book{puts: map[uint64]bool{}, uploads: map[uint64]int64{}} }

func (b *book) note(seed uint64, at int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at < 0 {
		b.puts[seed] = true
	} else {
		b.uploads[seed] = max(at, b.uploads[seed])
	}
}

// holds reads the whole store: nothing visible is broken, nothing acknowledged is
// lost, and what was cut short goes on.
func (b *book) holds(t *testing.T, s storage.Blobs) {
	t.Helper()
	whole := map[zoufang.Digest]bool{}
	err := s.Each(t.Context(), func(d zoufang.Digest, size int64) error {
		o, err := s.Open(t.Context(), d)
		if err != nil {
			return err
		}
		defer o.Close()
		data, err := io.ReadAll(o)
		if err != nil || int64(len(data)) != size || digest(data) != d {
			t.Errorf("an object is broken: %d of %d bytes, %v", len(data), size, err)
		}
		whole[d] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for seed := range b.puts {
		if _, d := material(seed); !whole[d] {
			t.Errorf("acknowledged object %d is lost", seed)
		}
	}
	unfinished := 0
	for seed, at := range b.uploads {
		u, err := s.Upload(t.Context(), fmt.Sprint(seed))
		if err != nil || u.Offset < at || at == u.Size && !(u.Done && whole[u.Digest]) {
			t.Errorf("upload acknowledged at %d of %d stands at %d, done %v, %v", at, u.Size, u.Offset, u.Done, err)
			continue
		}
		if !u.Done {
			unfinished++
		}
		if err := upload(t.Context(), s, seed, func(int64) {}); err != nil {
			t.Errorf("going on from %d: %v", u.Offset, err)
		}
	}
	t.Logf("%d objects, %d acknowledged by Put; %d uploads, %d cut short and resumed; 0 lost unless said above", len(whole), len(b.puts), len(b.uploads), unfinished)
	if len(b.puts) == 0 || len(b.uploads) == 0 {
		t.Error("the test proved nothing")
	}
}
