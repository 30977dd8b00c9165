package sqlitestore

import (
	"context"
	"errors"
	"sync"
)

// queue holds what waits for the writer, first come first served.
type queue struct {
	mu     sync.Mutex
	jobs   []*job
	closed bool
	wake   chan struct{} // filled while jobs wait or the queue is closed
}

// job is one update. Its function runs on the goroutine that asked for it, when
// the writer gives it the turn: so a panic is that goroutine's own.
type job struct {
	f      func(t *tx) error
	alone  func(w *writer) error // instead of f, on the writer, outside a transaction
	signal chan signal
}

// signal is a turn to run, or the answer.
type signal struct {
	turn *tx
	err  error
}

// outcome is how a turn ended.
type outcome struct {
	err       error
	abandoned bool // by a panic or runtime.Goexit; nobody waits for an answer
}

func (q *queue) init() { q.wake = make(chan struct{}, 1) }

func (q *queue) ring() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) add(j *job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errClosed
	}
	q.jobs = append(q.jobs, j)
	if len(q.jobs) == 1 {
		q.ring()
	}
	return nil
}

func (q *queue) shut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ring()
}

// remove takes a job out that the writer has not begun.
func (q *queue) remove(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.jobs {
		if q.jobs[i] == j {
			q.jobs = append(q.jobs[:i], q.jobs[i+1:]...)
			return true
		}
	}
	return false
}

// take gives the first job that satisfies want, if it is the first of all.
func (q *queue) take(want func(*job) bool) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 || !want(q.jobs[0]) {
		return nil
	}
	j := q.jobs[0]
	q.jobs[0] = nil
	q.jobs = q.jobs[1:]
	return j
}

// wait blocks until there is a job; it reports false when the queue is closed
// and empty.
func (q *queue) wait() bool {
	for {
		q.mu.Lock()
		n, closed := len(q.jobs), q.closed
		q.mu.Unlock()
		if n > 0 {
			return true
		}
		if closed {
			return false
		}
		<-q.wake
	}
}

// update has f run in a write transaction and waits until that is durable. When
// ctx ends before f began, f is not run; after that the answer is waited for.
func (s *Store) update(ctx context.Context, f func(t *tx) error) error {
	return s.submit(ctx, &job{f: f})
}

func (s *Store) submit(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.signal = make(chan signal, 1)
	if err := s.queue.add(j); err != nil {
		return err
	}
	done := ctx.Done()
	for {
		select {
		case sig := <-j.signal:
			if sig.turn == nil {
				return sig.err
			}
			s.writer.turn(j, sig.turn)
		case <-done:
			if s.queue.remove(j) {
				return ctx.Err()
			}
			done = nil
		}
	}
}

var errAbandoned = errors.New("the update was abandoned")

// turn runs the job's function and tells the writer how it ended.
func (w *writer) turn(j *job, t *tx) {
	out := outcome{err: errAbandoned, abandoned: true}
	defer func() { w.back <- out }()
	out.err = j.f(t)
	out.abandoned = false
}
