package mongostore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
)

// clockSlack is how far, in ms, the stored clock may lag before it is moved: idle
// phones ask often, and each move costs a commit.
const clockSlack = 1000

// clockTime bounds one look at the stored clock.
const clockTime = 10 * time.Second

// clock is what this process knows of the stored clock.
type clock struct {
	seen  atomic.Int64 // the latest; the stored one may be later
	given atomic.Int64 // the latest receipt of this process
	read  shared[int64]
	moved shared[int64]
}

// receipt gives the time at, or where that is before past, or before what was given
// before, the next after these.
func (c *clock) receipt(at, past int64) int64 {
	for {
		last := c.given.Load()
		next := at
		if past = max(past, last); at < past {
			next = past + 1
		}
		if c.given.CompareAndSwap(last, next) {
			return next
		}
	}
}

// heard notes a stored clock that was read.
func (c *clock) heard(ms int64) {
	for {
		seen := c.seen.Load()
		if ms <= seen || c.seen.CompareAndSwap(seen, ms) {
			return
		}
	}
}

// Clock implements storage.Upkeep. It is read from the database each time, and in
// such a way that a primary that has been deposed and does not know it yet cannot
// answer: a time from before an Advance elsewhere would let a phone forget a line
// that no backup holds. Callers at once share a reading that begins after all of
// them have asked.
func (s *Store) Clock(ctx context.Context) (int64, error) {
	if s.late() {
		return s.moveClock(ctx)
	}
	stored, err := s.clock.read.do(ctx, func(ctx context.Context) (int64, error) {
		m := s.db.Collection(colMeta, options.Collection().SetReadConcern(readconcern.Linearizable()))
		var doc metaDoc
		if err := m.FindOne(ctx, bson.D{{Key: "_id", Value: metaClock}}).Decode(&doc); err != nil {
			return 0, wrap("read the clock", err)
		}
		s.clock.heard(doc.Clock)
		return doc.Clock, nil
	})
	if err != nil || s.now().UnixMilli() <= stored+clockSlack {
		return stored, err
	}
	return s.moveClock(ctx)
}

// late reports whether the machine's clock is more than a second ahead of what
// was last seen of the stored one.
func (s *Store) late() bool { return s.now().UnixMilli() > s.clock.seen.Load()+clockSlack }

// keepTime moves the stored clock before a transaction begins, where it lags:
// inside, it would make all transactions collide.
func (s *Store) keepTime(ctx context.Context) error {
	if !s.late() {
		return nil
	}
	_, err := s.moveClock(ctx)
	return err
}

// moveClock moves the stored clock to the machine's, if that is later.
func (s *Store) moveClock(ctx context.Context) (int64, error) {
	return s.clock.moved.do(ctx, func(ctx context.Context) (int64, error) {
		return s.setClock(ctx, bson.D{{Key: "$max", Value: bson.D{{Key: "clock", Value: s.now().UnixMilli()}}}})
	})
}

// Advance implements storage.Upkeep.
func (s *Store) Advance(ctx context.Context) (int64, error) {
	past := bson.D{{Key: "$add", Value: bson.A{bson.D{{Key: "$ifNull", Value: bson.A{"$clock", int64(0)}}}, int64(1)}}}
	return s.setClock(ctx, mongo.Pipeline{{{Key: "$set", Value: bson.D{{Key: "clock", Value: bson.D{{Key: "$max", Value: bson.A{past, s.now().UnixMilli()}}}}}}}})
}

func (s *Store) setClock(ctx context.Context, update any) (int64, error) {
	var doc metaDoc
	err := s.db.Collection(colMeta).FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: metaClock}}, update,
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&doc)
	if err != nil {
		return 0, wrap("move the clock", err)
	}
	s.clock.heard(doc.Clock)
	return doc.Clock, nil
}

// SetSafeAt implements storage.Upkeep.
func (s *Store) SetSafeAt(ctx context.Context, at int64) error {
	r, err := s.db.Collection(colMeta).UpdateOne(ctx, bson.D{{Key: "_id", Value: metaStore}, {Key: "loading", Value: nil}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "safeAt", Value: at}}}})
	if err == nil && r.MatchedCount == 0 {
		return ErrHalfLoaded
	}
	return wrap("note what is safe", err)
}

// shared lets callers at once share one call: each gets the result of a call that
// began after it asked. One is under way and one is to come, no more.
type shared[T any] struct {
	mu   sync.Mutex
	busy bool
	next *turn[T]
}

type turn[T any] struct {
	done chan struct{}
	v    T
	err  error
}

func (s *shared[T]) do(ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	s.mu.Lock()
	if s.next == nil {
		s.next = &turn[T]{done: make(chan struct{})}
	}
	mine := s.next
	if !s.busy {
		s.busy = true
		go s.run(f)
	}
	s.mu.Unlock()
	select {
	case <-mine.done:
		return mine.v, mine.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// run makes calls while somebody waits for one. It belongs to no caller, whose
// ctx may end: others wait for the same.
func (s *shared[T]) run(f func(context.Context) (T, error)) {
	for {
		s.mu.Lock()
		t := s.next
		s.next = nil
		s.busy = t != nil
		s.mu.Unlock()
		if t == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), clockTime)
		t.v, t.err = f(ctx)
		cancel()
		close(t.done)
	}
}
