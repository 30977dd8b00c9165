package mongostore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// A process that is killed leaves its transactions open at the server, and with
// them the heads of its villages taken, for a minute. So each copy of the program
// says in the collection copies which sessions it writes by, and shows that it
// lives while it writes; whoever collides for long ends the sessions of a copy
// that has not moved. One that lives after all only sees its transaction collide
// and runs it again; nothing is lost. What is said so waits for one member and is
// read from it, so that a copy is not taken for dead while a majority lags.

// copyDoc is one copy of the program.
type copyDoc struct {
	ID       string     `bson:"_id"` // drawn at its start
	Beat     int64      `bson:"beat"`
	Sessions []bson.Raw `bson:"sessions"`
}

const (
	beatEvery = time.Second
	// A copy is taken for dead when it has not moved for so long.
	deadAfter = 3 * beatEvery
	// Who collides for less does not look.
	lookAfter = beatEvery / 2
	// One that has not moved for so long has given up itself what it had begun; its
	// sessions are ended though nobody collides with them. What they left would be
	// kept in the server's memory for as long as a backup may last.
	goneAfter = 30 * time.Second
)

// sessions are those that this copy writes by, each lent to one at a time.
type sessions struct {
	me    string
	slots chan struct{}
	mu    sync.Mutex
	idle  []*mongo.Session
	ids   []bson.Raw // of all there are
	used  bool       // since the last beat

	others atomic.Bool // other copies may be writing

	stopped chan struct{}
	beating sync.WaitGroup

	looking sync.Mutex
	looked  time.Time
	seen    map[string]seenCopy
}

type seenCopy struct {
	beat int64
	at   time.Time
}

func (k *sessions) init(s *Store, n int) {
	k.me, k.slots, k.stopped = zoufang.Token(9), make(chan struct{}, n), make(chan struct{})
	k.seen = map[string]seenCopy{}
	k.beating.Go(func() {
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-k.stopped:
				return
			case <-tick.C:
			}
			k.mu.Lock()
			due := k.used || len(k.slots) > 0
			k.used = false
			k.mu.Unlock()
			if due { // a beat that fails is made up for by the next
				s.beat(context.Background())
				s.bury(false)
			}
		}
	})
}

// end is called when nothing is lent any more.
func (k *sessions) end(s *Store) {
	close(k.stopped)
	k.beating.Wait()
	ctx, cancel := timed(context.Background())
	defer cancel()
	for _, session := range k.idle {
		session.EndSession(ctx)
	}
	if len(k.ids) > 0 {
		s.copies.DeleteOne(ctx, byID(k.me)) // else another copy does
	}
}

// beat notes that this copy lives, and its sessions.
func (s *Store) beat(ctx context.Context) error {
	k := &s.sessions
	k.mu.Lock()
	ids := k.ids[:len(k.ids):len(k.ids)]
	k.mu.Unlock()
	ctx, cancel := timed(ctx)
	defer cancel()
	_, err := s.copies.UpdateOne(ctx, byID(k.me), bson.D{
		{Key: "$inc", Value: bson.D{{Key: "beat", Value: int64(1)}}},
		{Key: "$set", Value: bson.D{{Key: "sessions", Value: ids}}},
	}, options.UpdateOne().SetUpsert(true))
	return err
}

// bury looks for other copies. Whoever has collided for a while calls it, again
// and again (it looks when it is time), to end the sessions of those that have not
// moved for long; with each beat it notes who moves, and ends those of who has not
// for very long.
func (s *Store) bury(stuck bool) {
	k := &s.sessions
	if !k.looking.TryLock() {
		return
	}
	defer k.looking.Unlock()
	if !k.looked.IsZero() && time.Since(k.looked) < lookAfter {
		return
	}
	k.looked = time.Now()
	ctx, cancel := timed(context.Background())
	defer cancel()
	cur, err := s.copies.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: k.me}}}})
	if err != nil {
		return // whoever collides is told of what goes on
	}
	var docs []copyDoc
	if err := cur.All(ctx, &docs); err != nil {
		return
	}
	now := time.Now()
	seen, others := map[string]seenCopy{}, false
	for _, d := range docs {
		was, known := k.seen[d.ID]
		if !known || was.beat != d.Beat {
			was = seenCopy{d.Beat, now}
		}
		seen[d.ID] = was
		still := now.Sub(was.at)
		if still < deadAfter {
			others = true
			continue
		}
		if !stuck && still < goneAfter {
			continue
		}
		if len(d.Sessions) > 0 {
			if err := s.client.Database("admin").RunCommand(ctx, bson.D{{Key: "killSessions", Value: d.Sessions}}).Err(); err != nil {
				continue
			}
		}
		s.copies.DeleteOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "beat", Value: d.Beat}})
		delete(seen, d.ID)
	}
	k.seen = seen
	k.others.Store(others)
}
