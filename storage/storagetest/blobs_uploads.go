package storagetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"zoufang"
	"zoufang/storage"
)

func newUpload(id string, data []byte) storage.Upload {
	return storage.Upload{ID: id, Digest: digestOf(data), Type: "image/jpeg", Size: int64(len(data)),
		User: "u1", Device: "-d1", Created: 1_763_760_000_000, Expires: 1_766_352_000_000}
}

func (b blobs) create(id string, data []byte) {
	b.t.Helper()
	if err := b.Create(b.t.Context(), newUpload(id, data)); err != nil {
		b.t.Fatalf("Create: %v", err)
	}
}

// stands fails the test unless the upload is known and stands at offset.
func (b blobs) stands(id string, offset int64, done bool) {
	b.t.Helper()
	u, err := b.Upload(b.t.Context(), id)
	if err != nil || u.Offset != offset || u.Done != done {
		b.t.Fatalf("upload stands at %d, done %v (%v); want %d, %v", u.Offset, u.Done, err, offset, done)
	}
}

func (b blobs) unknown(id string) {
	b.t.Helper()
	_, err := b.Upload(b.t.Context(), id)
	is(b.t, err, storage.ErrNotFound)
	_, err = b.Append(b.t.Context(), id, storage.Part{Body: bytes.NewReader(nil)})
	is(b.t, err, storage.ErrNotFound)
	is(b.t, b.Abort(b.t.Context(), id), storage.ErrNotFound)
}

func (b blobs) append(id string, offset int64, body io.Reader, sum zoufang.Digest) (storage.Upload, error) {
	return b.Append(b.t.Context(), id, storage.Part{Offset: offset, Sum: sum, Body: body})
}

// appendAll adds the bytes and fails the test unless they all count.
func (b blobs) appendAll(id string, offset int64, data []byte) {
	b.t.Helper()
	u, err := b.append(id, offset, bytes.NewReader(data), "")
	if end := offset + int64(len(data)); err != nil || u.Offset != end || u.Done != (end == u.Size) {
		b.t.Fatalf("Append: stands at %d of %d, done %v, %v; want %d", u.Offset, u.Size, u.Done, err, end)
	}
}

func resume(t *testing.T, b blobs) {
	data := bytesOf(10, 20<<20)
	b.create("r", data)
	b.stands("r", 0, false)
	var at int64
	for _, n := range []int64{1, 131_072, 1_000_000, 5, 20<<20 - 1_131_078} {
		b.lacks(digestOf(data))
		b.appendAll("r", at, data[at:at+n])
		at += n
		b = b.again()
		b.stands("r", at, at == 20<<20)
	}
	b.holds(data)
	u, err := b.Upload(t.Context(), "r")
	want := newUpload("r", data)
	want.Offset, want.Done = want.Size, true
	if err != nil || u != want {
		t.Errorf("upload is %+v, %v; want %+v", u, err, want)
	}
}

func appendBroken(t *testing.T, b blobs) {
	data := bytesOf(11, 500_000)
	broken := errors.New("line lost")
	b.create("b", data)

	u, err := b.append("b", 0, io.MultiReader(bytes.NewReader(data[:200_000]), iotest.ErrReader(broken)), "")
	is(t, err, broken)
	if u.Offset != 200_000 {
		t.Fatalf("offset %d after a broken line, want 200000", u.Offset)
	}
	b = b.again()
	b.stands("b", 200_000, false)

	ctx, cancel := context.WithCancel(t.Context())
	body := io.MultiReader(bytes.NewReader(data[200_000:300_000]), readFunc(func([]byte) (int, error) {
		cancel()
		return 0, nil
	}), bytes.NewReader(data[300_000:]))
	u, err = b.Append(ctx, "b", storage.Part{Offset: 200_000, Body: body})
	is(t, err, context.Canceled)
	if u.Offset != 300_000 {
		t.Fatalf("offset %d after cancel, want 300000", u.Offset)
	}
	b.stands("b", 300_000, false)

	// A body cut off by its own reader is not a clean end.
	_, err = b.append("b", 300_000, io.MultiReader(bytes.NewReader(data[300_000:300_001]), iotest.ErrReader(io.ErrUnexpectedEOF)), "")
	is(t, err, io.ErrUnexpectedEOF)
	// What a reader says after the last byte changes nothing.
	u, err = b.append("b", 300_001, io.MultiReader(bytes.NewReader(data[300_001:]), iotest.ErrReader(broken)), "")
	if err != nil || !u.Done {
		t.Fatalf("last Append: %+v, %v", u, err)
	}
	b.holds(data)
}

