package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// placeNames gives the names of media the places of the records that made them, and
// the index by these. It is a step twice: once the first has been noted the program
// before it stops (readMeta), and the second finds what that wrote meanwhile.
func placeNames(ctx context.Context, s *Store) error {
	if err := s.db.CreateCollection(ctx, colArrivals); err != nil && !there(err) {
		return wrap("create "+colArrivals, err)
	}
	if err := s.createIndexes(ctx, colNames); err != nil {
		return err
	}
	if err := s.fillPlaces(ctx); err != nil {
		return err
	}
	err := s.db.Collection(colNames).Indexes().DropOne(ctx, "medium")
	if hasCode(err, 26, 27) { // no such collection, no such index
		return nil
	}
	return wrap("drop an index", err)
}

// fillPlaces holds the place of every name against its record's and corrects it.
func (s *Store) fillPlaces(ctx context.Context) error {
	cur, err := s.db.Collection(colNames).Find(ctx, bson.D{}, options.Find().SetBatchSize(manyDocs))
	if err != nil {
		return wrap("read the names of media", err)
	}
	defer cur.Close(context.WithoutCancel(ctx))
	var some []*nameDoc
	for cur.Next(ctx) {
		n := &nameDoc{}
		if err := cur.Decode(n); err != nil {
			return wrap("read the names of media", err)
		}
		if n.Role != string(storage.NamedByRecord) {
			continue
		}
		if some = append(some, n); len(some) == manyDocs {
			if err := s.placeSome(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	if err := cur.Err(); err != nil {
		return wrap("read the names of media", err)
	}
	return s.placeSome(ctx, some)
}

func (s *Store) placeSome(ctx context.Context, names []*nameDoc) error {
	ids := make([]string, len(names))
	for i, n := range names {
		ids[i] = n.Who
	}
	cur, err := s.db.Collection(colRows).Find(ctx, in(ids), options.Find().SetProjection(up("area", "public")))
	if err != nil {
		return wrap("read where records are", err)
	}
	var rows []rowDoc
	if err := cur.All(ctx, &rows); err != nil {
		return wrap("read where records are", err)
	}
	places := map[string]string{}
	for _, r := range rows {
		places[r.ID] = storage.PlaceOf(zoufang.AreaID(r.Area), r.Public)
	}
	var models []mongo.WriteModel
	for _, n := range names {
		if place := places[n.Who]; place != n.Place {
			// A record that moved since took its names along: theirs is not the place read here.
			key := bson.D{{Key: "_id", Value: n.ID}, {Key: "d", Value: n.Digest}, {Key: "place", Value: placeBefore(n.Place)}}
			models = append(models, mongo.NewUpdateOneModel().SetFilter(key).SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "place", Value: place}}}}))
		}
	}
	if len(models) == 0 {
		return nil
	}
	_, err = s.db.Collection(colNames).BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	return wrap("write the places of media", err)
}

func placeBefore(place string) any {
	if place == "" {
		return nil
	}
	return place
}

// settle fills, at the end of a load, what follows from all that came: in which
// places names of media are, and which media have come that records have still to be told of.
func (l *load) settle() error {
	if err := l.s.fillPlaces(l.ctx); err != nil {
		return err
	}
	media := l.owed.Media()
	for len(media) > 0 {
		n := min(len(media), manyDocs)
		cur, err := l.s.db.Collection(colMedia).Find(l.ctx, in(media[:n]), options.Find().SetProjection(up("_id")))
		if err != nil {
			return wrap("look which media have come", err)
		}
		var there []mediumDoc
		if err := cur.All(l.ctx, &there); err != nil {
			return wrap("look which media have come", err)
		}
		for _, m := range there {
			if err := l.add(colArrivals, &arrivalDoc{ID: m.ID}, nil); err != nil {
				return err
			}
		}
		media = media[n:]
	}
	return l.flush()
}
