package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang/storage"
)

// The two documents of the collection meta. The clock has one of its own, so that
// it may be moved while transactions that count areas and people are under way.
const (
	metaClock = "clock"
	metaStore = "store"
)

// meta is what both say.
type meta struct {
	storage.Meta
	People int64 // grows with each change of a user or a device
	Schema int
}

type metaDoc struct {
	ID      string   `bson:"_id"`
	Clock   int64    `bson:"clock"`
	Epoch   string   `bson:"epoch"`
	SafeAt  int64    `bson:"safeAt"`
	Areas   int64    `bson:"areas"`
	People  int64    `bson:"people"`
	Schema  int      `bson:"schema"`
	Loading *loading `bson:"loading"`
}

// loading is the mark of a Load that has not ended.
type loading struct {
	Who   string `bson:"who"` // drawn anew by each Load
	Since int64  `bson:"since"`
	Steps int64  `bson:"steps"` // batches stored
}

var bothMeta = bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{metaClock, metaStore}}}}}

// readMeta reads the store's own state, in the transaction ctx is of, if any. It
// fails on a store that is being loaded, or was by half, and on one that a newer
// program has taken to a schema this one does not know: so a copy of the program
// that is already running stops too.
func (s *Store) readMeta(ctx context.Context) (meta, error) {
	docs, err := s.metaDocs(ctx)
	if err != nil {
		return meta{}, err
	}
	st, ok := docs[metaStore]
	if !ok {
		return meta{}, own("the store has lost its meta document")
	}
	if st.Loading != nil {
		return meta{}, ErrHalfLoaded
	}
	if st.Schema > len(steps) {
		return meta{}, tooNew(st.Schema)
	}
	clock := docs[metaClock].Clock
	s.clock.heard(clock)
	return meta{storage.Meta{Epoch: st.Epoch, Clock: clock, SafeAt: st.SafeAt, Areas: st.Areas}, st.People, st.Schema}, nil
}

func (s *Store) metaDocs(ctx context.Context) (map[string]metaDoc, error) {
	cur, err := s.db.Collection(colMeta).Find(ctx, bothMeta)
	if err != nil {
		return nil, wrap("meta", err)
	}
	var list []metaDoc
	if err := cur.All(ctx, &list); err != nil {
		return nil, wrap("meta", err)
	}
	docs := map[string]metaDoc{}
	for _, d := range list {
		docs[d.ID] = d
	}
	return docs, nil
}

func tooNew(schema int) error {
	return own(fmt.Sprintf("the store was made by a newer program: its schema is %d, this program knows %d", schema, len(steps)))
}

// bumpPeople counts a change of a user or a device, in the transaction that makes
// it, and fails where people are not to be changed: see readMeta.
func (s *Store) bumpPeople(ctx context.Context) error {
	r, err := s.db.Collection(colMeta).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: metaStore}, {Key: "loading", Value: nil}},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "people", Value: int64(1)}}}})
	if err != nil {
		return wrap("count a change of people", err)
	}
	if r.MatchedCount == 0 {
		return ErrHalfLoaded
	}
	return nil
}
