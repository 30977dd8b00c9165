package tokens_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zoufang/internal/seal"
	"zoufang/internal/tokens"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
)

// clock is a machine's clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.UnixMilli(1_763_760_000_000)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func openStore(t *testing.T) *sqlitestore.Store {
	t.Helper()
	dir := t.TempDir()
	ring, err := seal.Open(filepath.Join(dir, "ring.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "store.db"), ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// failing is a store whose reading fails from some moment on.
type failing struct {
	tokens.KeyStore
	mu   sync.Mutex
	err  error
	read int
}

var errDisk = errors.New("disk failed")

func (f *failing) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failing) reads() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.read
}

func (f *failing) Keys(ctx context.Context, purpose string) ([]storage.Key, error) {
	f.mu.Lock()
	f.read++
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return f.KeyStore.Keys(ctx, purpose)
}
