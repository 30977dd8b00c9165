package storagetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// Blobs is the contract suite of storage.Blobs. open opens the store kept at a
// place: an empty directory of the test's own, or whatever the adapter derives
// from its unique path. To open the same place again, while the first is still
// open too, must show the same objects and uploads. open cleans up after itself
// with t.Cleanup.
func Blobs(t *testing.T, open func(t *testing.T, at string) storage.Blobs) {
	run := func(name string, f func(t *testing.T, b blobs)) {
		t.Run(name, func(t *testing.T) {
			at := t.TempDir()
			b := blobs{t: t, Blobs: open(t, at)}
			b.again = func() blobs {
				return blobs{t: t, Blobs: open(t, at), again: b.again}
			}
			f(t, b)
		})
	}
	run("PutAndOpen", putAndOpen)
	run("PutRefuses", putRefuses)
	run("PutSameAtOnce", putSameAtOnce)
	run("PutCancelled", putCancelled)
	run("BadNames", badNames)
	run("Each", each)
	run("Remove", remove)
	run("Derived", derived)
	run("Resume", resume)
	run("AppendBroken", appendBroken)
	run("AppendRefuses", appendRefuses)
	run("ChunkChecksum", chunkChecksum)
	run("AppendAtOnce", appendAtOnce)
	run("Finished", finished)
	run("FinishedSameDigest", finishedSameDigest)
	run("EmptyUpload", emptyUpload)
	run("CreateTwice", createTwice)
	run("Abort", abort)
	run("Expire", expire)
}

// blobs is the store under test with what every test needs.
type blobs struct {
	storage.Blobs
	t     *testing.T
	again func() blobs // opens the same place once more
}

// bytesOf gives the same n bytes for the same seed.
func bytesOf(seed, n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(data)
	return data
}

func digestOf(data []byte) zoufang.Digest {
	sum := sha256.Sum256(data)
	return zoufang.Digest(hex.EncodeToString(sum[:]))
}

func (b blobs) put(data []byte) {
	b.t.Helper()
	if err := b.Put(b.t.Context(), digestOf(data), int64(len(data)), bytes.NewReader(data)); err != nil {
		b.t.Fatalf("Put of %d bytes: %v", len(data), err)
	}
}

// holds fails the test unless the object is there and is these bytes.
func (b blobs) holds(data []byte) {
	b.t.Helper()
	digest := digestOf(data)
	o, err := b.Open(b.t.Context(), digest)
	if err != nil {
		b.t.Fatalf("Open: %v", err)
	}
	defer o.Close()
	got, err := io.ReadAll(o)
	if err != nil || !bytes.Equal(got, data) {
		b.t.Fatalf("object has %d bytes (%v), want the %d that were stored", len(got), err, len(data))
	}
	if o.Size != int64(len(data)) || o.Stored.IsZero() {
		b.t.Fatalf("Open says %d bytes of %v, want %d", o.Size, o.Stored, len(data))
	}
	if size, err := b.Stat(b.t.Context(), digest); err != nil || size != int64(len(data)) {
		b.t.Fatalf("Stat: %d, %v; want %d", size, err, len(data))
	}
}

func (b blobs) lacks(digest zoufang.Digest) {
	b.t.Helper()
	_, err := b.Stat(b.t.Context(), digest)
	is(b.t, err, storage.ErrNotFound)
	_, err = b.Open(b.t.Context(), digest)
	is(b.t, err, storage.ErrNotFound)
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}
