package mongostore

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang"
	"zoufang/storage"
)

// TestPlacesOfOlderStores: a store of the schema before knows, once it has been opened,
// where each of its media is shown. Doing the step again, or what the program before
// wrote beside it, changes nothing.
func TestPlacesOfOlderStores(t *testing.T) {
	ctx := t.Context()
	s := opened(t, t.Name())
	if err := s.Load(ctx, storage.Meta{Epoch: "full"}, full); err != nil {
		t.Fatal(err)
	}
	check := func(s *Store) {
		t.Helper()
		err := s.View(ctx, func(v storage.View) error {
			for n := range 40 {
				r := record(n)
				for area, want := range map[zoufang.AreaID]int{r.Area: 1, place(1): 0} {
					found, err := v.Readable(storage.Reader{Areas: []zoufang.AreaID{area}}, photo(n))
					if err != nil || len(found) != want {
						t.Errorf("photo %d in %s: %v %v", n, area, found, err)
					}
				}
				public, err := v.Readable(storage.Reader{Above: []zoufang.AreaID{r.Area}}, photo(n))
				if err != nil || (len(public) == 1) != r.Public() {
					t.Errorf("photo %d from below: %v %v", n, public, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check(s)
	names := s.db.Collection(colNames)
	_, err1 := names.UpdateMany(ctx, bson.D{}, bson.D{{Key: "$unset", Value: bson.D{{Key: "place", Value: 1}}}})
	err2 := errors.Join(names.Indexes().DropOne(ctx, "places"), names.Indexes().DropOne(ctx, "record"), s.db.Collection(colArrivals).Drop(ctx))
	err3 := s.createIndex(ctx, index{collection: colNames, name: "medium", keys: up("d", "role", "id")})
	_, err4 := s.db.Collection(colMeta).UpdateOne(ctx, byID(metaStore), bson.D{{Key: "$set", Value: bson.D{{Key: "schema", Value: 1}}}})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	later := opened(t, t.Name())
	check(later)
	cur, err := names.Indexes().ListSpecifications(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, x := range cur {
		have = append(have, x.Name)
	}
	if len(have) != 3 {
		t.Errorf("indexes: %v", have)
	}
	// The program before names a photo, and moves one, between the two steps.
	_, err1 = names.UpdateOne(ctx, byID(newNameDoc(photo(3), storage.NamedByRecord, string(record(3).ID)).ID), bson.D{{Key: "$unset", Value: bson.D{{Key: "place", Value: 1}}}})
	_, err2 = names.UpdateOne(ctx, byID(newNameDoc(photo(5), storage.NamedByRecord, string(record(5).ID)).ID), bson.D{{Key: "$set", Value: bson.D{{Key: "place", Value: string(place(1))}}}})
	if err := errors.Join(err1, err2, placeNames(ctx, later)); err != nil {
		t.Fatal(err)
	}
	check(later)
}
