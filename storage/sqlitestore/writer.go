package sqlitestore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"zoufang"
	"zoufang/storage"
)

// writer is the only one in this process to write. It runs waiting updates one
// after another in one SQL transaction and commits once for all of them; while
// that is synced to the disk the next ones gather.
type writer struct {
	s *Store
	c *conn

	// What is known between transactions, as long as no other connection has
	// committed: see begin.
	known   bool
	version int64 // PRAGMA data_version
	meta    meta
	heads   map[zoufang.AreaID]*head

	// Of the present transaction alone.
	placed map[zoufang.RecordID]*placed
	areas  *areaSet // with what the transaction wrote
}

type meta struct {
	storage.Meta
	written int64
}

type head struct {
	storage.AreaHead
	dirty bool
}

// Bounds of one group commit: how many updates, and for how long others join.
const (
	maxGroup  = 256
	groupTime = 20 * time.Millisecond
)

// maxHeads bounds the heads kept between transactions.
const maxHeads = 1 << 16

func (w *writer) run() {
	keeper := startKeeper(w.s.path)
	defer keeper.stop()
	for w.s.queue.Wait() {
		if j := w.s.queue.Take(func(j *job) bool { return j.Apart != nil }); j != nil {
			j.Answer(j.Apart())
		} else {
			w.group()
		}
		keeper.look(w.c)
	}
}

func together(j *job) bool { return j.Apart == nil }

// group runs the updates that wait as one transaction.
func (w *writer) group() {
	if err := w.begin(); err != nil {
		for j := w.s.queue.Take(together); j != nil; j = w.s.queue.Take(together) {
			j.Answer(err)
		}
		return
	}
	var ran []*job
	var errs []error
	for start := time.Now(); len(ran) < maxGroup; {
		j := w.s.queue.Take(together)
		if j == nil {
			break
		}
		err, abandoned, clean := w.give(j)
		if !abandoned {
			ran, errs = append(ran, j), append(errs, err)
		}
		if !clean {
			w.rollback()
			for _, j := range ran {
				w.single(j)
			}
			return
		}
		if time.Since(start) > groupTime {
			break
		}
	}
	err := w.commit()
	for i, j := range ran {
		if err != nil {
			errs[i] = err
		}
		j.Answer(errs[i])
	}
}

// single runs one update in a transaction of its own.
func (w *writer) single(j *job) {
	if err := w.begin(); err != nil {
		j.Answer(err)
		return
	}
	err, abandoned, clean := w.give(j)
	if clean {
		if e := w.commit(); e != nil {
			err = e
		}
	} else {
		w.rollback()
	}
	if !abandoned {
		j.Answer(err)
	}
}

// give lets the job's function run on its own goroutine, in the transaction that
// is open. clean reports that the transaction may be committed: the function
// succeeded, or failed before it wrote anything.
func (w *writer) give(j *job) (err error, abandoned, clean bool) {
	at := w.s.now().UnixMilli()
	w.meta.Clock = max(w.meta.Clock, at)
	t := &tx{view: view{s: w.s, c: w.c, w: w}, now: w.meta.Clock, at: at}
	t.failed = new(error)
	err, abandoned = j.Give(t)
	t.c, t.w = nil, nil // a function that kept it can do no harm
	if err == nil {
		err = *t.failed
	}
	return err, abandoned, *t.failed == nil && (err == nil || !t.wrote)
}

// patience is how long the write lock is waited for while another process holds it.
const patience = 10 * time.Second

// lock begins a write transaction. Another process that writes without pause
// leaves only short gaps, so it asks often.
func lock(ctx context.Context, c *conn) error {
	start := time.Now()
	for {
		_, err := c.exec("BEGIN IMMEDIATE")
		if err == nil || !isBusy(err) {
			return err
		}
		if time.Since(start) > patience {
			return fmt.Errorf("the store has been locked by another process for %v: %w", patience, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(500+rand.IntN(1500)) * time.Microsecond):
		}
	}
}

// begin takes the write lock and forgets what another process may have changed.
func (w *writer) begin() error {
	if err := lock(context.Background(), w.c); err != nil {
		return storage.Passing(fmt.Errorf("storage: %w", err))
	}
	w.placed, w.areas = map[zoufang.RecordID]*placed{}, nil
	if err := w.refresh(); err != nil {
		w.rollback()
		if err = fmt.Errorf("storage: %w", err); passes(err) {
			err = storage.Passing(err)
		}
		return err
	}
	return nil
}

func (w *writer) refresh() error {
	v, err := w.c.number("PRAGMA data_version")
	if err != nil {
		return err
	}
	if w.known && v == w.version && len(w.heads) < maxHeads {
		return nil
	}
	if _, err := version(w.c); err != nil {
		return err
	}
	if w.meta, err = readMeta(w.c); err != nil {
		return err
	}
	w.heads = map[zoufang.AreaID]*head{}
	w.known, w.version = true, v
	return nil
}

func (w *writer) rollback() {
	w.c.exec("ROLLBACK") // fails only where SQLite has rolled back already
	w.known = false
}

// commit stores the transaction durably. After an error it is unknown whether it did.
func (w *writer) commit() error {
	err := w.flush()
	if err == nil {
		err = w.s.fault(false)
	}
	if err == nil {
		_, err = w.c.exec("COMMIT")
	}
	if err != nil {
		w.rollback()
		return storage.Passing(fmt.Errorf("storage: commit: %w", err))
	}
	if w.areas != nil {
		w.s.areas.offer(w.areas)
	}
	if err := w.s.fault(true); err != nil {
		return storage.Passing(fmt.Errorf("storage: commit: %w", err))
	}
	return nil
}

const (
	putHead = `INSERT INTO heads (area, seq, sum, public) VALUES (?, ?, ?, ?)
		ON CONFLICT (area) DO UPDATE SET seq = excluded.seq, sum = excluded.sum, public = excluded.public`
	putMeta = "UPDATE meta SET clock = ?, safe_at = nullif(?, 0), areas = ?, written = ? WHERE id = 1"
)

// flush writes what was gathered in memory over the whole transaction.
func (w *writer) flush() error {
	for _, h := range w.heads {
		if !h.dirty {
			continue
		}
		_, err := w.c.exec(putHead, string(h.Area), int64(h.Seq), int64(h.Sum), int64(h.Public))
		if err != nil {
			return err
		}
		h.dirty = false
	}
	m := &w.meta
	_, err := w.c.exec(putMeta, m.Clock, m.SafeAt, m.Areas, m.written)
	return err
}

// head gives an area's head as it stands in this transaction.
func (w *writer) head(area zoufang.AreaID) (*head, error) {
	if h := w.heads[area]; h != nil {
		return h, nil
	}
	found, err := readHead(w.c, area)
	if err != nil {
		return nil, err
	}
	h := &head{AreaHead: found}
	w.heads[area] = h
	return h, nil
}
