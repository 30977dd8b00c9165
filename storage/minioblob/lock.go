package minioblob

import (
	"context"
	"sync"
	"time"

	"zoufang/storage"
)

// lockWait lets a question and an Append that meet by chance follow each other;
// more than that is for the caller to wait for.
const lockWait = 100 * time.Millisecond

// locks are the uploads in use by this process. They decide nothing: what two
// servers write at once is told apart by the store.
type locks struct {
	mu   sync.Mutex
	held map[string]bool
}

// ours are shared by all stores of the process, as those on one bucket meet.
var ours locks

func (l *locks) try(key string) (unlock func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[key] {
		return nil, false
	}
	if l.held == nil {
		l.held = map[string]bool{}
	}
	l.held[key] = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.held, key)
	}, true
}

func (l *locks) wait(ctx context.Context, key string) (unlock func(), err error) {
	for begun := time.Now(); ; {
		if unlock, ok := l.try(key); ok {
			return unlock, nil
		}
		if time.Since(begun) >= lockWait {
			return nil, storage.ErrLocked
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockWait / 20):
		}
	}
}
