package mongostore

import (
	"cmp"
	"container/heap"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// List merges the towns' own orders, each read from its index in short steps: the
// cost follows what is passed over and given, not what is stored.
func (v *view) List(kind string, areas []zoufang.AreaID, skip, limit int, f func(*zoufang.Record) bool) error {
	return v.fail("list", v.list(kind, areas, skip, limit, f))
}

func (v *view) list(kind string, areas []zoufang.AreaID, skip, limit int, f func(*zoufang.Record) bool) error {
	over := everything(v.own, rowsOf)
	merge, err := v.lanes(kind, areas, over)
	if err != nil {
		return err
	}
	var ids []zoufang.RecordID
	for given := 0; limit <= 0 || given < limit; {
		d, err := merge.pop(v)
		if err != nil {
			return err
		}
		if d != nil {
			if skip > 0 {
				skip--
				continue
			}
			ids = append(ids, zoufang.RecordID(d.ID))
			given++
		}
		if len(ids) > 0 && (d == nil || len(ids) == someDocs || given == limit) {
			if goOn, err := v.give(ids, over, f); err != nil || !goOn {
				return err
			}
			ids = ids[:0]
		}
		if d == nil {
			return nil
		}
	}
	return nil
}

// give reads the records and hands them on in their order.
func (v *view) give(ids []zoufang.RecordID, over map[zoufang.RecordID]*rowDoc, f func(*zoufang.Record) bool) (bool, error) {
	docs := map[zoufang.RecordID]*rowDoc{}
	var ask []zoufang.RecordID
	for _, id := range ids {
		if docs[id] = over[id]; docs[id] == nil {
			ask = append(ask, id)
		}
	}
	if len(ask) > 0 {
		err := each(v, v.s.rows, in(ask), options.Find().SetBatchSize(someDocs), func(d *rowDoc) (bool, error) {
			docs[zoufang.RecordID(d.ID)] = d
			return true, nil
		})
		if err != nil {
			return false, err
		}
	}
	for _, id := range ids {
		if docs[id] == nil {
			continue // can't be: it was seen in the same snapshot
		}
		r, err := docs[id].record(v.s.sealer)
		if err != nil || !f(r) {
			return false, err
		}
	}
	return true, nil
}

// lanes begins a lane for each town, and one for what was written over them.
func (v *view) lanes(kind string, areas []zoufang.AreaID, over map[zoufang.RecordID]*rowDoc) (*lanes, error) {
	own := slices.Clone(areas)
	slices.Sort(own)
	own = slices.Compact(own)
	merge := &lanes{}
	mine := &lane{ended: true}
	for _, d := range over {
		if d.Kind == kind && slices.Contains(own, zoufang.AreaID(d.Area)) {
			mine.next = append(mine.next, d)
		}
	}
	slices.SortFunc(mine.next, func(a, b *rowDoc) int { return cmp.Compare(b.W, a.W) })
	if len(mine.next) > 0 {
		*merge = append(*merge, mine)
	}
	for len(own) > 0 {
		n := 1
		for n < len(own) && town(own[n]) == town(own[0]) {
			n++
		}
		l := &lane{kind: kind, town: town(own[0]), areas: own[:n], over: over, below: 1<<63 - 1, step: 16}
		own = own[n:]
		if err := l.fill(v); err != nil {
			return nil, err
		}
		if len(l.next) > 0 {
			*merge = append(*merge, l)
		}
	}
	heap.Init(merge)
	return merge, nil
}

// lane is one town's rows of a kind, last written first, read in growing steps.
type lane struct {
	kind, town string
	areas      []zoufang.AreaID
	over       map[zoufang.RecordID]*rowDoc
	below      int64
	last       []string // what was read at below: two processes may draw one number
	step       int64
	ended      bool
	next       []*rowDoc
}

func laneFilter(kind, town string, areas []zoufang.AreaID, below int64, but []string) bson.D {
	return bson.D{
		{Key: "kind", Value: kind}, {Key: "town", Value: town}, {Key: "w", Value: bson.D{{Key: "$lte", Value: below}}},
		{Key: "area", Value: bson.D{{Key: "$in", Value: list[string](areas)}}}, {Key: "_id", Value: bson.D{{Key: "$nin", Value: but}}},
	}
}

var laneFields = up("w")

func (l *lane) fill(v *view) error {
	l.next = nil
	for !l.ended && len(l.next) == 0 {
		n := int64(0)
		o := options.Find().SetSort(bson.D{{Key: "w", Value: -1}}).SetProjection(laneFields).SetLimit(l.step).SetBatchSize(int32(l.step))
		but := l.last
		if but == nil {
			but = []string{}
		}
		err := each(v, v.s.rows, laneFilter(l.kind, l.town, l.areas, l.below, but), o, func(d *rowDoc) (bool, error) {
			n++
			if d.W != l.below {
				l.below, l.last = d.W, nil
			}
			l.last = append(l.last, d.ID)
			if l.over[zoufang.RecordID(d.ID)] == nil {
				l.next = append(l.next, d)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		l.ended = n < l.step
		l.step = min(4*l.step, manyDocs)
	}
	return nil
}

// lanes is a heap: the lane with the last written row first.
type lanes []*lane

func (l lanes) Len() int           { return len(l) }
func (l lanes) Less(i, j int) bool { return l[i].next[0].W > l[j].next[0].W }
func (l lanes) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *lanes) Push(x any)        { *l = append(*l, x.(*lane)) }
func (l *lanes) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}

// pop takes the row that was written last; nil at the end.
func (l *lanes) pop(v *view) (*rowDoc, error) {
	if len(*l) == 0 {
		return nil, nil
	}
	first := (*l)[0]
	d := first.next[0]
	first.next = first.next[1:]
	if len(first.next) == 0 {
		if err := first.fill(v); err != nil {
			return nil, err
		}
	}
	if len(first.next) > 0 {
		heap.Fix(l, 0)
	} else {
		heap.Pop(l)
	}
	return d, nil
}
