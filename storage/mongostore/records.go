package mongostore

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/turns"
)

// records is the part of a store that keeps storage.Records.
type records struct {
	store *Store

	commits, rows, writes, heads *mongo.Collection
	helds, media, names, copies  *mongo.Collection
	arrivals                     *mongo.Collection

	// One queue for each area that updates are near, while it has jobs.
	mu     sync.Mutex
	queues map[zoufang.AreaID]*turns.Queue[*tx]
	closed bool
	busy   sync.WaitGroup // the goroutines that run queues, and ends of views

	lanes    headLanes
	recent   *storage.Recent
	sessions sessions
	w        atomic.Int64 // of the last record written by this process
	people   peopleCache
	areas    areaCache
	count    counters
}

// counters tell tests what updates cost.
type counters struct{ groups, updates, conflicts, careful atomic.Int64 }

var errClosed = storage.Passing(errors.New("the store is closed"))

func (k *records) start(s *Store) {
	k.store = s
	k.commits, k.rows, k.writes, k.heads = s.db.Collection(colCommits), s.db.Collection(colRows), s.db.Collection(colWrites), s.db.Collection(colHeads)
	k.helds, k.media, k.names = s.db.Collection(colHeld), s.db.Collection(colMedia), s.db.Collection(colNames)
	k.arrivals = s.db.Collection(colArrivals)
	k.recent = storage.NewRecent()
	k.queues = map[zoufang.AreaID]*turns.Queue[*tx]{}
	k.copies = s.db.Collection(colCopies, options.Collection().SetReadConcern(readconcern.Local()).SetWriteConcern(writeconcern.W1()))
	k.sessions.init(s, max(16, 4*runtime.GOMAXPROCS(0)))
}

// stop refuses what comes later and waits for what is under way.
func (k *records) stop() {
	k.mu.Lock()
	again := k.closed
	k.closed = true
	k.mu.Unlock()
	k.busy.Wait()
	if again {
		return
	}
	k.sessions.end(k.store)
}

// Update implements storage.Records. Updates near one area run one after another,
// those that wait together in one transaction; others run at the same time. f must
// not call Update itself.
//
// That its snapshot holds what was stored before the call is true of a replica set,
// and in a cluster of what this copy of the program knows to be stored. Behind
// several mongos one may not have heard yet of what another copy has just answered:
// f may miss it, as if it came at the same moment. What f then writes collides with
// it; a phone whose last line is missed so is told to send its lines again.
func (s *Store) Update(ctx context.Context, near zoufang.AreaID, f func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !near.Valid() { // a hint that names no area is none
		near = ""
	}
	job := turns.NewJob(func(t *tx) error { return f(t) })
	q, err := s.line(near, job)
	if err != nil {
		return err
	}
	return q.Await(ctx, job)
}

// line adds a job to the queue of an area and sees that somebody runs it.
func (s *Store) line(near zoufang.AreaID, job *turns.Job[*tx]) (*turns.Queue[*tx], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	q := s.queues[near]
	if q != nil {
		return q, q.Add(job)
	}
	q = turns.New[*tx]()
	s.queues[near] = q
	s.busy.Add(1)
	go func() {
		defer s.busy.Done()
		s.serve(near, q)
	}()
	return q, q.Add(job)
}

// Where several copies write near one area, the one that has the head would keep
// it as long as updates wait: now and then it rests, for longer than the others
// pause between their tries.
const (
	rest      = 8 * time.Millisecond
	restEvery = 100 * time.Millisecond
)

// gather is how long a queue waits for those who were just answered together and go
// on at once: the first of them would else have a transaction to itself.
const gather = 200 * time.Microsecond

// serve runs a queue until it is empty.
func (s *Store) serve(near zoufang.AreaID, q *turns.Queue[*tx]) {
	rested := time.Now()
	for {
		s.mu.Lock()
		if q.Empty() {
			delete(s.queues, near)
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		if s.sessions.others.Load() && time.Since(rested) > restEvery {
			time.Sleep(rest)
			rested = time.Now()
		}
		w := &worker{s: s, near: near, queue: q}
		if w.group(); len(w.ran) > 1 {
			time.Sleep(gather)
		}
	}
}

// View implements storage.Records.
func (s *Store) View(ctx context.Context, f func(storage.View) error) error {
	return s.read(ctx, func(v *view) error { return f(v) })
}
