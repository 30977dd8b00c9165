package mongostore

import (
	"context"
	"maps"
	"time"

	"zoufang/storage"
	"zoufang/storage/turns"
)

// attempt runs the updates in one transaction and commits it. It begins with the
// heads that those who ran before wanted.
func (w *worker) attempt(careful bool) error {
	if err := w.s.away.err(); err != nil {
		return err
	}
	if err := w.s.keepTime(context.Background()); err != nil {
		return err
	}
	first := heads{}
	if w.near != "" {
		first[w.near] = true
	}
	for _, j := range w.ran {
		maps.Copy(first, w.wants[j])
	}
	areas := first.sorted()
	defer w.s.lanes.take(areas)()
	here := w.queue.Here() // who asks later may know of more than the snapshot holds
	g, err := w.s.begun(w.session, areas)
	if err != nil {
		return err
	}
	g.careful = careful
	if err := w.run(g, here); err != nil {
		abort(w.session)
		return err
	}
	w.bytes = g.all.bytes
	if len(w.ran) == 0 { // they gave up waiting
		abort(w.session)
		return nil
	}
	return g.commit()
}

// run gives the turn to those that ran before, when this is another attempt, or to
// those that wait.
func (w *worker) run(g *group, here func(*turns.Job[*tx]) bool) error {
	before := w.ran
	w.ran, w.errs = nil, nil
	for i, j := range before {
		if err := w.give(g, j); err != nil {
			w.ran = append(w.ran, before[i+1:]...)
			return err
		}
	}
	if w.only || len(before) > 0 {
		return nil
	}
	// Whoever was told of a later time than this snapshot's waits for the next one.
	for start := time.Now(); len(w.ran) < maxGroup && g.all.bytes < maxBytes && w.s.clock.seen.Load() <= g.meta.Clock; {
		j := w.queue.Take(here)
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
	if t.own.bytes > maxUpdate {
		err = storage.ErrTooLarge
	}
	if err == nil && failed == nil && !abandoned {
		g.all.join(t.own)
	}
	t.g, t.own = nil, nil // a function that kept it can do no harm
	t.ctx = ended
	if !abandoned {
		w.ran, w.errs = append(w.ran, j), append(w.errs, err)
		w.want(j, t.wants)
	}
	return failed
}

// want remembers which heads an update wanted. Those that it wanted in one attempt
// are taken first in the next, whether or not it wants them again.
func (w *worker) want(j *turns.Job[*tx], areas heads) {
	if w.wants == nil {
		w.wants = map[*turns.Job[*tx]]heads{}
	}
	if w.wants[j] == nil {
		w.wants[j] = areas
	}
	maps.Copy(w.wants[j], areas)
}

// ended is the context of what is over.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()
