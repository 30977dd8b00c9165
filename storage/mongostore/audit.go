package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

type auditDoc struct {
	ID   string `bson:"_id"` // in the order of time
	Kind string `bson:"kind"`
	Who  string `bson:"who"`
	Area string `bson:"area"`
	Data []byte `bson:"data"` // sealed
}

func newAuditDoc(s storage.Sealer, e storage.Audited) (*auditDoc, error) {
	a, err := storage.SealAudit(s, e)
	return &auditDoc{a.ID, a.Kind, a.Who, a.Area, a.Data}, err
}

func (d *auditDoc) stored() storage.StoredAudit {
	return storage.StoredAudit{ID: d.ID, Kind: d.Kind, Who: d.Who, Area: d.Area, Data: d.Data}
}

// ifNew adds the entry where there is none of its id.
func (d *auditDoc) ifNew() bson.D {
	return bson.D{{Key: "$setOnInsert", Value: bson.D{
		{Key: "kind", Value: d.Kind}, {Key: "who", Value: d.Who}, {Key: "area", Value: d.Area}, {Key: "data", Value: d.Data}}}}
}

// AppendAudit implements storage.Audit.
func (s *Store) AppendAudit(ctx context.Context, entries ...storage.Audited) error {
	return s.transact(ctx, func(ctx context.Context) error {
		docs, err := s.metaDocs(ctx)
		if err != nil {
			return err
		}
		if docs[metaStore].Loading != nil {
			return ErrHalfLoaded
		}
		for _, e := range entries {
			if err := s.audit(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// audit adds an entry, in the transaction that ctx is of. One that is there stays:
// the transaction may run again although it was stored.
func (s *Store) audit(ctx context.Context, e storage.Audited) error {
	d, err := newAuditDoc(s.sealer, e)
	if err != nil {
		return wrap("append to the account log", err)
	}
	_, err = s.db.Collection(colAudit).UpdateOne(ctx, byID(d.ID), d.ifNew(), options.UpdateOne().SetUpsert(true))
	return wrap("append to the account log", err)
}

// note appends what a step on an account tells, in the transaction of ctx.
func (s *Store) note(ctx context.Context, tell []storage.Tell, was, is *zoufang.User) error {
	for _, n := range tell {
		if err := s.audit(ctx, n(was, is)); err != nil {
			return err
		}
	}
	return nil
}

// noteOf is note for a step that leaves the account as it is.
func (s *Store) noteOf(ctx context.Context, tell []storage.Tell, id zoufang.UserID) error {
	if len(tell) == 0 {
		return nil
	}
	u, err := s.User(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		u, err = &zoufang.User{ID: id}, nil
	}
	if err != nil {
		return err
	}
	return s.note(ctx, tell, u, u)
}

// Tell implements storage.Tx.
func (t *tx) Tell(e storage.Audited) error {
	if t.failed != nil {
		return t.failed
	}
	d, err := newAuditDoc(t.s.sealer, e)
	if err != nil {
		return t.fail("append to the account log", err)
	}
	t.own.told = append(t.own.told, d)
	t.own.bytes += 256 + len(d.Data)
	return nil
}

func (g *group) toldModels() (out []mongo.WriteModel) {
	for _, d := range g.all.told {
		out = append(out, mongo.NewUpdateOneModel().SetFilter(byID(d.ID)).SetUpdate(d.ifNew()).SetUpsert(true))
	}
	return out
}

// ListAudit implements storage.Audit.
func (s *Store) ListAudit(ctx context.Context, q storage.AuditQuery) ([]storage.Audited, string, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return storage.ReadAudit(s.sealer, q, s.eachAudited(ctx))
}

// CountAudit implements storage.Audit.
func (s *Store) CountAudit(ctx context.Context, q storage.AuditQuery) (map[zoufang.AuditKind]int, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return storage.TallyAudit(s.sealer, q, s.eachAudited(ctx))
}

func (s *Store) eachAudited(ctx context.Context) storage.EachAudited {
	return func(low, high string, oldest bool, f func(storage.StoredAudit) (bool, error)) error {
		between := bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: low}, {Key: "$lt", Value: high}}}}
		order := -1
		if oldest {
			order = 1
		}
		o := options.Find().SetSort(bson.D{{Key: "_id", Value: order}}).SetLimit(storage.MostAuditSee + 1).SetBatchSize(storage.MaxAudit + 1)
		cur, err := s.db.Collection(colAudit).Find(ctx, between, o)
		if err != nil {
			return wrap("account log", err)
		}
		defer cur.Close(ctx)
		for cur.Next(ctx) {
			var d auditDoc
			if err := cur.Decode(&d); err != nil {
				return wrap("account log", err)
			}
			if on, err := f(d.stored()); err != nil || !on {
				return err
			}
		}
		return wrap("account log", cur.Err())
	}
}
