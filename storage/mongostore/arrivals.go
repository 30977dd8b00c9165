package mongostore

import (
	"cmp"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

func (v *view) Arrivals(most int) ([]zoufang.Digest, error) {
	found := map[zoufang.Digest]bool{}
	mine := everything(v.own, arrivedOf)
	o := options.Find().SetSort(up("_id")).SetLimit(int64(most + len(mine)))
	err := each(v, v.s.arrivals, allArrivals, o, func(d *arrivalDoc) (bool, error) {
		found[zoufang.Digest(d.ID)] = true
		return true, nil
	})
	for d, doc := range mine {
		if found[d] = true; doc == nil {
			delete(found, d)
		}
	}
	out := slices.Sorted(maps.Keys(found))
	return out[:min(len(out), most)], v.fail("arrivals", err)
}

var allArrivals = bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: ""}}}}

// arrival tells how far the records that name a medium have been told; nil where
// nothing is under way.
func (t *tx) arrival(d zoufang.Digest) (at *arrivalDoc, err error) {
	if at, ok := written(t.own, arrivedOf, d); ok {
		return at, nil
	}
	err = each(&t.view, t.s.arrivals, byID(string(d)), options.Find().SetLimit(1), func(doc *arrivalDoc) (bool, error) {
		at = doc
		return false, nil
	})
	return at, err
}

// namesAfter filter the names of records that follow one, in the index's order.
func namesAfter(d zoufang.Digest, at *arrivalDoc) []bson.D {
	of := bson.D{{Key: "d", Value: string(d)}, {Key: "role", Value: string(storage.NamedByRecord)}}
	if at == nil {
		return []bson.D{of}
	}
	return []bson.D{
		append(slices.Clone(of), bson.E{Key: "place", Value: at.Place}, bson.E{Key: "id", Value: bson.D{{Key: "$gt", Value: at.Who}}}),
		append(slices.Clone(of), bson.E{Key: "place", Value: bson.D{{Key: "$gt", Value: at.Place}}}),
	}
}

// nextNames reads the names of records that follow one, at most so many.
func (t *tx) nextNames(d zoufang.Digest, at *arrivalDoc, most int) ([]*nameDoc, error) {
	found := map[string]*nameDoc{}
	mine := everything(t.own, namesOf)
	for _, filter := range namesAfter(d, at) {
		left := most + len(mine) - len(found)
		o := options.Find().SetSort(up("d", "role", "place", "id")).SetLimit(int64(left)).SetBatchSize(manyDocs)
		err := each(&t.view, t.s.names, filter, o, func(n *nameDoc) (bool, error) {
			found[n.ID] = n
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	for id, n := range mine {
		switch {
		case n == nil || n.Digest != string(d) || n.Role != string(storage.NamedByRecord):
		case at != nil && cmp.Or(cmp.Compare(n.Place, at.Place), cmp.Compare(n.Who, at.Who)) <= 0:
			delete(found, id)
		default:
			found[id] = n
		}
	}
	out := slices.SortedFunc(maps.Values(found), func(a, b *nameDoc) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Who, b.Who))
	})
	return out[:min(len(out), most)], nil
}

// naming gives f's own error apart.
func (t *tx) naming(d zoufang.Digest, most int, f func(zoufang.RecordID) (bool, error)) (more bool, own, err error) {
	if !d.Valid() {
		return false, nil, errNoDigest
	}
	at, err := t.arrival(d)
	if err != nil {
		return false, nil, err
	}
	next, err := t.nextNames(d, at, most+1) // one more than are looked at: whether there are more
	if err != nil {
		return false, nil, err
	}
	var ids []zoufang.RecordID
	for _, n := range next[:min(len(next), most)] {
		ids = append(ids, zoufang.RecordID(n.Who))
	}
	if err := t.Ahead(nil, ids); err != nil {
		return false, nil, err
	}
	done := 0
	for goOn := true; goOn && done < len(ids); done++ {
		if goOn, own = f(ids[done]); own != nil {
			return false, own, nil
		}
	}
	if done < len(next) && done > 0 {
		t.own.arrived[d] = &arrivalDoc{ID: string(d), Place: next[done-1].Place, Who: next[done-1].Who}
		t.own.bytes += 256
	} else if at != nil {
		t.own.arrived[d] = nil
	}
	return done < len(next), nil, nil
}

func (t *tx) Naming(d zoufang.Digest, most int, f func(zoufang.RecordID) (bool, error)) (bool, error) {
	more, own, err := t.naming(d, most, f)
	if own != nil {
		return false, own
	}
	return more, t.fail("naming", err)
}
