package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// groupHeld notes the group of the open lines that an older program held.
func (s *Store) groupHeld(ctx context.Context) error {
	c := s.db.Collection(colHeld)
	cur, err := c.Find(ctx, bson.D{{Key: "open", Value: true}, {Key: "share", Value: bson.D{{Key: "$exists", Value: false}}}})
	if err != nil {
		return wrap("find held lines without a group", err)
	}
	defer cur.Close(ctx)
	for cur.Next(ctx) {
		var d heldDoc
		if err := cur.Decode(&d); err != nil {
			return wrap("read a held line", err)
		}
		fresh := newHeldDoc(d.held())
		same := bson.D{{Key: "_id", Value: d.ID}, {Key: "open", Value: true}, {Key: "code", Value: d.Code}}
		set := bson.D{{Key: "$set", Value: bson.D{{Key: "group", Value: fresh.Group}, {Key: "share", Value: fresh.Share}}}}
		if _, err := c.UpdateOne(ctx, same, set); err != nil {
			return wrap("group a held line", err)
		}
	}
	return wrap("find held lines without a group", cur.Err())
}
