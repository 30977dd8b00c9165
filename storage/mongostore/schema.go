package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// The collections. Lines, records, users and keys' secrets are sealed; what is
// plain is needed to find and order documents.
const (
	colMeta     = "meta"
	colCopies   = "copies"
	colHeads    = "heads"
	colCommits  = "commits"
	colRows     = "rows"
	colWrites   = "writes"
	colHeld     = "held"
	colMedia    = "media"
	colNames    = "names"
	colArrivals = "arrivals"
	colCharges  = "charges"
	colUsers    = "users"
	colDevices  = "devices"
	colCodes    = "codes"
	colSessions = "sessions"
	colTokens   = "tokens"
	colKeys     = "keys"
	colAudit    = "audit"
	colShelves  = "shelves"
	colJobs     = "jobs"
	colJobParts = "job_parts"
)

var collections = []string{colMeta, colCopies, colHeads, colCommits, colRows, colWrites, colHeld, colMedia, colNames, colArrivals,
	colCharges, colUsers, colDevices, colCodes, colSessions, colTokens, colKeys, colAudit, colShelves, colJobs, colJobParts}

// index is an index that the queries of this package rest on.
type index struct {
	collection, name string
	keys             bson.D
	unique           bool
	partial          bson.D
}

func exists(field string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$exists", Value: true}}}}
}

func up(fields ...string) bson.D {
	var d bson.D
	for _, f := range fields {
		d = append(d, bson.E{Key: f, Value: 1})
	}
	return d
}

func flagged(field string) bson.D { return bson.D{{Key: field, Value: true}} }

// indexes are those of the present schema. Uniqueness holds a promise in two
// places beside _id: no two rows of an area have one number, and no two people one
// log-in.
var indexes = []index{
	{collection: colRows, name: "feed", keys: up("area", "seq"), unique: true},
	{collection: colRows, name: "public", keys: up("area", "seq", "public"), partial: flagged("public")},
	{collection: colRows, name: "list", keys: bson.D{{Key: "kind", Value: 1}, {Key: "town", Value: 1}, {Key: "w", Value: -1}}},
	{collection: colWrites, name: "history", keys: up("rid", "ver")},
	{collection: colHeld, name: "waits", keys: up("waits"), partial: flagged("open")},
	{collection: colHeld, name: "sender", keys: up("sender", "decided")},
	{collection: colHeld, name: "open", keys: up("at", "_id"), partial: flagged("open")},
	{collection: colHeld, name: "count", keys: up("sender"), partial: flagged("counted")},
	{collection: colNames, name: "places", keys: up("d", "role", "place", "id")},
	{collection: colNames, name: "record", keys: up("id", "role"), partial: bson.D{{Key: "role", Value: string(storage.NamedByRecord)}}},
	{collection: colHeld, name: "group", keys: up("group", "at", "_id"), partial: exists("group")},
	{collection: colHeld, name: "share", keys: up("share", "at"), partial: exists("share")},
	{collection: colCharges, name: "user", keys: up("user", "at", "_id")},
	{collection: colCharges, name: "medium", keys: up("d", "at", "_id")},
	{collection: colCharges, name: "stage", keys: up("stage", "at", "_id")},
	{collection: colJobs, name: "user", keys: up("user", "created", "_id")},
	{collection: colJobs, name: "due", keys: up("due", "created", "_id"), partial: exists("due")},
	{collection: colJobs, name: "created", keys: up("created", "_id")},
	{collection: colJobParts, name: "job", keys: up("job")},
	{collection: colUsers, name: "login", keys: up("login"), unique: true, partial: exists("login")},
	{collection: colDevices, name: "enrolled", keys: up("enrolled", "_id")},
	{collection: colKeys, name: "purpose", keys: bson.D{{Key: "purpose", Value: 1}, {Key: "created", Value: -1}, {Key: "id", Value: -1}}},
}

