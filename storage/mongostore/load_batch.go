package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
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

func (l *load) Commit(c storage.Commit) error {
	doc, err := newCommitDoc(l.s.sealer, c)
	return l.add(colCommits, doc, err)
}

func (l *load) Held(h storage.Held) error { return l.add(colHeld, newHeldDoc(h), nil) }

func (l *load) Record(r *zoufang.Record, written int64) error {
	doc, err := newRowDoc(l.s.sealer, r, written)
	return l.add(colRows, doc, err)
}

func (l *load) Write(w storage.Write) error {
	if err := l.add(colWrites, newWriteDoc(w), nil); err != nil {
		return err
	}
	return l.marks.Write(w)
}

func (l *load) Head(h storage.Head) error {
	return l.add(colHeads, &headDoc{Area: string(h.Area), Seq: int64(h.Seq), Sum: int64(h.Sum), Public: int64(h.Public)}, nil)
}

func (l *load) Medium(m storage.Medium) error { return l.add(colMedia, newMediumDoc(m), nil) }

func (l *load) Name(d zoufang.Digest, role storage.NameRole, id string) error {
	return l.add(colNames, newNameDoc(d, role, id), nil)
}

func (l *load) User(u zoufang.User) error {
	doc, err := newUserDoc(l.s.sealer, u)
	return l.add(colUsers, doc, err)
}

func (l *load) Device(d zoufang.Device) error { return l.add(colDevices, newDeviceDoc(d), nil) }

func (l *load) Key(k storage.Key) error {
	doc, err := newKeyDoc(l.s.sealer, k)
	return l.add(colKeys, doc, err)
}
