package mongostore

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// flush writes what was gathered: one exchange for each collection, more only where
// it is large.
func (g *group) flush() error {
	steps := []struct {
		c      *mongo.Collection
		models []mongo.WriteModel
	}{
		{g.s.heads, g.headModels()},
		{g.s.commits, g.commitModels()},
		{g.s.rows, g.rowModels()},
		{g.s.writes, g.writeModels()},
		{g.s.helds, g.heldModels()},
		{g.s.media, g.mediaModels()},
		{g.s.names, g.nameModels()},
		{g.s.arrivals, g.arrivalModels()},
		{g.s.db.Collection(colCharges), g.chargeModels()},
		{g.s.db.Collection(colAudit), g.toldModels()},
		{g.s.db.Collection(colMeta), g.metaModels()},
	}
	for _, step := range steps {
		for len(step.models) > 0 {
			n := fits(step.models)
			ctx, cancel := timed(g.ctx)
			_, err := step.c.BulkWrite(ctx, step.models[:n], options.BulkWrite().SetOrdered(true))
			cancel()
			if err != nil {
				return err
			}
			step.models = step.models[n:]
		}
	}
	return nil
}

// fits tells how many of the models, one at least, go in one exchange: no server
// minds maxBytes, and it is done well within opTime.
func fits(models []mongo.WriteModel) int {
	size := 0
	for i, m := range models {
		var doc any
		switch m := m.(type) {
		case *mongo.InsertOneModel:
			doc = m.Document
		case *mongo.ReplaceOneModel:
			doc = m.Replacement
		}
		switch d := doc.(type) {
		case *rowDoc:
			size += len(d.Data)
		case *commitDoc:
			size += len(d.Line)
		}
		if size += 256; size > maxBytes && i > 0 {
			return i
		}
	}
	return len(models)
}

func (g *group) headModels() (out []mongo.WriteModel) {
	for area, h := range g.all.heads {
		out = append(out, mongo.NewUpdateOneModel().SetFilter(byID(string(area))).SetUpdate(bson.D{{Key: "$set", Value: bson.D{
			{Key: "seq", Value: h.Seq}, {Key: "sum", Value: h.Sum}, {Key: "public", Value: h.Public}, {Key: "w", Value: h.W},
			{Key: "at", Value: max(h.At, g.receipt)},
		}}}))
	}
	return out
}

func (g *group) commitModels() (out []mongo.WriteModel) {
	for id, d := range g.all.commits {
		out = append(out, g.adding(byID(string(id)), d))
	}
	for id := range g.all.noCommit {
		if _, came := g.all.commits[id]; !came {
			out = append(out, touching(byID(string(id))))
		}
	}
	return out
}

// rowModels gives deletions first: a record that moves keeps its id.
func (g *group) rowModels() (out []mongo.WriteModel) {
	var replaced, inserted []mongo.WriteModel
	key := func(id, area string) bson.D {
		return bson.D{{Key: "_id", Value: id}, {Key: "area", Value: area}}
	}
	for id, d := range g.all.rows {
		was := g.rows[id]
		switch {
		case was == nil:
			inserted = append(inserted, mongo.NewInsertOneModel().SetDocument(d))
		case was.Area == d.Area:
			replaced = append(replaced, mongo.NewReplaceOneModel().SetFilter(key(d.ID, d.Area)).SetReplacement(d))
		default:
			out = append(out, mongo.NewDeleteOneModel().SetFilter(key(d.ID, was.Area)))
			inserted = append(inserted, mongo.NewInsertOneModel().SetDocument(d))
		}
	}
	for m, d := range g.all.marks {
		id := markID(m.area, m.gone)
		if d == nil {
			out = append(out, mongo.NewDeleteOneModel().SetFilter(key(id, string(m.area))))
		} else {
			replaced = append(replaced, mongo.NewReplaceOneModel().SetFilter(key(id, d.Area)).SetReplacement(d).SetUpsert(true))
		}
	}
	return append(append(out, replaced...), inserted...)
}

