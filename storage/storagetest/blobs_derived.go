package storagetest

import (
	"bytes"
	"testing"

	"zoufang"
	"zoufang/storage"
)

func remove(t *testing.T, b blobs) {
	data, other := bytesOf(1, 150_000), bytesOf(2, 150_000)
	b.put(data)
	b.put(other)
	derive := func(name string) {
		t.Helper()
		if err := b.PutDerived(t.Context(), digestOf(data), name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	derive("small")
	derive("smaller")
	for range 2 {
		if err := b.Remove(t.Context(), digestOf(data)); err != nil {
			t.Fatal(err)
		}
		b.lacks(digestOf(data))
		_, err := b.Derived(t.Context(), digestOf(data), "small")
		is(t, err, storage.ErrNotFound)
		b.again().lacks(digestOf(data))
	}
	b.holds(other)
	b.create("comes-again", data)
	b.appendAll("comes-again", 0, data)
	b.holds(data)
}

func derived(t *testing.T, b blobs) {
	d := digestOf(bytesOf(1, 10))
	_, err := b.Derived(t.Context(), d, "320")
	is(t, err, storage.ErrNotFound)
	for _, size := range []int{0, 1, storage.MaxDerived, 20_000} { // each in place of the one before
		data := bytesOf(size, size)
		if err := b.PutDerived(t.Context(), d, "320", data); err != nil {
			t.Fatal(err)
		}
		for _, store := range []blobs{b, b.again()} {
			if got, err := store.Derived(t.Context(), d, "320"); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%d bytes, %v; want %d", len(got), err, size)
			}
		}
	}
	b.lacks(d)
	err = b.Each(t.Context(), func(zoufang.Digest, int64) error { t.Error("what is derived passes for an object"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	is(t, b.PutDerived(t.Context(), d, "320", make([]byte, storage.MaxDerived+1)), storage.ErrBlobInvalid)
	for _, name := range []string{"", "..", "a/b", "a.b"} {
		is(t, b.PutDerived(t.Context(), d, name, nil), storage.ErrBlobInvalid)
		_, err := b.Derived(t.Context(), d, name)
		is(t, err, storage.ErrNotFound)
	}
	is(t, b.PutDerived(t.Context(), "../"+d[:61], "320", nil), storage.ErrBlobInvalid)
}
