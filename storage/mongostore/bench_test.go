package mongostore

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

const benchWriters = 32

// BenchmarkVisits stores visits one by one from 32 writers, in one village or one
// each, through the store and by the driver alone: the same statements, each visit
// in a transaction of its own that is tried again when it collides.
func BenchmarkVisits(b *testing.B) {
	for name, areas := range map[string][]zoufang.AreaID{"one village": villages(1), "a village each": villages(benchWriters)} {
		b.Run(name+"/store", func(b *testing.B) {
			s := at(b, servers.Mongo(b).Database(b, b.Name()))
			benchVisits(b, areas, func(v visit) error {
				_, err := v.save(s, v.record.Area)
				return err
			})
			b.ReportMetric(float64(s.count.updates.Load())/float64(max(1, s.count.groups.Load())), "updates/txn")
		})
		b.Run(name+"/driver", func(b *testing.B) {
			s := at(b, servers.Mongo(b).Database(b, b.Name()))
			var collisions atomic.Int64
			benchVisits(b, areas, func(v visit) error { return v.bare(s, &collisions) })
			b.ReportMetric(float64(collisions.Load())/float64(b.N), "collisions/op")
		})
	}
}

func benchVisits(b *testing.B, areas []zoufang.AreaID, save func(visit) error) {
	visits := make([][]visit, benchWriters)
	for n := range b.N {
		w := n % benchWriters
		visits[w] = append(visits[w], newVisit(n, areas[w%len(areas)]))
	}
	b.ResetTimer()
	done := make(chan error, benchWriters)
	for _, mine := range visits {
		go func() {
			for _, v := range mine {
				if err := save(v); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range visits {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
}

// bare does by the driver what save comes to.
func (v visit) bare(s *Store, collisions *atomic.Int64) error {
	session, err := s.client.StartSession()
	if err != nil {
		return err
	}
	defer session.EndSession(bg)
	var t tries
	for {
		if err = session.StartTransaction(snapshotTxn()); err != nil {
			return err
		}
		if err = v.statements(mongo.NewSessionContext(bg, session), s); err == nil {
			err = session.CommitTransaction(bg)
		}
		if err == nil {
			return nil
		}
		session.AbortTransaction(bg)
		if !again(err) {
			return err
		}
		collisions.Add(1)
		if err := t.wait(bg, err); err != nil {
			return err
		}
	}
}

func (v visit) statements(ctx context.Context, s *Store) error {
	area, sealer := v.record.Area, storagetest.Sealer()
	var h headDoc
	if err := s.heads.FindOneAndUpdate(ctx, byID(string(area)), takeTurn, takeHead).Decode(&h); err != nil {
		return err
	}
	var docs []bson.Raw
	ids := []string{string(v.record.ID), string(v.seen)}
	for _, find := range []struct {
		c      *mongo.Collection
		filter bson.D
	}{
		{s.db.Collection(colMeta), bothMeta},
		{s.commits, in([]zoufang.CommitID{v.commit.ID})},
		{s.rows, in(ids)},
		{s.helds, waitingFilter([]string{storage.WaitsForRecord(v.record.ID), storage.WaitsForCommit(v.commit.ID)})},
	} {
		cur, err := find.c.Find(ctx, find.filter)
		if err != nil {
			return err
		}
		if err := cur.All(ctx, &docs); err != nil {
			return err
		}
	}
	r := v.record.Clone()
	r.Seq, r.Ver = uint64(h.Seq+1), 1
	row, err := newRowDoc(sealer, r, h.W+1)
	if err != nil {
		return err
	}
	commit, err := newCommitDoc(sealer, v.commit)
	if err != nil {
		return err
	}
	if _, err := s.heads.UpdateOne(ctx, byID(string(area)), bson.D{{Key: "$set", Value: bson.D{
		{Key: "seq", Value: h.Seq + 1}, {Key: "sum", Value: h.Sum + row.Sum}, {Key: "public", Value: h.Public}, {Key: "w", Value: h.W + 1},
	}}}); err != nil {
		return err
	}
	if _, err := s.commits.InsertOne(ctx, commit); err != nil {
		return err
	}
	if _, err := s.rows.InsertOne(ctx, row); err != nil {
		return err
	}
	if _, err := s.writes.InsertOne(ctx, newWriteDoc(storage.Write{Record: r.ID, Ver: 1, Area: area, Seq: r.Seq, Commit: v.commit.ID})); err != nil {
		return err
	}
	n := newNameDoc(v.photo, storage.NamedByUser, "u1")
	_, err = s.names.UpdateOne(ctx, byID(n.ID), bson.D{{Key: "$setOnInsert", Value: bson.D{
		{Key: "d", Value: n.Digest}, {Key: "role", Value: n.Role}, {Key: "id", Value: n.Who},
	}}}, options.UpdateOne().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("name: %w", err)
	}
	return nil
}
