package mongostore

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang"
	"zoufang/storage"
)

// TestOlderSchema: the lines that an older program held are in their groups when the
// store is opened by this one.
func TestOlderSchema(t *testing.T) {
	ctx := t.Context()
	old := opened(t, t.Name())
	h := storage.Held{ID: line(1).ID, Sender: "u1", At: 5, Code: zoufang.HeldScope, Fault: zoufang.Parts{Rule: zoufang.RuleRight}, Areas: []zoufang.AreaID{place(3)}}
	done := storage.Held{ID: line(2).ID, Sender: "u1", At: 6, Code: zoufang.Rejected, Decided: 7, Areas: h.Areas}
	err := old.Update(ctx, "", func(tx storage.Tx) error {
		if err := tx.PutHeld(h); err != nil {
			return err
		}
		return tx.PutHeld(done)
	})
	if err != nil {
		t.Fatal(err)
	}
	helds := old.db.Collection(colHeld)
	if _, err := helds.UpdateMany(ctx, bson.D{}, bson.D{{Key: "$unset", Value: bson.D{{Key: "group", Value: ""}, {Key: "share", Value: ""}}}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"group", "share"} {
		if err := helds.Indexes().DropOne(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := old.db.Collection(colMeta).UpdateOne(ctx, byID(metaStore), bson.D{{Key: "$set", Value: bson.D{{Key: "schema", Value: 1}}}}); err != nil {
		t.Fatal(err)
	}
	old.Close()
	s := opened(t, t.Name())
	var shares []storage.HeldShare
	var lines []zoufang.CommitID
	err = s.View(ctx, func(v storage.View) error {
		if err := v.HeldShares(place(3), 10, func(s storage.HeldShare) bool { shares = append(shares, s); return true }); err != nil {
			return err
		}
		return v.HeldOf(h.Group(), storage.HeldPlace{}, func(h storage.Held) bool { lines = append(lines, h.ID); return true })
	})
	if err != nil || len(shares) != 1 || shares[0].HeldGroup != h.Group() || shares[0].Count != 1 || len(lines) != 1 || lines[0] != h.ID {
		t.Errorf("%+v %v %v", shares, lines, err)
	}
	if m, err := s.readMeta(ctx); err != nil || m.Schema != len(steps) {
		t.Errorf("schema %d, %v", m.Schema, err)
	}
}
