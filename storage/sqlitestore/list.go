package sqlitestore

import (
	"cmp"
	"container/heap"
	"slices"

	"zoufang"
	"zoufang/storage"
)

func cmpBoth(a1, b1 int64, a2, b2 string) int {
	if c := cmp.Compare(a1, b1); c != 0 {
		return c
	}
	return cmp.Compare(a2, b2)
}

const (
	listStep = "SELECT n, w FROM rows WHERE kind = ? AND area = ? AND w < ? ORDER BY w DESC LIMIT ?"
	listRow  = "SELECT rid, data FROM rows WHERE n = ?"
)

// List merges the areas' own orders, each read from its index in short steps: the
// cost follows what is passed over and given, not what is stored.
func (v *view) List(kind string, areas []zoufang.AreaID, skip, limit int, f func(*zoufang.Record) bool) error {
	var merge lanes
	own := slices.Clone(areas)
	slices.Sort(own)
	for _, a := range slices.Compact(own) {
		l := &lane{area: a, below: 1<<63 - 1, step: 4}
		if err := l.fill(v, kind); err != nil {
			return v.wrap("list", err)
		}
		if len(l.next) > 0 {
			merge = append(merge, l)
		}
	}
	heap.Init(&merge)
	for given := 0; len(merge) > 0 && (limit <= 0 || given < limit); {
		l := merge[0]
		n := l.next[0].n
		l.next = l.next[1:]
		if len(l.next) == 0 {
			if err := l.fill(v, kind); err != nil {
				return v.wrap("list", err)
			}
		}
		if len(l.next) > 0 {
			heap.Fix(&merge, 0)
		} else {
			heap.Pop(&merge)
		}
		if skip > 0 {
			skip--
			continue
		}
		row, err := v.c.one(listRow, n)
		if err == nil {
			err = v.ended()
		}
		if err != nil {
			return v.wrap("list", err)
		}
		r, err := storage.DecodeRecord(v.s.sealer, zoufang.RecordID(text(row[0])), blob(row[1]))
		if err != nil {
			return v.wrap("list", err)
		}
		if !f(r) {
			return nil
		}
		given++
	}
	return nil
}

// lane is one area's rows of a kind, last written first, read in growing steps.
type lane struct {
	area  zoufang.AreaID
	below int64
	step  int64
	ended bool
	next  []entry
}

type entry struct{ n, w int64 }

func (l *lane) fill(v *view, kind string) error {
	if l.ended {
		return nil
	}
	l.next = l.next[:0]
	err := v.c.each(listStep, func(row row) (bool, error) {
		l.next = append(l.next, entry{integer(row[0]), integer(row[1])})
		return true, v.ended()
	}, kind, string(l.area), l.below, l.step)
	l.ended = int64(len(l.next)) < l.step
	if len(l.next) > 0 {
		l.below = l.next[len(l.next)-1].w
	}
	l.step = min(4*l.step, 1024)
	return err
}

// lanes is a heap: the lane with the last written row first.
type lanes []*lane

func (l lanes) Len() int           { return len(l) }
func (l lanes) Less(i, j int) bool { return l[i].next[0].w > l[j].next[0].w }
func (l lanes) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *lanes) Push(x any)        { *l = append(*l, x.(*lane)) }
func (l *lanes) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}
