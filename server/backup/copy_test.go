package backup

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// stopping is blobs that take some objects and then no more.
type stopping struct {
	storage.Blobs
	left atomic.Int64
}

func (s *stopping) Put(ctx context.Context, d zoufang.Digest, size int64, r io.Reader) error {
	if s.left.Add(-1) < 0 {
		return errFull
	}
	return s.Blobs.Put(ctx, d, size, r)
}

func TestCopy(t *testing.T) {
	a, b := newHouse(t, Keys{}), newHouse(t, Keys{})
	a.settle()
	for range 5 {
		a.visit(dong, 9000)
	}
	// Cut off among the media, then among the records, it goes on.
	some := &stopping{Blobs: b.blobs}
	some.left.Store(2)
	b.Blobs = some
	_, err := Copy(t.Context(), a.Place, b.Place)
	if !errors.Is(err, errFull) {
		t.Errorf("stopped: %v", err)
	}
	b.Blobs, b.Store = b.blobs, &failing{Store: b.store, after: 5}
	_, err = Copy(t.Context(), a.Place, b.Place)
	fails(t, err, "the disk is gone")
	b.Store = b.store
	c, err := Copy(t.Context(), a.Place, b.Place)
	b.must(err)
	b.whole(a, content(t, a.store))
	if c.Added != 0 || c.Media != 8 || c.Records != 8 || c.Epoch != b.meta().Epoch || c.From != a.meta().Epoch {
		t.Errorf("copied %+v", c)
	}
	if _, err := Copy(t.Context(), a.Place, b.Place); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("again: %v", err)
	}
	// And back.
	back := newHouse(t, Keys{})
	_, err = Copy(t.Context(), b.Place, back.Place)
	back.must(err)
	back.whole(b, content(t, a.store))
	// A medium that arrives while the records are copied comes along.
	late := newHouse(t, Keys{})
	var d zoufang.Digest
	late.Store = &during{late.store, func() { _, d = a.visit(xi, 777) }}
	_, err = Copy(t.Context(), a.Place, late.Place)
	late.must(err)
	_ = d
	late.whole(a, content(t, late.store))
	// One that is missing fails the copy before anything is in the store.
	a.update(func(tx storage.Tx) error {
		return tx.AddMedium(storage.Medium{Digest: zoufang.Digest("ab" + string(d[2:])), Type: "image/png", Size: 5})
	})
	none := newHouse(t, Keys{})
	_, err = Copy(t.Context(), a.Place, none.Place)
	fails(t, err, "1 media that the records name as stored are missing")
	if ok, err := isEmpty(t.Context(), none.store); !ok || err != nil {
		t.Error("something is in the store")
	}
}

// during does something before the second load, which is the one that counts.
type during struct {
	Store
	f func()
}

func (d *during) Load(ctx context.Context, m storage.Meta, f func(storage.Load) error) error {
	if m.Clock != 0 {
		d.f()
	}
	return d.Store.Load(ctx, m, f)
}
