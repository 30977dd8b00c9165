package mongostore

import (
	"cmp"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

type chargeDoc struct {
	ID     string `bson:"_id"`
	User   string `bson:"user"`
	Digest string `bson:"d"`
	Type   string `bson:"type"`
	Size   int64  `bson:"size"`
	At     int64  `bson:"at"`
	Stage  string `bson:"stage"`
}

func newChargeDoc(c storage.Charge) *chargeDoc {
	return &chargeDoc{ID: c.ID, User: string(c.User), Digest: string(c.Digest), Type: c.Type, Size: c.Size, At: c.At, Stage: string(c.Stage)}
}

func (d *chargeDoc) charge() storage.Charge {
	return storage.Charge{
		ID: d.ID, User: zoufang.UserID(d.User), Digest: zoufang.Digest(d.Digest),
		Type: d.Type, Size: d.Size, At: d.At, Stage: storage.Stage(d.Stage),
	}
}

func chargesOf(l *layer) map[string]*chargeDoc { return l.charges }

// charges reads those that match, with what was written over the snapshot.
func (v *view) charges(filter bson.D, matches func(*chargeDoc) bool, limit int) ([]storage.Charge, error) {
	over := everything(v.own, chargesOf)
	var all []*chargeDoc
	o := options.Find().SetSort(up("at", "_id")).SetBatchSize(manyDocs)
	if limit > 0 {
		o.SetLimit(int64(limit + len(over)))
	}
	err := each(v, v.s.db.Collection(colCharges), filter, o, func(d *chargeDoc) (bool, error) {
		if _, written := over[d.ID]; !written {
			all = append(all, d)
		}
		return true, nil
	})
	for _, d := range over {
		if d != nil && matches(d) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b *chargeDoc) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	if limit > 0 && len(all) > limit {
		all = all[:limit]
	}
	var out []storage.Charge
	for _, d := range all {
		out = append(out, d.charge())
	}
	return out, v.fail("charges", err)
}

func (v *view) ChargesOf(u zoufang.UserID) ([]storage.Charge, error) {
	return v.charges(bson.D{{Key: "user", Value: string(u)}}, func(d *chargeDoc) bool { return d.User == string(u) }, 0)
}

func (v *view) ChargesFor(d zoufang.Digest) ([]storage.Charge, error) {
	return v.charges(bson.D{{Key: "d", Value: string(d)}}, func(c *chargeDoc) bool { return c.Digest == string(d) }, 0)
}

func (v *view) ChargesBefore(stage storage.Stage, at int64, limit int) ([]storage.Charge, error) {
	filter := bson.D{{Key: "stage", Value: string(stage)}, {Key: "at", Value: bson.D{{Key: "$lte", Value: at}}}}
	return v.charges(filter, func(c *chargeDoc) bool { return c.Stage == string(stage) && c.At <= at }, limit)
}

func (t *tx) PutCharge(c storage.Charge) error {
	if t.failed != nil {
		return t.failed
	}
	if !c.Digest.Valid() {
		return errNoDigest
	}
	t.own.charges[c.ID] = newChargeDoc(c)
	t.own.bytes += 256
	return nil
}

func (t *tx) DropCharge(id string) error {
	if t.failed != nil {
		return t.failed
	}
	t.own.charges[id] = nil
	t.own.bytes += 64
	return nil
}

func (t *tx) FlawMedium(d zoufang.Digest, f zoufang.Flaw) error {
	if !d.Valid() {
		return errNoDigest
	}
	known, err := t.mediumDoc(d)
	if err != nil || known == nil || known.Flaw == string(f) {
		return t.fail("flaw a medium", err)
	}
	flawed := *known
	flawed.Flaw = string(f)
	t.own.media[d] = &flawed
	t.own.arrived[d] = &arrivalDoc{ID: string(d)} // its records are told from the first
	t.own.bytes += 512
	return nil
}

func (t *tx) DropMedium(d zoufang.Digest) error {
	if !d.Valid() {
		return errNoDigest
	}
	known, err := t.mediumDoc(d)
	if err != nil {
		return t.fail("drop a medium", err)
	}
	names, err := t.Names(d)
	if err != nil {
		return err
	}
	at, err := t.arrival(d)
	if err != nil {
		return t.fail("drop a medium", err)
	}
	if known != nil {
		t.own.media[d] = nil
	}
	if at != nil {
		t.own.arrived[d] = nil
	}
	for _, sent := range names.Devices {
		t.own.names[newNameDoc(d, storage.SentByDevice, string(sent)).ID] = nil
	}
	t.own.bytes += 64 * (2 + len(names.Devices))
	return nil
}

func (g *group) chargeModels() (out []mongo.WriteModel) {
	for id, d := range g.all.charges {
		if d == nil {
			out = append(out, mongo.NewDeleteOneModel().SetFilter(byID(id)))
		} else {
			out = append(out, mongo.NewReplaceOneModel().SetFilter(byID(id)).SetReplacement(d).SetUpsert(true))
		}
	}
	return out
}
