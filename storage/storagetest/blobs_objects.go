package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"zoufang"
	"zoufang/storage"
)

func putAndOpen(t *testing.T, b blobs) {
	for _, size := range []int{0, 1, 15_000, 131_072, 150_000, 20 << 20} {
		data := bytesOf(size, size)
		b.lacks(digestOf(data))
		b.put(data)
		b.holds(data)
		b.put(data) // a repeat
		b.holds(data)
		b.again().holds(data)
	}
	data := bytesOf(150_000, 150_000)
	o, err := b.Open(t.Context(), digestOf(data))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	tail := make([]byte, 10)
	if _, err := o.Seek(-10, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(o, tail); err != nil || !bytes.Equal(tail, data[len(data)-10:]) {
		t.Fatalf("last bytes %x, %v", tail, err)
	}
}

func putRefuses(t *testing.T, b blobs) {
	data, other := bytesOf(1, 40_000), bytesOf(2, 40_000)
	broken := errors.New("line lost")
	cut := io.MultiReader(bytes.NewReader(data[:39_999]), iotest.ErrReader(broken))
	for _, known := range []bool{false, true} {
		put := func(size int64, body io.Reader, want error) {
			t.Helper()
			is(t, b.Put(t.Context(), digestOf(data), size, body), want)
			if !known {
				b.lacks(digestOf(data))
			}
		}
		put(40_000, bytes.NewReader(other), storage.ErrChecksum)
		put(39_999, bytes.NewReader(data), storage.ErrChecksum)
		put(40_001, bytes.NewReader(data), storage.ErrShort)
		put(40_000, bytes.NewReader(nil), storage.ErrShort)
		put(40_000, cut, broken)
		put(-1, bytes.NewReader(data), storage.ErrBlobInvalid)
		if known {
			b.holds(data)
			break
		}
		// No more than the declared size is read.
		body := bytes.NewReader(append(bytes.Clone(data), 'x'))
		if err := b.Put(t.Context(), digestOf(data), 40_000, body); err != nil || body.Len() != 1 {
			t.Fatalf("Put: %v, %d bytes left unread, want 1", err, body.Len())
		}
	}
}

func putSameAtOnce(t *testing.T, b blobs) {
	data, second := bytesOf(3, 150_000), b.again()
	errs := make([]error, 16)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			store := []blobs{b, second}[i%2]
			errs[i] = store.Put(t.Context(), digestOf(data), int64(len(data)), iotest.HalfReader(bytes.NewReader(data)))
			if size, err := store.Stat(t.Context(), digestOf(data)); errs[i] == nil && (err != nil || size != 150_000) {
				errs[i] = fmt.Errorf("stored, but Stat says %d, %w", size, err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	b.holds(data)
}

func putCancelled(t *testing.T, b blobs) {
	data := bytesOf(4, 300_000)
	ctx, cancel := context.WithCancel(t.Context())
	body := io.MultiReader(bytes.NewReader(data[:200_000]), readFunc(func([]byte) (int, error) {
		cancel()
		return 0, nil
	}), bytes.NewReader(data[200_000:]))
	is(t, b.Put(ctx, digestOf(data), int64(len(data)), body), context.Canceled)
	b.lacks(digestOf(data))
	b.put(data)
	b.holds(data)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func badNames(t *testing.T, b blobs) {
	data := bytesOf(5, 100)
	good := string(digestOf(data))
	b.put(data)
	for _, name := range []string{"", ".", "..", "../x", "/etc/passwd", strings.ToUpper(good), good[:63], good + "0",
		good + ".new", "../" + good[:61], good[:2] + "/" + good[2:63], good[:63] + "\x00", good[:62] + "é"} {
		digest := zoufang.Digest(name)
		is(t, b.Put(t.Context(), digest, 100, bytes.NewReader(data)), storage.ErrBlobInvalid)
		b.lacks(digest)
		u := newUpload("good-id", data)
		u.Digest = digest
		is(t, b.Create(t.Context(), u), storage.ErrBlobInvalid)
	}
	for _, id := range []string{"", ".", "..", "../x", "a/b", `a\b`, "a.json", "a b", "é", "a\x00", strings.Repeat("a", 65)} {
		is(t, b.Create(t.Context(), newUpload(id, data)), storage.ErrBlobInvalid)
		_, err := b.Upload(t.Context(), id)
		is(t, err, storage.ErrNotFound)
		_, err = b.Append(t.Context(), id, storage.Part{Body: bytes.NewReader(data)})
		is(t, err, storage.ErrNotFound)
		is(t, b.Abort(t.Context(), id), storage.ErrNotFound)
	}
	u := newUpload("size", data)
	u.Size = -1
	is(t, b.Create(t.Context(), u), storage.ErrBlobInvalid)
	b.create("-begins_with-a-dash", data)
	b.appendAll("-begins_with-a-dash", 0, data)
	b.holds(data)
}

func each(t *testing.T, b blobs) {
	want := map[zoufang.Digest]int64{}
	for i := range 50 {
		data := bytesOf(i, i*100)
		b.put(data)
		want[digestOf(data)] = int64(len(data))
	}
	b.create("unfinished", bytesOf(99, 1000))
	got := map[zoufang.Digest]int64{}
	err := b.Each(t.Context(), func(d zoufang.Digest, size int64) error {
		if _, twice := got[d]; twice {
			t.Errorf("%s came twice", d)
		}
		got[d] = size
		return nil
	})
	if err != nil || len(got) != len(want) {
		t.Fatalf("Each gave %d objects, %v; want %d", len(got), err, len(want))
	}
	for d, size := range want {
		if got[d] != size {
			t.Errorf("%s: %d bytes, want %d", d, got[d], size)
		}
	}
	enough, calls := errors.New("enough"), 0
	is(t, b.Each(t.Context(), func(zoufang.Digest, int64) error { calls++; return enough }), enough)
	if calls != 1 {
		t.Errorf("%d calls after an error", calls)
	}
	ctx, cancel := context.WithCancel(t.Context())
	is(t, b.Each(ctx, func(zoufang.Digest, int64) error { cancel(); return nil }), context.Canceled)
}