// steps lead from one schema version to the next: step i makes version i+1. A step
// may run more than once, in several processes at the same time, and beside the
// program of the version before; one that has been released is never changed.
var steps = []func(ctx context.Context, s *Store) error{
	func(ctx context.Context, s *Store) error {
		for _, name := range collections {
			if err := s.createCollection(ctx, name); err != nil {
				return err
			}
		}
		for _, x := range indexes {
			if err := s.createIndex(ctx, x); err != nil {
				return err
			}
		}
		return nil
	},
	placeNames, placeNames,
	func(ctx context.Context, s *Store) error { return s.createIndexes(ctx, colHeld) },
	// By now no program of before holds lines.
	func(ctx context.Context, s *Store) error { return s.groupHeld(ctx) },
	func(ctx context.Context, s *Store) error { return s.createCollection(ctx, colAudit) },
	func(ctx context.Context, s *Store) error {
		if err := s.createCollection(ctx, colCharges); err != nil {
			return err
		}
		return s.createIndexes(ctx, colCharges)
	},
	func(ctx context.Context, s *Store) error { return s.createCollection(ctx, colShelves) },
	func(ctx context.Context, s *Store) error { return s.createCollection(ctx, colTokens) },
	func(ctx context.Context, s *Store) error {
		for _, name := range []string{colJobs, colJobParts} {
			if err := s.createCollection(ctx, name); err != nil {
				return err
			}
			if err := s.createIndexes(ctx, name); err != nil {
				return err
			}
		}
		return nil
	},
}

func (s *Store) createIndexes(ctx context.Context, collection string) error {
	for _, x := range indexes {
		if x.collection == collection {
			if err := s.createIndex(ctx, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) createCollection(ctx context.Context, name string) error {
	if err := s.db.CreateCollection(ctx, name); err != nil && !there(err) {
		return wrap("create "+name, err)
	}
	return nil
}

func (s *Store) createIndex(ctx context.Context, x index) error {
	o := options.Index().SetName(x.name)
	if x.unique {
		o.SetUnique(true)
	}
	if x.partial != nil {
		o.SetPartialFilterExpression(x.partial)
	}
	_, err := s.db.Collection(x.collection).Indexes().CreateOne(ctx, mongo.IndexModel{Keys: x.keys, Options: o})
	return wrap("create index "+x.collection+"."+x.name, err)
}

// there reports that a collection exists already.
func there(err error) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && server.HasErrorCode(48)
}

// migrate takes the database to the present schema; an empty one begins with an
// epoch of its own. Whoever comes first decides it, and all end at the same.
func (s *Store) migrate(ctx context.Context) error {
	// A secondary-minded URI or a fresh election may leave this a moment behind:
	// what is missing is then made again, which changes nothing.
	docs, err := s.metaDocs(ctx)
	if err != nil {
		return err
	}
	st, begun := docs[metaStore]
	if !begun {
		if st, err = s.found(ctx); err != nil {
			return err
		}
	}
	if _, ticking := docs[metaClock]; !ticking {
		if err := s.setOnce(ctx, metaClock, bson.D{{Key: "clock", Value: int64(0)}}); err != nil {
			return err
		}
	}
	if st.Schema > len(steps) {
		return tooNew(st.Schema)
	}
	for v := st.Schema; v < len(steps); v++ {
		if err := steps[v](ctx, s); err != nil {
			return fmt.Errorf("schema step %d: %w", v+1, err)
		}
		_, err := s.db.Collection(colMeta).UpdateOne(ctx, bson.D{{Key: "_id", Value: metaStore}, {Key: "schema", Value: v}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "schema", Value: v + 1}}}})
		if err != nil {
			return wrap("note the schema", err)
		}
	}
	return nil
}

// found makes an empty database ours.
func (s *Store) found(ctx context.Context) (metaDoc, error) {
	names, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return metaDoc{}, wrap("list the collections", err)
	}
	for _, name := range names {
		if !slices.Contains(collections, name) {
			return metaDoc{}, own("this MongoDB database holds something else than a Zoufang store: name another in the URI's path")
		}
	}
	err = s.setOnce(ctx, metaStore, bson.D{
		{Key: "epoch", Value: zoufang.Token(9)}, {Key: "safeAt", Value: int64(0)}, {Key: "areas", Value: int64(0)},
		{Key: "people", Value: int64(0)}, {Key: "schema", Value: 0},
	})
	if err != nil {
		return metaDoc{}, err
	}
	docs, err := s.metaDocs(ctx)
	return docs[metaStore], err
}

// setOnce makes a document of meta unless it is there.
func (s *Store) setOnce(ctx context.Context, id string, fields bson.D) error {
	_, err := s.db.Collection(colMeta).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}},
		bson.D{{Key: "$setOnInsert", Value: fields}}, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return nil // somebody else did, at the same time
	}
	return wrap("begin the store", err)
}
