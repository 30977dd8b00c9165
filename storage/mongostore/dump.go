package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

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

// Each implements storage.Dump.
func (d *dump) Each(kind storage.EntryKind, f func(storage.Entry) error) error {
	seal := d.s.sealer
	switch kind {
	case storage.KindUser:
		return dumped(d, colUsers, bson.D{}, up("_id"), f, func(doc *userDoc) (storage.Entry, error) {
			u, err := doc.user(seal)
			if err != nil {
				return nil, err
			}
			return storage.User{User: *u}, nil
		})
	case storage.KindDevice:
		return dumped(d, colDevices, bson.D{}, up("enrolled", "_id"), f, func(doc *deviceDoc) (storage.Entry, error) {
			return storage.Device{Device: doc.device()}, nil
		})
	case storage.KindKey:
		return dumped(d, colKeys, bson.D{}, nil, f, func(doc *keyDoc) (storage.Entry, error) { return doc.key(seal) })
	case storage.KindCommit:
		return dumped(d, colCommits, exists("hash"), nil, f, func(doc *commitDoc) (storage.Entry, error) {
			c, err := doc.commit(seal)
			return *c, err
		})
	case storage.KindHeld:
		return dumped(d, colHeld, exists("code"), nil, f, func(doc *heldDoc) (storage.Entry, error) { return doc.held(), nil })
	case storage.KindRecord:
		return dumped(d, colRows, exists("data"), nil, f, func(doc *rowDoc) (storage.Entry, error) {
			r, err := doc.record(seal)
			return storage.StoredRecord{Record: r, Written: doc.W}, err
		})
	case storage.KindWrite:
		some := bson.D{{Key: "rid", Value: bson.D{{Key: "$gt", Value: ""}}}}
		return dumped(d, colWrites, some, up("rid", "ver"), f, func(doc *writeDoc) (storage.Entry, error) {
			if doc.Stub {
				return nil, nil
			}
			return doc.write(), nil
		})
	case storage.KindHead:
		written := bson.D{{Key: "seq", Value: bson.D{{Key: "$gt", Value: int64(0)}}}} // others were only looked at
		return dumped(d, colHeads, written, nil, f, func(doc *headDoc) (storage.Entry, error) { return doc.head(), nil })
	case storage.KindMedium:
		return dumped(d, colMedia, exists("type"), nil, f, func(doc *mediumDoc) (storage.Entry, error) { return doc.medium(), nil })
	case storage.KindAudit:
		return dumped(d, colAudit, bson.D{}, up("_id"), f, func(doc *auditDoc) (storage.Entry, error) { return storage.OpenAudit(seal, doc.stored()) })
	case storage.KindToken:
		return dumped(d, colTokens, bson.D{}, up("_id"), f, func(doc *tokenDoc) (storage.Entry, error) { return doc.token(), nil })
	case storage.KindName:
		return dumped(d, colNames, bson.D{}, nil, f, func(doc *nameDoc) (storage.Entry, error) { return doc.name(), nil })
	}
	return storage.ErrNoEntry
}

// dumped reads the documents of a collection that pass the filter, one by one, in
// batches of a thousand or, before that, the 16 MiB at which the server ends one.
// What read gives nil for is left out.
func dumped[T any](d *dump, collection string, filter, sort bson.D, f func(storage.Entry) error, read func(*T) (storage.Entry, error)) error {
	o := options.Find().SetBatchSize(manyDocs)
	if sort != nil {
		o.SetSort(sort)
	}
	var own error
	err := each(d.view, d.s.db.Collection(collection), filter, o, func(doc *T) (bool, error) {
		e, err := read(doc)
		if err == nil && e != nil {
			own = f(e)
		}
		return own == nil, err
	})
	if own != nil {
		return own
	}
	return dumpFailed("dump "+collection, err)
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
