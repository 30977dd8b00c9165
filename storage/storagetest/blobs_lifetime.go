package storagetest

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/iotest"

	"zoufang/storage"
)

func appendAtOnce(t *testing.T, b blobs) {
	data := bytesOf(16, 100_000)
	b.create("a", data)
	second := b.again()

	// While one Append waits for its body, others are told, through this door or
	// another, and nothing of theirs is read.
	r, w := io.Pipe()
	first := make(chan error, 1)
	go func() {
		_, err := b.append("a", 0, r, "")
		first <- err
	}()
	w.Write(data[:50_000])
	for _, store := range []blobs{b, second} {
		body := bytes.NewReader(data)
		_, err := store.append("a", 0, body, "")
		is(t, err, storage.ErrLocked)
		if body.Len() != len(data) {
			t.Fatal("the body of a refused Append was read")
		}
		u, err := store.Upload(t.Context(), "a")
		is(t, err, storage.ErrLocked)
		if u.User != "u1" || u.Device != "-d1" || u.Digest != digestOf(data) {
			t.Fatalf("locked upload does not tell its owner: %+v", u)
		}
		is(t, store.Abort(t.Context(), "a"), storage.ErrLocked)
		if n, err := store.Expire(t.Context(), 1<<60); n != 0 || err != nil {
			t.Fatalf("Expire of a locked upload: %d, %v", n, err)
		}
	}
	w.Close()
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	b.stands("a", 50_000, false)

	// A crowd: exactly one brings the rest.
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = []blobs{b, second}[i%2].append("a", 50_000, iotest.HalfReader(bytes.NewReader(data[50_000:])), "")
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, storage.ErrLocked) && !errors.Is(err, storage.ErrOffset) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d Appends of the same bytes succeeded, want 1", won)
	}
	b.stands("a", 100_000, true)
	b.holds(data)
}

func finished(t *testing.T, b blobs) {
	data := bytesOf(17, 30_000)
	b.create("f", data)
	b.appendAll("f", 0, data)
	b = b.again()
	b.stands("f", 30_000, true)
	// The last part again, its reply having been lost.
	u, err := b.append("f", 0, bytes.NewReader(data), "")
	is(t, err, storage.ErrOffset)
	if !u.Done || u.Offset != 30_000 {
		t.Fatalf("refused Append says %+v", u)
	}
	if u, err := b.append("f", 30_000, bytes.NewReader(nil), ""); err != nil || !u.Done {
		t.Fatalf("empty Append at the end: %+v, %v", u, err)
	}
	b.holds(data)
}

func finishedSameDigest(t *testing.T, b blobs) {
	data := bytesOf(18, 30_000)
	b.put(data)
	b.create("one", data)
	b.create("two", data)
	b.stands("one", 0, false) // that the object exists shows nowhere
	b.appendAll("one", 0, data[:10_000])
	b.appendAll("two", 0, data)
	b.stands("one", 10_000, false)
	b.appendAll("one", 10_000, data[10_000:])
	b.stands("two", 30_000, true)
	b.holds(data)

	_, err := b.Upload(t.Context(), "three")
	is(t, err, storage.ErrNotFound)
	b.create("three", data)
	_, err = b.append("three", 0, bytes.NewReader(bytesOf(19, 30_000)), "")
	is(t, err, storage.ErrChecksum)
	b.holds(data)
}

func emptyUpload(t *testing.T, b blobs) {
	b.create("e", nil)
	b.appendAll("e", 0, nil)
	b.holds(nil)
	b.create("asked", nil)
	b.stands("asked", 0, true)
	u := newUpload("wrong", []byte("x"))
	u.Size = 0
	if err := b.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	_, err := b.Upload(t.Context(), "wrong")
	is(t, err, storage.ErrChecksum)
	b.unknown("wrong")
}

func createTwice(t *testing.T, b blobs) {
	data := bytesOf(20, 1000)
	b.create("t", data)
	b.appendAll("t", 0, data[:600])
	is(t, b.Create(t.Context(), newUpload("t", bytesOf(21, 50))), storage.ErrTaken)
	b.stands("t", 600, false)
	b.appendAll("t", 600, data[600:])
	is(t, b.again().Create(t.Context(), newUpload("t", data)), storage.ErrTaken)
	b.stands("t", 1000, true)
}

func abort(t *testing.T, b blobs) {
	data := bytesOf(22, 1000)
	b.create("x", data)
	b.appendAll("x", 0, data[:500])
	if err := b.Abort(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	b.unknown("x")
	b.lacks(digestOf(data))
	b.create("x", data) // begins anew
	b.stands("x", 0, false)
	b.appendAll("x", 0, data)
	if err := b.Abort(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	b.again().unknown("x")
	b.holds(data)
}

func expire(t *testing.T, b blobs) {
	for i, id := range []string{"old", "older", "done", "young"} {
		data := bytesOf(30+i, 1000)
		u := newUpload(id, data)
		u.Expires = map[string]int64{"old": 1000, "older": 500, "done": 1000, "young": 1001}[id]
		if err := b.Create(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		if id == "done" {
			b.appendAll(id, 0, data)
		} else {
			b.appendAll(id, 0, data[:10])
		}
	}
	for _, c := range []struct {
		now  int64
		want int
	}{{499, 0}, {1000, 3}, {1000, 0}} {
		if n, err := b.Expire(t.Context(), c.now); n != c.want || err != nil {
			t.Fatalf("Expire(%d): %d, %v; want %d", c.now, n, err, c.want)
		}
	}
	for _, id := range []string{"old", "older", "done"} {
		b.unknown(id)
	}
	b.stands("young", 10, false)
	b.holds(bytesOf(32, 1000))
}