func appendRefuses(t *testing.T, b blobs) {
	data := bytesOf(12, 10_000)
	b.unknown("nobody")
	b.create("o", data)
	b.appendAll("o", 0, data[:4000])
	for _, offset := range []int64{-1, 0, 3999, 4001, 10_000, 1 << 40} {
		body := bytes.NewReader(data)
		u, err := b.append("o", offset, body, "")
		is(t, err, storage.ErrOffset)
		if u.Offset != 4000 || body.Len() != len(data) {
			t.Fatalf("offset %d, %d bytes unread; want 4000 and all", u.Offset, body.Len())
		}
	}
	b.stands("o", 4000, false)

	// No more than what is missing is read.
	body := bytes.NewReader(slices.Concat(data[4000:], []byte("xyz")))
	if u, err := b.append("o", 4000, body, ""); err != nil || !u.Done || body.Len() != 3 {
		t.Fatalf("Append: %+v, %v, %d bytes unread; want 3", u, err, body.Len())
	}
	b.holds(data)

	// Bytes other than declared: the upload is gone, the object never was.
	wrong := bytesOf(13, 10_000)
	for _, steps := range [][]int{{10_000}, {1, 10_000}} {
		b.create("w", wrong)
		at, err := 0, error(nil)
		for _, end := range steps {
			_, err = b.append("w", int64(at), bytes.NewReader(data[at:end]), "")
			at = end
		}
		is(t, err, storage.ErrChecksum)
		b.unknown("w")
		b.lacks(digestOf(wrong))
	}
}

func chunkChecksum(t *testing.T, b blobs) {
	data := bytesOf(14, 400_000)
	broken := errors.New("line lost")
	b.create("c", data)
	sum := func(from, to int) zoufang.Digest { return digestOf(data[from:to]) }

	if u, err := b.append("c", 0, bytes.NewReader(data[:150_000]), sum(0, 150_000)); err != nil || u.Offset != 150_000 {
		t.Fatalf("Append: %+v, %v", u, err)
	}
	for _, c := range []struct {
		body io.Reader
		sum  zoufang.Digest
		want error
	}{
		{bytes.NewReader(data[:250_000]), sum(150_000, 400_000), storage.ErrChunkChecksum},
		{bytes.NewReader(data[150_000:399_999]), sum(150_000, 400_000), storage.ErrChunkChecksum},
		{io.MultiReader(bytes.NewReader(data[150_000:399_999]), iotest.ErrReader(broken)), sum(150_000, 400_000), broken},
		{bytes.NewReader(data[150_000:]), "../x", storage.ErrBlobInvalid},
	} {
		_, err := b.append("c", 150_000, c.body, c.sum)
		is(t, err, c.want)
		b = b.again()
		b.stands("c", 150_000, false)
	}
	if u, err := b.append("c", 150_000, bytes.NewReader(data[150_000:]), sum(150_000, 400_000)); err != nil || !u.Done {
		t.Fatalf("Append: %+v, %v", u, err)
	}
	b.holds(data)

	whole := bytesOf(15, 1000)
	b.create("whole", whole)
	if u, err := b.append("whole", 0, bytes.NewReader(whole), digestOf(whole)); err != nil || !u.Done {
		t.Fatalf("Append: %+v, %v", u, err)
	}
	b.holds(whole)
}
