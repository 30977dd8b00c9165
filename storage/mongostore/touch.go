package mongostore

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang"
	"zoufang/storage"
)

// MongoDB's transactions collide where two write the same document, not where one
// reads what the other writes. What an update found missing, or read of a held line
// or of a medium that a record it writes names, and went by is therefore touched when
// it is stored: a counter in the document, which is made, as a stub, where there is none. Whoever writes it at
// the same time collides. Whoever comes later finds the stub in the way of a plain
// insert, and is tried again with inserts that replace a stub (group.careful): the
// usual case, in which there is none, costs no more.
//
// A record is so touched by the first entry of its history: a row's id is unique
// in its shard alone, and no row says that there is none.

var (
	count = bson.D{{Key: "$inc", Value: bson.D{{Key: "touch", Value: int64(1)}}}}
	touch = append(count[:1:1], bson.E{Key: "$setOnInsert", Value: bson.D{{Key: "stub", Value: true}}})
)

func touching(filter bson.D) mongo.WriteModel {
	return mongo.NewUpdateOneModel().SetFilter(filter).SetUpdate(touch).SetUpsert(true)
}

// stub matches the stub that may stand where something new comes. Beside
// something real it makes the upsert fail by a duplicate key.
func stub(key bson.D) bson.D { return append(key, bson.E{Key: "stub", Value: true}) }

// adding gives the model that stores a new document.
func (g *group) adding(key bson.D, doc any) mongo.WriteModel {
	if g.careful {
		return mongo.NewReplaceOneModel().SetFilter(stub(key)).SetReplacement(doc).SetUpsert(true)
	}
	return mongo.NewInsertOneModel().SetDocument(doc)
}

// firstWrite is the key of a record's first entry.
func firstWrite(id zoufang.RecordID) bson.D {
	return bson.D{{Key: "_id", Value: writeID(id, 1)}, {Key: "rid", Value: string(id)}}
}

// relyOnWaits has the update rely on what a held line waits for not being there,
// or decided, yet: whoever brings it looks who waits.
func (t *tx) relyOnWaits(d *heldDoc) error {
	if !d.Open {
		return nil
	}
	for _, key := range d.Waits {
		sort, id, _ := strings.Cut(key, ":")
		switch sort + ":" {
		case storage.WaitsForRecord(""):
			rid := zoufang.RecordID(id)
			if _, ok := written(t.own, rowsOf, rid); !ok && t.g.rows[rid] == nil {
				t.own.noRecord[rid] = true
			}
		case storage.WaitsForCommit(""):
			cid := zoufang.CommitID(id)
			known, err := t.commitDoc(cid) // notes it where it is missing
			if err != nil {
				return err
			}
			if known != nil {
				t.own.held[cid] = true
			}
		}
	}
	return nil
}
