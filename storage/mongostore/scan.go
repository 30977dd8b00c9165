package mongostore

import (
	"cmp"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// Each of these reads many documents. What an update wrote lies over them: it
// hides what it replaced and is given where it belongs.

func feedFilter(area zoufang.AreaID, after uint64, public bool) bson.D {
	filter := bson.D{{Key: "area", Value: string(area)}, {Key: "seq", Value: bson.D{{Key: "$gt", Value: int64(after)}}}}
	if public {
		filter = append(filter, bson.E{Key: "public", Value: true})
	}
	return filter
}

func (v *view) Feed(area zoufang.AreaID, after uint64, public bool, f func(storage.FeedRow) bool) error {
	rows, marks := everything(v.own, rowsOf), everything(v.own, marksOf)
	over := false
	give := func(d *rowDoc) (bool, error) {
		out := storage.FeedRow{Seq: uint64(d.Seq)}
		if d.Gone != "" {
			out.Gone = zoufang.RecordID(d.Gone)
		} else {
			var err error
			if out.Record, err = v.s.recent.Decode(v.s.sealer, zoufang.RecordID(d.ID), d.Data); err != nil {
				return false, err
			}
		}
		over = !f(out)
		return !over, nil
	}
	o := options.Find().SetSort(up("area", "seq")).SetBatchSize(someDocs)
	err := each(v, v.s.rows, feedFilter(area, after, public), o, func(d *rowDoc) (bool, error) {
		_, hidden := rows[zoufang.RecordID(d.ID)]
		if d.Gone != "" {
			_, hidden = marks[mark{area, zoufang.RecordID(d.Gone)}]
		}
		if hidden {
			return true, nil
		}
		return give(d)
	})
	// What this transaction wrote has the area's highest numbers.
	var mine []*rowDoc
	for _, d := range rows {
		if d.Area == string(area) && uint64(d.Seq) > after && (d.Public || !public) {
			mine = append(mine, d)
		}
	}
	for _, d := range marks {
		if d != nil && d.Area == string(area) && uint64(d.Seq) > after && !public {
			mine = append(mine, d)
		}
	}
	slices.SortFunc(mine, func(a, b *rowDoc) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, d := range mine {
		if err != nil || over {
			break
		}
		_, err = give(d)
	}
	return v.fail("feed", err)
}

func historyFilter(id zoufang.RecordID) bson.D {
	return bson.D{{Key: "rid", Value: string(id)}, {Key: "stub", Value: nil}}
}

func (v *view) History(id zoufang.RecordID) ([]storage.Write, error) {
	var out []storage.Write
	o := options.Find().SetSort(up("rid", "ver")).SetBatchSize(manyDocs)
	err := each(v, v.s.writes, historyFilter(id), o, func(d *writeDoc) (bool, error) {
		out = append(out, d.write())
		return true, nil
	})
	var mine []storage.Write
	for l := v.own; l != nil; l = l.under {
		for _, d := range l.writes {
			if d.Record == string(id) {
				mine = append(mine, d.write())
			}
		}
	}
	slices.SortFunc(mine, func(a, b storage.Write) int { return cmp.Compare(a.Ver, b.Ver) })
	return append(out, mine...), v.fail("history", err)
}
