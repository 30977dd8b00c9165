package mongostore

import (
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// otherRoles are those of people and phones, who are as many as there are.
var otherRoles = []string{string(storage.NamedByUser), string(storage.SentByDevice), string(storage.WillOfDevice)}

func namesFilter(d zoufang.Digest) bson.D {
	return bson.D{{Key: "d", Value: string(d)}, {Key: "role", Value: bson.D{{Key: "$in", Value: otherRoles}}}}
}

func (v *view) Names(d zoufang.Digest) (storage.MediumNames, error) {
	names := map[string]*nameDoc{}
	err := each(v, v.s.names, namesFilter(d), options.Find().SetBatchSize(manyDocs), func(n *nameDoc) (bool, error) {
		names[n.ID] = n
		return true, nil
	})
	recorded := false
	for id, n := range everything(v.own, namesOf) {
		switch {
		case n == nil:
			delete(names, id)
		case n.Digest != string(d):
		case n.Role == string(storage.NamedByRecord):
			recorded = true
		default:
			names[id] = n
		}
	}
	var out storage.MediumNames
	for _, id := range slices.Sorted(maps.Keys(names)) {
		out.Add(storage.NameRole(names[id].Role), names[id].Who)
	}
	if err == nil && !recorded {
		err = each(v, v.s.names, namesAfter(d, nil)[0], options.Find().SetLimit(1), func(*nameDoc) (bool, error) {
			recorded = true
			return false, nil
		})
	}
	out.Recorded = recorded
	return out, v.fail("names", err)
}

// readable gathers which media a reader may read.
type readable struct {
	v    *view
	mine map[string]*nameDoc // written over the snapshot; nil: dropped
	ask  []string            // not settled yet, sorted
	may  map[zoufang.Digest]bool
}

// settle takes those off that may be read.
func (r *readable) settle() {
	r.ask = slices.DeleteFunc(r.ask, func(d string) bool { return r.may[zoufang.Digest(d)] })
}

// find notes the media of the names that a query gives and tells how many it gave.
func (r *readable) find(filter bson.D, o *options.FindOptionsBuilder) (n int, err error) {
	err = each(r.v, r.v.s.names, filter, o.SetBatchSize(manyDocs).SetProjection(up("d")), func(d *nameDoc) (bool, error) {
		n++
		if _, written := r.mine[d.ID]; written { // the record has moved, or the medium was dropped
			return true, nil
		}
		r.may[zoufang.Digest(d.Digest)] = true
		return true, nil
	})
	r.settle()
	return n, err
}

// Readable implements storage.View in a few exchanges, whatever is asked; only where
// other people's media are named by very many records, one more for each of these.
func (v *view) Readable(reader storage.Reader, media ...zoufang.Digest) ([]storage.Medium, error) {
	known, err := v.mediaDocs(media)
	if err != nil {
		return nil, v.fail("readable", err)
	}
	r := &readable{v: v, mine: everything(v.own, namesOf), may: map[zoufang.Digest]bool{}}
	places := reader.Places()
	for _, n := range r.mine {
		if n != nil && n.lets(reader, places) {
			r.may[zoufang.Digest(n.Digest)] = true
		}
	}
	for d := range known {
		r.ask = append(r.ask, string(d))
	}
	slices.Sort(r.ask)
	r.settle()
	if err := r.owned(reader); err != nil {
		return nil, v.fail("readable", err)
	}
	if err := r.shown(places); err != nil {
		return nil, v.fail("readable", err)
	}
	var out []storage.Medium
	for _, d := range media {
		if m := known[d]; m != nil && r.may[d] {
			out = append(out, m.medium())
			delete(known, d)
		}
	}
	return out, nil
}

// lets tells whether a name lets somebody read its medium.
func (d *nameDoc) lets(r storage.Reader, places []string) bool {
	switch storage.NameRole(d.Role) {
	case storage.NamedByUser:
		return d.Who == string(r.User)
	case storage.SentByDevice:
		return d.Who == string(r.Device)
	case storage.NamedByRecord:
		_, is := slices.BinarySearch(places, d.Place)
		return is
	}
	return false
}

// mediaDocs reads those of the media that are stored.
func (v *view) mediaDocs(media []zoufang.Digest) (map[zoufang.Digest]*mediumDoc, error) {
	found := map[zoufang.Digest]*mediumDoc{}
	var ask []zoufang.Digest
	for _, d := range media {
		if m, ok := written(v.own, mediaOf, d); !ok {
			ask = append(ask, d)
		} else if m != nil {
			found[d] = m
		}
	}
	if len(ask) == 0 {
		return found, nil
	}
	err := each(v, v.s.media, in(ask), options.Find().SetBatchSize(manyDocs), func(m *mediumDoc) (bool, error) {
		if !m.Stub {
			found[zoufang.Digest(m.ID)] = m
		}
		return true, nil
	})
	return found, err
}

// owned finds the media that a commit of the user names or the device sent.
func (r *readable) owned(reader storage.Reader) error {
	for _, own := range []*nameDoc{
		newNameDoc("", storage.NamedByUser, string(reader.User)), newNameDoc("", storage.SentByDevice, string(reader.Device)),
	} {
		if own.Who == "" || len(r.ask) == 0 {
			continue
		}
		if _, err := r.find(ownedFilter(r.ask, own), options.Find()); err != nil {
			return err
		}
	}
	return nil
}

func ownedFilter(media []string, own *nameDoc) bson.D {
	return bson.D{
		{Key: "d", Value: bson.D{{Key: "$in", Value: media}}}, {Key: "role", Value: own.Role}, {Key: "place", Value: nil}, {Key: "id", Value: own.Who},
	}
}

func shownFilter(media, places []string) bson.D {
	return bson.D{
		{Key: "d", Value: bson.D{{Key: "$in", Value: media}}}, {Key: "role", Value: string(storage.NamedByRecord)},
		{Key: "place", Value: bson.D{{Key: "$in", Value: places}}},
	}
}

// shown finds the media that records in the places name. Usually each is named by a
// record or two, and one exchange tells all; of what is left, any one name will do.
func (r *readable) shown(places []string) error {
	if len(r.ask) == 0 || len(places) == 0 {
		return nil
	}
	most := 4*len(r.ask) + len(r.mine)
	n, err := r.find(shownFilter(r.ask, places), options.Find().SetLimit(int64(most)))
	if err != nil || n < most {
		return err
	}
	for _, d := range slices.Clone(r.ask) {
		if _, err := r.find(shownFilter([]string{d}, places), options.Find().SetLimit(int64(1+len(r.mine)))); err != nil {
			return err
		}
	}
	return nil
}
