package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// endless are blobs with one very large medium, made as it is read.
type endless struct {
	storage.Blobs
	size int64
	is   zoufang.Digest
}

// body is noise, as photos are.
func (e *endless) body() io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{1}), e.size)
}

func (e *endless) digest() zoufang.Digest {
	h := sha256.New()
	io.Copy(h, e.body())
	return zoufang.Digest(hex.EncodeToString(h.Sum(nil)))
}

func (e *endless) Open(context.Context, zoufang.Digest) (storage.Object, error) {
	return storage.Object{ReadSeekCloser: reading{e.body()}, Size: e.size}, nil
}

func (e *endless) Each(_ context.Context, f func(zoufang.Digest, int64) error) error {
	return f(e.is, e.size)
}

type reading struct{ io.Reader }

func (reading) Seek(int64, int) (int64, error) { panic("not asked for") }
func (reading) Close() error                   { return nil }

// emptied are blobs that take everything and keep its digest alone.
type emptied struct {
	storage.Blobs
	got map[zoufang.Digest]int64
}

func (e *emptied) Put(_ context.Context, d zoufang.Digest, size int64, r io.Reader) error {
	if err := copyChecked(io.Discard, r, d, size); err != nil {
		return err
	}
	e.got[d] = size
	return nil
}

func (e *emptied) Each(_ context.Context, f func(zoufang.Digest, int64) error) error {
	for d, n := range e.got {
		if err := f(d, n); err != nil {
			return err
		}
	}
	return nil
}

// heap watches how much is in use.
func heap(stop <-chan struct{}) <-chan uint64 {
	out := make(chan uint64, 1)
	go func() {
		var most uint64
		for {
			select {
			case <-stop:
				out <- most
				return
			case <-time.After(20 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}()
	return out
}

func TestMemoryStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 600 MB")
	}
	e := &endless{size: 200 << 20}
	a, to := newHouse(t, Keys{Passphrase: phrase}), newHouse(t, Keys{Passphrase: phrase})
	a.Blobs = e
	e.is = e.digest()
	a.update(func(tx storage.Tx) error {
		return tx.AddMedium(storage.Medium{Digest: e.is, Type: "audio/ogg", Size: e.size})
	})
	dir := t.TempDir()
	file := filepath.Join(dir, "b.zfb")
	runtime.GC()
	stop := make(chan struct{})
	most := heap(stop)
	timed := func(what string, f func() error) {
		t.Helper()
		begun := time.Now()
		a.must(f())
		t.Logf("%s: %.0f MB/s", what, float64(e.size>>20)/time.Since(begun).Seconds())
	}
	timed("plain copy, synced", func() error {
		f, err := os.Create(filepath.Join(dir, "plain"))
		a.must(err)
		defer f.Close()
		_, err = io.Copy(f, e.body())
		return errors.Join(err, f.Sync())
	})
	timed("file written and read back", func() error { _, err := a.WriteFile(t.Context(), file); return err })
	timed("set written and read back", func() error { _, err := a.WriteSet(t.Context(), Dir(dir), 0); return err })
	for what, f := range map[string]func() error{
		"file checked and restored": func() error { _, err := to.RestoreFile(t.Context(), file); return err },
		"set restored":              func() error { _, err := to.RestoreSet(t.Context(), Dir(dir), ""); return err },
	} {
		to.Blobs = &emptied{got: map[zoufang.Digest]int64{}}
		timed(what, f)
	}
	close(stop)
	if n := <-most; n > 64<<20 {
		t.Errorf("the heap grew to %d MB", n>>20)
	} else {
		t.Logf("the heap grew to %d MB", n>>20)
	}
}
