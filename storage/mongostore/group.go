package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// group is one transaction and what is known of its snapshot. Writes are kept in
// memory until it is committed, so that an update that fails takes nothing from
// those it runs with.
type group struct {
	s       *Store
	session *mongo.Session
	ctx     context.Context // carries the session
	meta    meta
	receipt int64 // the last that was given, see Receipt
	careful bool  // stubs may stand where something new comes: see touch.go

	// What was read. A nil is known to be missing.
	commits map[zoufang.CommitID]*commitDoc
	rows    map[zoufang.RecordID]*rowDoc
	helds   map[zoufang.CommitID]*heldDoc
	media   map[zoufang.Digest]*mediumDoc
	heads   map[zoufang.AreaID]*headDoc // locked by this transaction
	areas   *areaSet
	counted map[counting]map[zoufang.CommitID]bool // see CountHeld
	later   []func()                               // see view

	all *layer // what updates that succeeded wrote
}

// begun starts a transaction. Its first act takes the heads of the areas it is
// expected to write in, so that a transaction of another process near them is
// noticed before anything is done.
func (s *Store) begun(session *mongo.Session, first []zoufang.AreaID) (*group, error) {
	g := &group{
		s: s, session: session, ctx: mongo.NewSessionContext(context.Background(), session),
		commits: map[zoufang.CommitID]*commitDoc{}, rows: map[zoufang.RecordID]*rowDoc{}, helds: map[zoufang.CommitID]*heldDoc{},
		media: map[zoufang.Digest]*mediumDoc{}, heads: map[zoufang.AreaID]*headDoc{}, all: newLayer(nil),
		counted: map[counting]map[zoufang.CommitID]bool{},
	}
	abort(session) // one before it whose end never became known
	if err := session.StartTransaction(snapshotTxn()); err != nil {
		return nil, err
	}
	err := func() error {
		for _, area := range first {
			if _, err := g.lock(area); err != nil {
				return err
			}
		}
		ctx, cancel := timed(g.ctx)
		defer cancel()
		var err error
		g.meta, err = s.readMeta(ctx)
		return err
	}()
	if err != nil {
		abort(session)
		return nil, err
	}
	return g, nil
}

// opTime bounds one exchange with the server.
const opTime = 10 * time.Second

func timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, opTime)
}

// lock takes the head of an area: from here to the end no other transaction gives
// a number of it.
func (g *group) lock(area zoufang.AreaID) (*headDoc, error) {
	if h := g.heads[area]; h != nil {
		return h, nil
	}
	ctx, cancel := timed(g.ctx)
	defer cancel()
	h := &headDoc{}
	err := g.s.heads.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: string(area)}}, takeTurn, takeHead).Decode(h)
	if err != nil {
		return nil, err
	}
	g.heads[area] = h
	return h, nil
}

var (
	takeTurn = bson.D{
		{Key: "$inc", Value: bson.D{{Key: "turn", Value: int64(1)}}},
		{Key: "$setOnInsert", Value: bson.D{
			{Key: "seq", Value: int64(0)}, {Key: "sum", Value: int64(0)}, {Key: "public", Value: int64(0)}, {Key: "w", Value: int64(0)},
		}},
	}
	takeHead = options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
)

// turn makes the part of one update.
func (g *group) turn() *tx {
	return &tx{view: view{s: g.s, ctx: g.ctx, g: g, own: newLayer(g.all), meta: &g.meta, later: &g.later}, wants: heads{}}
}

// commit stores what was gathered. One that wrote nothing is committed too: what it
// read, and somebody is told of, is then on a majority. See Store.read.
func (g *group) commit() error {
	defer abort(g.session) // where the answer was waited for in vain, it is still running
	fault := g.s.fault
	if g.all.empty() {
		fault = func(bool) error { return nil }
	} else if err := g.flush(); err != nil {
		return err
	}
	if err := fault(false); err != nil {
		return faulted{err}
	}
	ctx, cancel := timed(g.ctx)
	defer cancel()
	if err := commit(ctx, g.session); err != nil {
		return err
	}
	g.keep()
	if err := fault(true); err != nil {
		return faulted{err}
	}
	return nil
}

// keep remembers for later transactions what this one read and wrote.
func (g *group) keep() {
	for _, f := range g.later {
		f()
	}
	if g.all.areas == 0 || g.areas == nil {
		return
	}
	// Nobody else has counted an area since the snapshot: it would have collided.
	if set, err := g.areas.with(&view{s: g.s}, g.all.rows, g.meta.Areas+g.all.areas); err == nil {
		g.s.records.areas.offer(set)
	}
}
