package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang/storage"
)

// Bounds of one transaction of a Load.
const (
	batchDocs  = 1000
	batchBytes = 8 << 20
)

// loadTime bounds the taking back of a failed load.
const loadTime = 10 * time.Minute

var firstID = options.Find().SetLimit(1).SetProjection(up("_id"))

// load gathers what comes and stores it in batches.
type load struct {
	s     *Store
	ctx   context.Context
	who   string
	marks storage.Marks
	owed  storage.Owed
	steps int64 // batches stored

	docs  map[string][]any
	gain  int // documents gathered
	bytes int
	count map[string]int64
}

// add takes a document for a collection.
func (l *load) add(collection string, doc any, err error) error {
	if err != nil {
		return wrap("load", err)
	}
	raw, err := bson.Marshal(doc)
	if err != nil {
		return wrap("load", err)
	}
	if l.docs == nil {
		l.docs = map[string][]any{}
	}
	if l.gain > 0 && l.bytes+len(raw) > batchBytes {
		if err := l.flush(); err != nil {
			return err
		}
	}
	l.docs[collection] = append(l.docs[collection], bson.Raw(raw))
	l.gain, l.bytes = l.gain+1, l.bytes+len(raw)
	if l.gain >= batchDocs {
		return l.flush()
	}
	return l.ctx.Err()
}

// flush stores what was gathered in one transaction, which also counts itself at
// the mark: so a batch whose answer was lost is not stored twice.
func (l *load) flush() error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if l.gain == 0 {
		return nil
	}
	err := l.s.transact(l.ctx, func(ctx context.Context) error {
		r, err := l.s.db.Collection(colMeta).UpdateOne(ctx, append(l.mine(), bson.E{Key: "loading.steps", Value: l.steps}),
			bson.D{{Key: "$inc", Value: bson.D{{Key: "loading.steps", Value: int64(1)}}}})
		if err != nil {
			return wrap("load", err)
		}
		if r.MatchedCount == 0 {
			return l.hold(ctx, l.steps+1) // it was stored at the try before
		}
		for name, docs := range l.docs {
			if _, err := l.s.db.Collection(name).InsertMany(ctx, docs); err != nil {
				return loadFailed(name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name, docs := range l.docs {
		l.count[name] += int64(len(docs))
	}
	l.steps++
	l.gain, l.bytes = 0, 0
	clear(l.docs)
	return nil
}

// hold fails unless the mark is this load's own, with so many batches stored where
// steps is not negative.
func (l *load) hold(ctx context.Context, steps int64) error {
	docs, err := l.s.metaDocs(ctx)
	if err != nil {
		return err
	}
	if m := docs[metaStore].Loading; m == nil || m.Who != l.who || steps >= 0 && m.Steps != steps {
		return errOvertaken
	}
	return nil
}

func (l *load) mine() bson.D {
	return bson.D{{Key: "_id", Value: metaStore}, {Key: "loading.who", Value: l.who}}
}

func loadFailed(collection string, err error) error {
	if mongo.IsDuplicateKeyError(err) {
		return told{"storage: load: a thing of " + collection + " came twice", err}
	}
	return wrap("load", err)
}

// Put implements storage.Load.
func (l *load) Put(e storage.Entry) error {
	seal := l.s.sealer
	switch e := e.(type) {
	case storage.User:
		doc, err := newUserDoc(seal, e.User)
		return l.add(colUsers, doc, err)
	case storage.Device:
		return l.add(colDevices, newDeviceDoc(e.Device), nil)
	case storage.Key:
		doc, err := newKeyDoc(seal, e)
		return l.add(colKeys, doc, err)
	case storage.Commit:
		doc, err := newCommitDoc(seal, e)
		return l.add(colCommits, doc, err)
	case storage.Held:
		return l.add(colHeld, newHeldDoc(e), nil)
	case storage.StoredRecord:
		l.owed.Record(e.Record)
		doc, err := newRowDoc(seal, e.Record, e.Written)
		return l.add(colRows, doc, err)
	case storage.Write:
		if err := l.add(colWrites, newWriteDoc(e), nil); err != nil {
			return err
		}
		return l.marks.Write(e)
	case storage.AreaHead:
		return l.add(colHeads, &headDoc{Area: string(e.Area), Seq: int64(e.Seq), Sum: int64(e.Sum), Public: int64(e.Public)}, nil)
	case storage.Medium:
		l.owed.Medium(e)
		return l.add(colMedia, newMediumDoc(e), nil)
	case storage.Token:
		return l.add(colTokens, newTokenDoc(e), nil)
	case storage.Audited:
		d, err := newAuditDoc(l.s.sealer, e)
		return l.add(colAudit, d, err)
	case storage.Name:
		return l.add(colNames, newNameDoc(e.Digest, e.Role, e.ID), nil)
	}
	return storage.ErrNoEntry
}
