package dirblob

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"zoufang/storage"
)

// waiter tells when somebody begins to wait with it.
type waiter struct {
	context.Context
	begun chan struct{}
}

func (w waiter) Done() <-chan struct{} {
	select {
	case w.begun <- struct{}{}:
	default:
	}
	return w.Context.Done()
}

// Who waited for an upload that was aborted meanwhile must not touch the one
// that has its id now.
func TestLockOfAnother(t *testing.T) {
	s, err := Open(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, d := medium()
	u := storage.Upload{ID: "u", Digest: d, Size: 10}
	if err := s.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	holder, err := os.OpenFile(s.meta("u"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if held, err := tryLock(holder); !held || err != nil {
		t.Fatalf("lock: %v, %v", held, err)
	}
	ctx := waiter{t.Context(), make(chan struct{}, 1)}
	aborted := make(chan error, 1)
	go func() { aborted <- s.Abort(ctx, "u") }()
	<-ctx.begun
	if err := s.forget("u"); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	holder.Close()
	// ErrLocked where a slow disk made it wait too long.
	if err := <-aborted; !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrLocked) {
		t.Errorf("Abort of the first: %v", err)
	}
	if _, err := s.Upload(t.Context(), "u"); err != nil {
		t.Errorf("the second: %v", err)
	}
}
