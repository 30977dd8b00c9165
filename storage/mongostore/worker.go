package mongostore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/turns"
)

// worker runs the updates that wait near one area as one transaction, again and
// again until it is stored, fails for good or has been tried for too long.
type worker struct {
	s     *Store
	near  zoufang.AreaID
	queue *turns.Queue[*tx]
	only  bool // takes no others than those it has

	session *mongo.Session
	ran     []*turns.Job[*tx]
	errs    []error // of their functions
	bytes   int     // that they wrote, about
	wants   map[*turns.Job[*tx]]heads
}

// Bounds of one transaction: how many updates, how much they write, and for how
// long others join.
const (
	maxGroup  = 256
	maxBytes  = 4 << 20
	groupTime = 20 * time.Millisecond
)

// maxUpdate bounds what one update may write: a transaction is in the server's
// memory until its end, and must end within its life.
const maxUpdate = 64 << 20

// faulted is an error of WithFaults: it is not tried again.
type faulted struct{ error }

func (w *worker) group() {
	var err error
	var back func()
	if w.session, back, err = w.s.borrow(context.Background()); err != nil {
		w.fail(wrap("update", err))
		return
	}
	defer back()
	w.store()
}

// store tries until the group is stored or can't be, and answers all of it. It
// returns what it answered where that is the store's own failure.
func (w *worker) store() error {
	var err error
	tries := tries{last: rest * 3 / 4}
	careful, twice, known := false, 0, false
	for {
		if err = w.attempt(careful); err == nil {
			w.s.count.groups.Add(1)
			w.s.count.updates.Add(int64(len(w.ran)))
			for i, j := range w.ran {
				j.Answer(w.errs[i])
			}
			return nil
		}
		var fault faulted
		switch {
		case errors.As(err, &fault):
			return w.fail(storage.Passing(fmt.Errorf("storage: commit: %w", fault.error)))
		case mongo.IsDuplicateKeyError(err) && twice < 5:
			// Of a stub most likely: see touch.go.
			w.s.count.careful.Add(1)
			careful = true
			twice++
			continue
		case w.alive(err) && w.bytes > maxBytes/2 && len(w.ran) > 1:
			// One of them may be what takes so long.
			w.apart()
			return nil
		case again(err):
			w.s.count.conflicts.Add(1)
			if known { // though their heads were taken first: by another copy
				if w.part(); len(w.ran) == 0 {
					return nil
				}
			}
			known = len(w.wants) > 0
			if tries.long() {
				w.s.bury(true)
			}
			if err = tries.wait(context.Background(), err); err == nil {
				continue
			}
		case (!passes(err) || w.alive(err)) && len(w.ran) > 1:
			w.apart()
			return nil
		}
		if tooLarge(err) || w.alive(err) && w.bytes > maxBytes {
			return w.fail(storage.ErrTooLarge)
		}
		if !strings.HasPrefix(err.Error(), "storage: ") {
			err = wrap("update", err)
		}
		return w.fail(err)
	}
}

// alive reports whether time ran out though the server is there.
func (w *worker) alive(err error) bool { return slow(err) && !w.s.away.now() }

// part lets those go their own way that write outside the area: each alone, with
// the heads taken first that it wanted until now. What they collide with is no
// matter of the others, and these not of theirs.
func (w *worker) part() {
	var stay []*turns.Job[*tx]
	for _, j := range w.ran {
		wants := w.wants[j]
		if len(wants) == 0 || len(wants) == 1 && wants[w.near] || w.only && len(w.ran) == 1 {
			stay = append(stay, j)
			continue
		}
		w.s.busy.Add(1) // not the first: that of whoever runs this
		go func() {
			defer w.s.busy.Done()
			(&worker{s: w.s, queue: w.queue, only: true, ran: []*turns.Job[*tx]{j}, wants: map[*turns.Job[*tx]]heads{j: wants}}).group()
		}()
	}
	if len(stay) < len(w.ran) {
		w.only = true
	}
	w.ran = stay
}

// apart gives each update a transaction of its own: one that can't be stored takes
// nothing from the others. While that takes too long nothing more is begun.
func (w *worker) apart() {
	began := time.Now()
	var failed error
	for _, j := range w.ran {
		one := &worker{s: w.s, near: w.near, queue: w.queue, only: true, session: w.session, ran: []*turns.Job[*tx]{j}, wants: w.wants}
		if failed != nil && passes(failed) && time.Since(began) > patience {
			one.fail(failed)
			continue
		}
		failed = one.store()
	}
}

// fail answers those that ran, or where the transaction never began those that
// wait.
func (w *worker) fail(err error) error {
	if len(w.ran) == 0 && !w.only {
		for j := w.queue.Take(nil); j != nil; j = w.queue.Take(nil) {
			j.Answer(err)
		}
		return err
	}
	for _, j := range w.ran {
		j.Answer(err)
	}
	return err
}
