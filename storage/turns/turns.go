// Package turns owns the queue in which updates wait for whoever runs them. A
// function runs on the goroutine that asked for it, when its job is given the
// turn: so a panic is that goroutine's own, and it is never run twice at once.
// What a turn is given, and when it is answered, is the store's.
package turns

import (
	"context"
	"errors"
	"sync"
)

// Queue holds jobs, first come first served.
type Queue[T any] struct {
	mu     sync.Mutex
	jobs   []*Job[T]
	added  uint64 // since the beginning
	closed error
	wake   chan struct{} // filled while jobs wait or the queue is closed
}

// Job is one update that waits, or whose turn it is.
type Job[T any] struct {
	// Apart, where set, is what whoever runs the queue does itself, in place of
	// giving a turn.
	Apart func() error

	f      func(T) error
	n      uint64 // its number in the queue
	signal chan signal[T]
	back   chan outcome
}

// signal is a turn to run, or the answer.
type signal[T any] struct {
	turn T
	give bool
	err  error
}

type outcome struct {
	err       error
	abandoned bool
}

// New makes an empty queue.
func New[T any]() *Queue[T] { return &Queue[T]{wake: make(chan struct{}, 1)} }

// NewJob makes a job of a function.
func NewJob[T any](f func(T) error) *Job[T] {
	return &Job[T]{f: f, signal: make(chan signal[T], 1), back: make(chan outcome, 1)}
}

// NewApart makes a job that is given no turn.
func NewApart[T any](f func() error) *Job[T] {
	j := NewJob[T](nil)
	j.Apart = f
	return j
}

func (q *Queue[T]) ring() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Add lets a job wait. It fails only when the queue is closed.
func (q *Queue[T]) Add(j *Job[T]) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed != nil {
		return q.closed
	}
	q.added++
	j.n = q.added
	q.jobs = append(q.jobs, j)
	if len(q.jobs) == 1 {
		q.ring()
	}
	return nil
}

// Here gives a want for Take: the jobs that have been added until now.
func (q *Queue[T]) Here() func(*Job[T]) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	last := q.added
	return func(j *Job[T]) bool { return j.n <= last }
}

// Close has every later Add fail with err. Jobs that wait stay.
func (q *Queue[T]) Close(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = err
	q.ring()
}

// Take takes the first job out, if there is one that want, where given, agrees to.
func (q *Queue[T]) Take(want func(*Job[T]) bool) *Job[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 || want != nil && !want(q.jobs[0]) {
		return nil
	}
	j := q.jobs[0]
	q.jobs[0] = nil
	q.jobs = q.jobs[1:]
	return j
}

// Empty reports whether no job waits.
func (q *Queue[T]) Empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs) == 0
}

// Wait blocks until a job waits; it reports false when the queue is closed and
// empty.
func (q *Queue[T]) Wait() bool {
	for {
		q.mu.Lock()
		n, closed := len(q.jobs), q.closed != nil
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

// remove takes a job out that has not begun.
func (q *Queue[T]) remove(j *Job[T]) bool {
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

// Await runs the turns the added job is given, on this goroutine, and returns its
// answer. When ctx ends before a turn was given the job is taken back and its
// function is not run; after that the answer is waited for.
func (q *Queue[T]) Await(ctx context.Context, j *Job[T]) error {
	done := ctx.Done()
	for {
		select {
		case sig := <-j.signal:
			if !sig.give {
				return sig.err
			}
			j.run(sig.turn)
		case <-done:
			if q.remove(j) {
				return ctx.Err()
			}
			done = nil
		}
	}
}

var errAbandoned = errors.New("the update was abandoned")

func (j *Job[T]) run(turn T) {
	out := outcome{err: errAbandoned, abandoned: true}
	defer func() { j.back <- out }()
	out.err = j.f(turn)
	out.abandoned = false
}

// Give lets the job's function run once with turn and waits for its end. A job
// that was abandoned, by a panic or runtime.Goexit, is over: nobody waits for its
// answer and it can be given no other turn.
func (j *Job[T]) Give(turn T) (err error, abandoned bool) {
	j.signal <- signal[T]{turn: turn, give: true}
	out := <-j.back
	return out.err, out.abandoned
}

// Answer ends a job that was taken.
func (j *Job[T]) Answer(err error) { j.signal <- signal[T]{err: err} }
