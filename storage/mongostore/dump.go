package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// Dump implements storage.Upkeep: one snapshot transaction, read by cursors.
func (s *Store) Dump(ctx context.Context, f func(storage.Dump) error) error {
	return s.read(ctx, func(v *view) error {
		if _, err := v.ownMeta(); err != nil { // it is whole
			return err
		}
		return f(&dump{v})
	})
}

type dump struct{ *view }

// dumped reads the documents of a collection that pass the filter, one by one, in
// batches of a thousand or, before that, the 16 MiB at which the server ends one.
func dumped[T any](d *dump, collection, what string, filter, sort bson.D, f func(*T) error) error {
	o := options.Find().SetBatchSize(manyDocs)
	if sort != nil {
		o.SetSort(sort)
	}
	var own error
	err := each(d.view, d.s.db.Collection(collection), filter, o, func(doc *T) (bool, error) {
		own = f(doc)
		return own == nil, nil
	})
	if own != nil {
		return own
	}
	return dumpFailed(what, err)
}

// errTooLong tells the operator what ends a long reading.
var errTooLong error = own("the server ended the snapshot before all was read: raise its parameter transactionLifetimeLimitSeconds " +
	"(60 by default; on every member: db.adminCommand({setParameter: 1, transactionLifetimeLimitSeconds: 3600})), " +
	"and minSnapshotHistoryWindowInSeconds as far")

func dumpFailed(what string, err error) error {
	if hasCode(err, codesSnapshot...) {
		return told{errTooLong.Error(), err}
	}
	return wrap(what, err)
}

func (d *dump) EachCommit(f func(storage.Commit) error) error {
	return dumped(d, colCommits, "dump commits", exists("hash"), nil, func(doc *commitDoc) error {
		c, err := doc.commit(d.s.sealer)
		if err != nil {
			return wrap("dump commits", err)
		}
		return f(*c)
	})
}

func (d *dump) EachHeld(f func(storage.Held) error) error {
	return dumped(d, colHeld, "dump held lines", exists("code"), nil, func(doc *heldDoc) error { return f(doc.held()) })
}

func (d *dump) EachRecord(f func(*zoufang.Record, int64) error) error {
	return dumped(d, colRows, "dump records", exists("data"), nil, func(doc *rowDoc) error {
		r, err := doc.record(d.s.sealer)
		if err != nil {
			return wrap("dump records", err)
		}
		return f(r, doc.W)
	})
}

func (d *dump) EachWrite(f func(storage.Write) error) error {
	some := bson.D{{Key: "rid", Value: bson.D{{Key: "$gt", Value: ""}}}}
	return dumped(d, colWrites, "dump writes", some, up("rid", "ver"), func(doc *writeDoc) error {
		if doc.Stub {
			return nil
		}
		return f(doc.write())
	})
}

func (d *dump) EachHead(f func(storage.Head) error) error {
	written := bson.D{{Key: "seq", Value: bson.D{{Key: "$gt", Value: int64(0)}}}} // others were only looked at
	return dumped(d, colHeads, "dump heads", written, nil, func(doc *headDoc) error { return f(doc.head()) })
}

func (d *dump) EachMedium(f func(storage.Medium) error) error {
	return dumped(d, colMedia, "dump media", exists("type"), nil, func(doc *mediumDoc) error { return f(doc.medium()) })
}

func (d *dump) EachName(f func(zoufang.Digest, storage.NameRole, string) error) error {
	return dumped(d, colNames, "dump names", bson.D{}, nil, func(doc *nameDoc) error {
		return f(zoufang.Digest(doc.Digest), storage.NameRole(doc.Role), doc.Who)
	})
}

func (d *dump) EachUser(f func(zoufang.User) error) error {
	return dumped(d, colUsers, "dump users", bson.D{}, up("_id"), func(doc *userDoc) error {
		u, err := doc.user(d.s.sealer)
		if err != nil {
			return wrap("dump users", err)
		}
		return f(*u)
	})
}

func (d *dump) EachDevice(f func(zoufang.Device) error) error {
	return dumped(d, colDevices, "dump devices", bson.D{}, up("enrolled", "_id"), func(doc *deviceDoc) error { return f(doc.device()) })
}

func (d *dump) EachKey(f func(storage.Key) error) error {
	return dumped(d, colKeys, "dump keys", bson.D{}, nil, func(doc *keyDoc) error {
		k, err := doc.key(d.s.sealer)
		if err != nil {
			return wrap("dump keys", err)
		}
		return f(k)
	})
}
