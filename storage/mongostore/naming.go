package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

func (t *tx) NameMedium(d zoufang.Digest, role storage.NameRole, id string) error {
	if t.failed != nil {
		return t.failed
	}
	if role == storage.NamedByRecord {
		return storage.ErrNamedByRecord
	}
	if !d.Valid() {
		return errNoDigest
	}
	n := newNameDoc(d, role, id)
	if now, _ := written(t.own, namesOf, n.ID); now == nil {
		t.own.names[n.ID] = n
		t.own.bytes += 256
	}
	return nil
}

// nameMedia remembers what media a record names and needs. That it needs one
// counts only while the medium has not come.
func (t *tx) nameMedia(r *zoufang.Record) error {
	for _, d := range r.Need {
		if _, ok := written(t.own, mediaOf, d); !ok && t.g.media[d] == nil {
			t.own.noMedium[d] = true
		}
	}
	for _, d := range storage.MediaOf(r) {
		if !d.Valid() {
			return errNoDigest
		}
		if _, ok := written(t.own, mediaOf, d); !ok && t.g.media[d] != nil { // read as it is by whoever wrote the record
			t.own.medium[d] = true
		}
		n := newNameDoc(d, storage.NamedByRecord, string(r.ID))
		t.namePlace(n, storage.PlaceOf(r.Area, r.Public()))
	}
	return nil
}

// namePlace remembers that a record names a medium, and where the record is.
func (t *tx) namePlace(n *nameDoc, place string) {
	n.Place = place
	if was, _ := written(t.own, namesOf, n.ID); was == nil || was.Place != place {
		t.own.names[n.ID] = n
		t.own.bytes += 256
	}
}

func namedByRecord(id zoufang.RecordID) bson.D {
	return bson.D{{Key: "id", Value: string(id)}, {Key: "role", Value: string(storage.NamedByRecord)}}
}

// movePlaces takes along what media a record that moves named before.
func (t *tx) movePlaces(was *rowDoc, r *zoufang.Record) error {
	place := storage.PlaceOf(r.Area, r.Public())
	if storage.PlaceOf(zoufang.AreaID(was.Area), was.Public) == place {
		return nil
	}
	err := each(&t.view, t.s.names, namedByRecord(r.ID), options.Find().SetBatchSize(manyDocs), func(n *nameDoc) (bool, error) {
		t.namePlace(n, place)
		return true, nil
	})
	for _, n := range everything(t.own, namesOf) {
		if n != nil && n.Role == string(storage.NamedByRecord) && n.Who == string(r.ID) {
			moved := *n
			t.namePlace(&moved, place)
		}
	}
	return err
}
