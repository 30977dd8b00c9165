package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang"
	"zoufang/storage"
)

// Load implements storage.Upkeep. It fills the collections in many transactions,
// under a mark in meta that keeps everybody else out until the last one takes it
// away. Where it finds such a mark of another, that one was interrupted: all it
// brought is dropped first. Should it be under way still, it fails at its next
// transaction, since each one holds on to the mark.
func (s *Store) Load(ctx context.Context, m storage.Meta, f func(storage.Load) error) error {
	l, err := s.beginLoad(ctx)
	if err != nil {
		return err
	}
	l.marks.Mark = func(area zoufang.AreaID, seq uint64, gone zoufang.RecordID) error {
		return l.add(colRows, newMarkDoc(area, seq, gone), nil)
	}
	if err = f(l); err == nil {
		err = l.finish(m)
	}
	if err != nil {
		return l.drop(err)
	}
	s.devices.forget()
	return nil
}

// beginLoad marks the store and sees to it that nothing is in it.
func (s *Store) beginLoad(ctx context.Context) (*load, error) {
	l := &load{s: s, ctx: ctx, who: zoufang.Token(12), count: map[string]int64{}}
	meta := s.db.Collection(colMeta)
	err := s.transact(ctx, func(ctx context.Context) error {
		docs, err := s.metaDocs(ctx)
		if err != nil {
			return err
		}
		if docs[metaStore].Loading == nil {
			if err := s.vacant(ctx); err != nil {
				return err
			}
		}
		mark := loading{Who: l.who, Since: s.now().UnixMilli()}
		_, err = meta.UpdateOne(ctx, byID(metaStore), bson.D{{Key: "$set", Value: bson.D{{Key: "loading", Value: mark}}}})
		return wrap("mark a load", err)
	})
	if err != nil {
		return nil, err
	}
	if err := l.empty(ctx); err != nil {
		return nil, l.drop(err)
	}
	return l, nil
}

// vacant fails with storage.ErrTaken where somebody or something is in the store.
func (s *Store) vacant(ctx context.Context) error {
	for name, real := range map[string]bson.D{colCommits: exists("hash"), colUsers: {}, colRows: {}} {
		cur, err := s.db.Collection(name).Find(ctx, real, firstID)
		if err != nil {
			return wrap("look whether the store is empty", err)
		}
		some := cur.Next(ctx)
		err = cur.Err()
		cur.Close(ctx)
		if err != nil {
			return wrap("look whether the store is empty", err)
		}
		if some {
			return storage.ErrTaken
		}
	}
	return nil
}

// filled are the collections a Load fills or, for a store that somebody has
// opened before, empties.
var filled = []string{colHeads, colCommits, colRows, colWrites, colHeld, colMedia, colNames, colArrivals, colCharges, colUsers, colDevices, colCodes, colSessions, colTokens, colKeys, colAudit}

// counted are those in which nobody else can have put anything by right.
var counted = []string{colHeads, colCommits, colRows, colWrites, colHeld, colMedia, colNames, colArrivals, colUsers, colDevices}

func (l *load) empty(ctx context.Context) error {
	for _, name := range filled {
		if _, err := l.s.db.Collection(name).DeleteMany(ctx, bson.D{}); err != nil {
			return wrap("empty the store", err)
		}
	}
	return nil
}

// drop takes back what a failed Load brought, so that the store is as it was. If
// that fails too, the mark stays, and a later Load begins by doing it.
func (l *load) drop(why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), loadTime)
	defer cancel()
	if err := l.hold(ctx, -1); err != nil {
		return why // another Load has the mark now
	}
	if err := l.empty(ctx); err != nil {
		return why
	}
	l.s.db.Collection(colMeta).UpdateOne(ctx, l.mine(), bson.D{{Key: "$unset", Value: bson.D{{Key: "loading", Value: 1}}}})
	return why
}

// finish stores what is left and opens the store to everybody.
func (l *load) finish(m storage.Meta) error {
	if err := l.marks.End(); err != nil {
		return err
	}
	if err := l.flush(); err != nil {
		return err
	}
	if err := l.settle(); err != nil {
		return err
	}
	if err := l.hold(l.ctx, l.steps); err != nil {
		return err
	}
	for _, name := range counted {
		n, err := l.s.db.Collection(name).CountDocuments(l.ctx, bson.D{})
		if err != nil {
			return wrap("count what was loaded", err)
		}
		if n != l.count[name] {
			return fmt.Errorf("storage: load: %d things were brought to %s, %d are there: something else wrote to this database", l.count[name], name, n)
		}
	}
	meta := l.s.db.Collection(colMeta)
	return l.s.transact(l.ctx, func(ctx context.Context) error {
		clock := max(m.Clock+1, l.s.now().UnixMilli()) // past every time that rows were ordered by
		_, err := meta.UpdateOne(ctx, byID(metaClock), bson.D{{Key: "$max", Value: bson.D{{Key: "clock", Value: clock}}}})
		if err != nil {
			return wrap("end a load", err)
		}
		r, err := meta.UpdateOne(ctx, l.mine(), bson.D{
			{Key: "$set", Value: bson.D{{Key: "epoch", Value: m.Epoch}, {Key: "safeAt", Value: int64(0)}}},
			{Key: "$inc", Value: bson.D{{Key: "areas", Value: m.Areas + 1}, {Key: "people", Value: int64(1)}}},
			{Key: "$unset", Value: bson.D{{Key: "loading", Value: 1}}},
		})
		if err != nil {
			return wrap("end a load", err)
		}
		if r.MatchedCount == 0 {
			return l.ended(ctx, m.Epoch)
		}
		return nil
	})
}

// ended tells, where the mark is gone, whether this load took it away itself and
// the answer was lost.
func (l *load) ended(ctx context.Context, epoch string) error {
	docs, err := l.s.metaDocs(ctx)
	if err == nil && (docs[metaStore].Loading != nil || docs[metaStore].Epoch != epoch) {
		err = errOvertaken
	}
	return err
}

var errOvertaken error = own("another restore or copy into this database has begun since: this one is given up")
