package mongostore

import (
	"cmp"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

func byArrival(a, b *heldDoc) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
}

// heldsOver gives the standings that were written and match, by arrival, and all
// that hide others.
func (v *view) heldsOver(match func(*heldDoc) bool) (mine []*heldDoc, over map[zoufang.CommitID]*heldDoc) {
	over = everything(v.own, heldsOf)
	for _, d := range over {
		if d != nil && match(d) {
			mine = append(mine, d)
		}
	}
	slices.SortFunc(mine, byArrival)
	return mine, over
}

// heldsWhere gives the standings that match, by arrival: those that were written,
// and of the stored ones, which the filter finds, those that they don't hide.
func (v *view) heldsWhere(match func(*heldDoc) bool, filter bson.D, o *options.FindOptionsBuilder) ([]*heldDoc, error) {
	docs, over := v.heldsOver(match)
	err := each(v, v.s.helds, filter, o.SetBatchSize(manyDocs), func(d *heldDoc) (bool, error) {
		if _, hidden := over[zoufang.CommitID(d.ID)]; !hidden {
			docs = append(docs, d)
		}
		return true, nil
	})
	slices.SortFunc(docs, byArrival)
	return docs, err
}

// heldByFilter names the sender in both parts, so that each is a range of the index.
func heldByFilter(sender zoufang.UserID, since int64) bson.D {
	of := func(decided any) bson.D {
		return bson.D{{Key: "sender", Value: string(sender)}, {Key: "decided", Value: decided}}
	}
	return bson.D{{Key: "$or", Value: bson.A{of(int64(0)), of(bson.D{{Key: "$gte", Value: max(since, 1)}})}}}
}

func (v *view) HeldBy(sender zoufang.UserID, since int64) ([]storage.Held, error) {
	docs, err := v.heldsWhere(func(d *heldDoc) bool {
		return d.Sender == string(sender) && (d.Decided == 0 || d.Decided >= max(since, 1))
	}, heldByFilter(sender, since), options.Find())
	if err != nil {
		return nil, v.fail("held by", err)
	}
	var out []storage.Held
	for _, d := range docs {
		out = append(out, d.held())
	}
	return out, nil
}

func (v *view) HeldOpen(f func(storage.Held) bool) error {
	return v.fail("held open", v.heldsInOrder(func(d *heldDoc) bool { return d.Open }, flagged("open"), f))
}

// heldsInOrder calls f for the standings that match, by arrival, until it returns
// false; the filter finds the stored ones.
func (v *view) heldsInOrder(match func(*heldDoc) bool, filter bson.D, f func(storage.Held) bool) error {
	mine, over := v.heldsOver(match)
	enough := false
	giveBefore := func(next *heldDoc) {
		for !enough && len(mine) > 0 && (next == nil || byArrival(mine[0], next) < 0) {
			enough = !f(mine[0].held())
			mine = mine[1:]
		}
	}
	o := options.Find().SetSort(up("at", "_id")).SetBatchSize(manyDocs)
	err := each(v, v.s.helds, filter, o, func(d *heldDoc) (bool, error) {
		if _, hidden := over[zoufang.CommitID(d.ID)]; hidden {
			return true, nil
		}
		giveBefore(d)
		enough = enough || !f(d.held())
		return !enough, nil
	})
	if err == nil {
		giveBefore(nil)
	}
	return err
}

func waitingFilter(keys []string) bson.D {
	return bson.D{{Key: "waits", Value: bson.D{{Key: "$in", Value: keys}}}, {Key: "open", Value: true}}
}

func (v *view) Waiting(keys ...string) ([]zoufang.CommitID, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	docs, err := v.heldsWhere(func(d *heldDoc) bool {
		return d.Open && slices.ContainsFunc(d.Waits, func(k string) bool { return slices.Contains(keys, k) })
	}, waitingFilter(keys), options.Find().SetProjection(up("at")))
	if err != nil {
		return nil, v.fail("waiting", err)
	}
	out := make([]zoufang.CommitID, len(docs))
	for i, d := range docs {
		out[i] = zoufang.CommitID(d.ID)
	}
	return out, nil
}

func (t *tx) PutHeld(h storage.Held) error {
	if t.failed != nil {
		return t.failed
	}
	d := newHeldDoc(h)
	t.own.helds[h.ID] = d
	t.own.bytes += 256 + len(d.Why)
	return t.fail("put held", t.relyOnWaits(d))
}

func (t *tx) DropHeld(id zoufang.CommitID) error {
	if t.failed != nil {
		return t.failed
	}
	t.own.helds[id] = nil
	return nil
}
