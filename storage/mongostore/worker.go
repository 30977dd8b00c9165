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
	alone *turns.Job[*tx] // takes no other

	session *mongo.Session
	ran     []*turns.Job[*tx]
	errs    []error // of their functions
}

// Bounds of one transaction: how many updates, how much they write, and for how
// long others join.
const (
	maxGroup  = 256
	maxBytes  = 4 << 20
	groupTime = 20 * time.Millisecond
)

// faulted is an error of WithFaults: it is not tried again.
type faulted struct{ error }

func (w *worker) group() {
	var err error
	var back func()
	if w.session, back, err = w.s.borrow(); err != nil {
		w.fail(wrap("update", err))
		return
	}
	defer back()
	w.store()
}

// store tries until the group is stored or can't be.
func (w *worker) store() {
	var err error
	tries := tries{last: rest * 3 / 4}
	careful, twice := false, 0
	for {
		if err = w.attempt(careful); err == nil {
			w.s.count.groups.Add(1)
			w.s.count.updates.Add(int64(len(w.ran)))
			for i, j := range w.ran {
				j.Answer(w.errs[i])
			}
			return
		}
		var fault faulted
		switch {
		case errors.As(err, &fault):
			w.fail(storage.Passing(fmt.Errorf("storage: commit: %w", fault.error)))
			return
		case mongo.IsDuplicateKeyError(err) && twice < 5:
			// Of a stub most likely: see touch.go.
			w.s.count.careful.Add(1)
			careful = true
			twice++
			continue
		case again(err):
			w.s.count.conflicts.Add(1)
			if tries.long() {
				w.s.bury()
			}
			if err = tries.wait(context.Background(), err); err == nil {
				continue
			}
		case !passes(err) && len(w.ran) > 1:
			w.apart()
			return
		}
		if !strings.HasPrefix(err.Error(), "storage: ") {
			err = wrap("update", err)
		}
		w.fail(err)
		return
	}
}

// apart gives each update a transaction of its own: one that can't be stored takes
// nothing from the others.
func (w *worker) apart() {
	for _, j := range w.ran {
		(&worker{s: w.s, near: w.near, queue: w.queue, alone: j, session: w.session}).store()
	}
}

// fail answers those that ran, or where the transaction never began those that
// wait.
func (w *worker) fail(err error) {
	if w.alone != nil && len(w.ran) == 0 {
		w.ran = append(w.ran, w.alone)
	}
	if len(w.ran) == 0 {
		for j := w.queue.Take(nil); j != nil; j = w.queue.Take(nil) {
			j.Answer(err)
		}
		return
	}
	for _, j := range w.ran {
		j.Answer(err)
	}
}

// attempt runs the updates in one transaction and commits it.
func (w *worker) attempt(careful bool) error {
	if err := w.s.keepTime(context.Background()); err != nil {
		return err
	}
	g, err := w.s.begun(w.session, w.near)
	if err != nil {
		return err
	}
	g.careful = careful
	if err := w.run(g); err != nil {
		g.abort()
		return err
	}
	return g.commit()
}

// run gives the turn to those that ran before, when this is another attempt, and
// then to those that wait.
func (w *worker) run(g *group) error {
	before := w.ran
	w.ran, w.errs = nil, nil
	for i, j := range before {
		if err := w.give(g, j); err != nil {
			w.ran = append(w.ran, before[i+1:]...)
			return err
		}
	}
	if w.alone != nil {
		if len(before) == 0 {
			return w.give(g, w.alone)
		}
		return nil
	}
	// Whoever was told of a later time than this snapshot's waits for the next one.
	for start := time.Now(); len(w.ran) < maxGroup && g.all.bytes < maxBytes && w.s.clock.seen.Load() <= g.meta.Clock; {
		j := w.queue.Take(nil)
		if j == nil {
			break
		}
		if err := w.give(g, j); err != nil {
			return err
		}
		if time.Since(start) > groupTime {
			break
		}
	}
	return nil
}

// give runs one update. What it wrote joins the group's if it succeeds. The error
// is the store's own, after which the transaction is of no more use.
func (w *worker) give(g *group, j *turns.Job[*tx]) error {
	t := g.turn()
	err, abandoned := j.Give(t)
	failed := t.failed
	if err == nil && failed == nil && !abandoned {
		g.all.join(t.own)
	}
	t.g, t.own = nil, nil // a function that kept it can do no harm
	t.ctx = ended
	if !abandoned {
		w.ran, w.errs = append(w.ran, j), append(w.errs, err)
	}
	return failed
}

// ended is the context of what is over.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()