func (g *group) writeModels() (out []mongo.WriteModel) {
	for _, d := range g.all.writes {
		if d.Ver == 1 {
			out = append(out, g.adding(bson.D{{Key: "_id", Value: d.ID}, {Key: "rid", Value: d.Record}}, d))
		} else {
			out = append(out, mongo.NewInsertOneModel().SetDocument(d))
		}
	}
	for id := range g.all.noRecord {
		if _, came := g.all.rows[id]; !came {
			out = append(out, touching(firstWrite(id)))
		}
	}
	return out
}

func (g *group) heldModels() (out []mongo.WriteModel) {
	touched := func(id string) { out = append(out, touching(byID(id))) }
	for id, d := range g.all.helds {
		was, read := g.helds[id]
		switch {
		case d != nil:
			out = append(out, mongo.NewReplaceOneModel().SetFilter(byID(d.ID)).SetReplacement(d).SetUpsert(true))
		case read && was == nil: // there is nothing to drop
			touched(string(id))
		default:
			out = append(out, mongo.NewDeleteOneModel().SetFilter(byID(string(id))))
		}
	}
	for id := range g.all.held {
		if _, wrote := g.all.helds[id]; !wrote {
			touched(string(id))
		}
	}
	return out
}

func (g *group) mediaModels() (out []mongo.WriteModel) {
	for d, doc := range g.all.media {
		if was := g.media[d]; was != nil || doc == nil { // the same one otherwise, or none
			if doc == nil {
				out = append(out, mongo.NewDeleteOneModel().SetFilter(byID(string(d))))
			} else {
				out = append(out, mongo.NewReplaceOneModel().SetFilter(byID(string(d))).SetReplacement(doc))
			}
			continue
		}
		out = append(out, mongo.NewReplaceOneModel().SetFilter(stub(byID(string(d)))).SetReplacement(doc).SetUpsert(true))
	}
	for _, relied := range []map[zoufang.Digest]bool{g.all.noMedium, g.all.medium} {
		for d := range relied {
			if _, wrote := g.all.media[d]; !wrote {
				out = append(out, touching(byID(string(d))))
			}
		}
	}
	return out
}

func (g *group) nameModels() (out []mongo.WriteModel) {
	for id, n := range g.all.names {
		if n == nil {
			d, _, _ := strings.Cut(id, "/")
			out = append(out, mongo.NewDeleteOneModel().SetFilter(bson.D{{Key: "_id", Value: id}, {Key: "d", Value: d}}))
			continue
		}
		key := bson.D{{Key: "_id", Value: id}, {Key: "d", Value: n.Digest}} // d is what a cluster finds it by
		set := bson.D{{Key: "$setOnInsert", Value: bson.D{{Key: "role", Value: n.Role}, {Key: "id", Value: n.Who}}}}
		if n.Place != "" { // a record's, which may have moved
			set = append(set, bson.E{Key: "$set", Value: bson.D{{Key: "place", Value: n.Place}}})
		}
		out = append(out, mongo.NewUpdateOneModel().SetFilter(key).SetUpsert(true).SetUpdate(set))
	}
	return out
}

func (g *group) arrivalModels() (out []mongo.WriteModel) {
	for d, doc := range g.all.arrived {
		if doc == nil {
			out = append(out, mongo.NewDeleteOneModel().SetFilter(byID(string(d))))
		} else {
			out = append(out, mongo.NewReplaceOneModel().SetFilter(byID(string(d))).SetReplacement(doc).SetUpsert(true))
		}
	}
	return out
}

func (g *group) metaModels() (out []mongo.WriteModel) {
	if g.all.areas > 0 {
		out = append(out, mongo.NewUpdateOneModel().SetFilter(byID(metaStore)).SetUpdate(bson.D{{Key: "$inc", Value: bson.D{{Key: "areas", Value: g.all.areas}}}}))
	}
	return out
}
