package mongostore

import (
	"cmp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// groupKey is what a group is found by: sender|code|rule.
func groupKey(g storage.HeldGroup) string {
	return string(g.Sender) + "|" + string(g.Code) + "|" + string(g.Rule)
}

// shareKey is what a share is found by: the areas with commas between, then the group.
func shareKey(areas []zoufang.AreaID, group string) string {
	return strings.Join(list[string](areas), ",") + "|" + group
}

func (d *heldDoc) share() (s storage.HeldShare) {
	if parts := strings.SplitN(d.Share, "|", 4); len(parts) == 4 {
		s.HeldGroup = storage.HeldGroup{Sender: zoufang.UserID(parts[1]), Code: zoufang.HoldCode(parts[2]), Rule: zoufang.Rule(parts[3])}
		if parts[0] != "" {
			s.Areas = list[zoufang.AreaID](strings.Split(parts[0], ","))
		}
	}
	s.Oldest = d.At
	return s
}

// below gives what is under a prefix; '~' comes after all that a key is made of.
func below(field, prefix string) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "~"}}}}
}

func sharesFilter(in zoufang.AreaID, after string) bson.D {
	prefix := in.Prefix()
	if in == "" {
		prefix = "|"
	}
	filter := below("share", prefix)
	if after != "" {
		filter[0].Value.(bson.D)[0] = bson.E{Key: "$gt", Value: after}
	}
	return filter
}

// HeldShares walks the index of shares. A share of which enough is counted is passed
// over: the next is asked for by its key.
func (v *view) HeldShares(in zoufang.AreaID, most int, f func(storage.HeldShare) bool) error {
	prefix := in.Prefix()
	if in == "" {
		prefix = "|"
	}
	mine, over := v.heldsOver(func(d *heldDoc) bool { return strings.HasPrefix(d.Share, prefix) })
	if len(over) > 0 { // only an update has any, and none asks for much
		docs, err := v.heldsWhere(func(d *heldDoc) bool { return slices.Contains(mine, d) }, sharesFilter(in, ""), options.Find())
		slices.SortStableFunc(docs, func(a, b *heldDoc) int { return cmp.Compare(a.Share, b.Share) })
		c := shareCount{most: most, f: f}
		for _, d := range docs {
			c.add(d)
		}
		c.end()
		return v.fail("held shares", err)
	}
	c := shareCount{most: most, f: f}
	for more := true; more && !c.enough; {
		more = false
		o := options.Find().SetSort(up("share", "at")).SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "share", Value: 1}, {Key: "at", Value: 1}}).SetBatchSize(manyDocs)
		err := each(v, v.s.helds, sharesFilter(in, c.key), o, func(d *heldDoc) (bool, error) {
			c.add(d)
			more = c.share.Count >= most
			return !more && !c.enough, nil
		})
		if err != nil {
			return v.fail("held shares", err)
		}
	}
	c.end()
	return nil
}

// shareCount makes shares of standings that come in their order.
type shareCount struct {
	most   int
	f      func(storage.HeldShare) bool
	key    string
	share  storage.HeldShare
	enough bool
}

func (c *shareCount) add(d *heldDoc) {
	if d.Share != c.key {
		if c.end(); c.enough {
			return
		}
		c.key, c.share = d.Share, d.share()
	}
	if c.share.Count < c.most {
		c.share.Count++
	}
}

func (c *shareCount) end() {
	if c.share.Count > 0 && !c.enough {
		c.enough = !c.f(c.share)
	}
	c.share = storage.HeldShare{}
}

func heldOfFilter(group string, from int64) bson.D {
	return bson.D{{Key: "group", Value: group}, {Key: "at", Value: bson.D{{Key: "$gte", Value: from}}}}
}

func (v *view) HeldOf(g storage.HeldGroup, after storage.HeldPlace, f func(storage.Held) bool) error {
	key, place := groupKey(g), &heldDoc{ID: string(after.ID), At: after.At}
	return v.fail("held of", v.heldsInOrder(func(d *heldDoc) bool { return d.Group == key }, heldOfFilter(key, after.At), func(h storage.Held) bool {
		return byArrival(&heldDoc{ID: string(h.ID), At: h.At}, place) <= 0 || f(h)
	}))
}

// countFilter finds the open lines of a sender that wait, or the others.
func countFilter(sender zoufang.UserID, waiting bool) bson.D {
	if waiting {
		return below("group", string(sender)+"|"+string(zoufang.HeldWaiting)+"|")
	}
	return bson.D{{Key: "sender", Value: string(sender)}, {Key: "counted", Value: true}}
}

// counting is what is counted once in a transaction.
type counting struct {
	sender  zoufang.UserID
	waiting bool
}

// CountHeld asks the database once in a transaction: a phone may bring hundreds of
// lines that are held, and each is counted.
func (v *view) CountHeld(sender zoufang.UserID, waiting bool) (int, error) {
	stored, err := v.counted(counting{sender, waiting})
	if err != nil {
		return 0, v.fail("count held", err)
	}
	mine, over := v.heldsOver(func(d *heldDoc) bool {
		return d.Open && d.Sender == string(sender) && waiting == (d.Code == string(zoufang.HeldWaiting))
	})
	n := len(mine) + len(stored)
	for id := range over {
		if stored[id] {
			n--
		}
	}
	return min(n, mostHeld(waiting)), nil
}

func mostHeld(waiting bool) int {
	if waiting {
		return zoufang.MaxWaiting
	}
	return zoufang.MaxHeld
}

// counted lists the held lines that count, as stored.
func (v *view) counted(c counting) (map[zoufang.CommitID]bool, error) {
	if v.g != nil && v.g.counted[c] != nil {
		return v.g.counted[c], nil
	}
	out := map[zoufang.CommitID]bool{}
	o := options.Find().SetProjection(up("_id")).SetLimit(int64(2 * mostHeld(c.waiting))).SetBatchSize(manyDocs)
	err := each(v, v.s.helds, countFilter(c.sender, c.waiting), o, func(d *heldDoc) (bool, error) {
		out[zoufang.CommitID(d.ID)] = true
		return true, nil
	})
	if err == nil && v.g != nil {
		v.g.counted[c] = out
	}
	return out, err
}
