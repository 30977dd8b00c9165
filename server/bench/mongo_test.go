package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"zoufang/internal/seal"
	"zoufang/storage/mongostore"
	"zoufang/storage/storagetest/servers"
)

// bareMongo is the driver alone, doing the transactions that a new visit costs:
// the same statements on collections with the same indexes, without the service.
type bareMongo struct {
	b      *testing.B
	client *mongo.Client
	db     *mongo.Database
	n      atomic.Int64
}

func newBareMongo(b *testing.B) *bareMongo {
	uri := servers.Mongo(b).Database(b, "bare")
	ring, err := seal.Open(filepath.Join(b.TempDir(), "seal.json"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := mongostore.Open(b.Context(), uri, ring) // makes the collections
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	u, err := url.Parse(uri)
	if err != nil {
		b.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Disconnect(context.Background()) })
	return &bareMongo{b: b, client: client, db: client.Database(strings.TrimPrefix(u.Path, "/"))}
}

// rate has so many writers do transactions for a while, each with batch visits,
// in one area or each in its own. It gives visits a second and the share of the
// transactions that collided.
func (m *bareMongo) rate(writers, batch int, own bool) (rate, collided float64) {
	var wg sync.WaitGroup
	var done, failed atomic.Int64
	start := time.Now()
	for w := range writers {
		wg.Go(func() {
			session, err := m.client.StartSession()
			if err != nil {
				m.b.Error(err)
				return
			}
			defer session.EndSession(context.Background())
			area := "990101001500"
			if own {
				area = fmt.Sprintf("9901010016%02d", w)
			}
			for tries := 0; time.Since(start) < 4*time.Second; {
				err := m.transaction(session, area, batch)
				if err == nil {
					done.Add(1)
					tries = 0
					continue
				}
				var e mongo.ServerError
				if !isServerError(err, &e) || !e.HasErrorLabel("TransientTransactionError") {
					m.b.Error(err)
					return
				}
				failed.Add(1)
				session.AbortTransaction(context.Background())
				tries = min(tries+1, 5)
				time.Sleep(time.Duration(rand.IntN(1000<<tries)) * time.Microsecond)
			}
		})
	}
	wg.Wait()
	n, f := float64(done.Load()), float64(failed.Load())
	return n * float64(batch) / time.Since(start).Seconds(), f / max(1, n+f)
}

func isServerError(err error, to *mongo.ServerError) bool {
	e, ok := err.(mongo.ServerError)
	*to = e
	return ok
}

var majority = options.Transaction().SetReadConcern(readconcern.Snapshot()).
	SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: new(true)})

func (m *bareMongo) transaction(session *mongo.Session, area string, batch int) error {
	if err := session.StartTransaction(majority); err != nil {
		return err
	}
	ctx := mongo.NewSessionContext(context.Background(), session)
	id := func(v any) bson.D { return bson.D{{Key: "_id", Value: v}} }
	var head struct {
		Seq int64 `bson:"seq"`
	}
	err := m.db.Collection("heads").FindOneAndUpdate(ctx, id(area), bson.D{{Key: "$inc", Value: bson.D{{Key: "turn", Value: 1}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&head)
	if err != nil {
		return err
	}
	var commits, rows, writes []any
	var commitIDs, rowIDs, keys []string
	for i := range batch {
		n := m.n.Add(1)
		c, r, seq := fmt.Sprintf("%016x", rand.Uint64()), fmt.Sprintf("%012x-0000-7000-8000-%012x", n, rand.Uint64()&0xffffffffffff), head.Seq+int64(i)+1
		commitIDs, rowIDs, keys = append(commitIDs, c), append(rowIDs, r), append(keys, "c:"+c, "r:"+r)
		commits = append(commits, bson.D{{Key: "_id", Value: c}, {Key: "hash", Value: noise(32)}, {Key: "author", Value: "author"}, {Key: "sender", Value: "sender"},
			{Key: "device", Value: "device"}, {Key: "since", Value: n}, {Key: "at", Value: n}, {Key: "staff", Value: false}, {Key: "line", Value: noise(600)}})
		rows = append(rows, bson.D{{Key: "_id", Value: r}, {Key: "area", Value: area}, {Key: "seq", Value: seq}, {Key: "ver", Value: int64(1)}, {Key: "kind", Value: "visit"},
			{Key: "public", Value: false}, {Key: "sum", Value: n}, {Key: "w", Value: n}, {Key: "town", Value: area[:9]}, {Key: "data", Value: noise(650)}})
		writes = append(writes, bson.D{{Key: "_id", Value: r + "/1"}, {Key: "rid", Value: r}, {Key: "ver", Value: int64(1)}, {Key: "area", Value: area}, {Key: "seq", Value: seq}, {Key: "commit", Value: c}})
	}
	in := func(ids []string) bson.D { return bson.D{{Key: "$in", Value: ids}} }
	for _, q := range []struct {
		from   string
		filter bson.D
	}{
		{"meta", bson.D{}}, {"commits", bson.D{{Key: "_id", Value: in(commitIDs)}}}, {"rows", bson.D{{Key: "_id", Value: in(rowIDs)}}},
		{"held", bson.D{{Key: "waits", Value: in(keys)}, {Key: "open", Value: true}}},
	} {
		cur, err := m.db.Collection(q.from).Find(ctx, q.filter)
		if err != nil {
			return err
		}
		if err := cur.Close(ctx); err != nil {
			return err
		}
	}
	for _, w := range []struct {
		to   string
		docs []any
	}{{"commits", commits}, {"rows", rows}, {"writes", writes}} {
		if _, err := m.db.Collection(w.to).InsertMany(ctx, w.docs); err != nil {
			return err
		}
	}
	_, err = m.db.Collection("heads").UpdateOne(ctx, id(area), bson.D{{Key: "$set", Value: bson.D{{Key: "seq", Value: head.Seq + int64(batch)}, {Key: "sum", Value: int64(7)}}}})
	if err != nil {
		return err
	}
	return session.CommitTransaction(ctx)
}
