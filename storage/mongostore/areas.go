package mongostore

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// areaSet is the areas as they stood when meta.areas was n. It is never changed,
// only replaced.
type areaSet struct {
	epoch string
	n     int64
	of    map[zoufang.RecordID]areaRow
	areas zoufang.Areas
}

type areaRow struct {
	zoufang.Area
	w int64
}

// areaCache keeps the latest areas between snapshots.
type areaCache struct{ last atomic.Pointer[areaSet] }

// offer keeps a set of a committed snapshot unless it is older.
func (c *areaCache) offer(set *areaSet) {
	for {
		last := c.last.Load()
		if last != nil && last.n >= set.n && last.epoch == set.epoch || c.last.CompareAndSwap(last, set) {
			return
		}
	}
}

func (v *view) Areas() (zoufang.Areas, error) {
	set, err := v.areaSet()
	if err != nil {
		return nil, v.fail("areas", err)
	}
	n := set.n
	for l := v.own; l != nil; l = l.under {
		n += l.areas
	}
	if n == set.n {
		return set.areas, nil
	}
	over, err := set.with(v, everything(v.own, rowsOf), n)
	if err != nil {
		return nil, v.fail("areas", err)
	}
	return over.areas, nil
}

// areaSet gives the areas of the snapshot, without what was written over it.
func (v *view) areaSet() (*areaSet, error) {
	m, err := v.ownMeta()
	if err != nil {
		return nil, err
	}
	set := v.s.records.areas.last.Load()
	if v.g != nil && v.g.areas != nil {
		set = v.g.areas
	}
	if set == nil || set.epoch != m.Epoch || set.n != m.Areas {
		set = &areaSet{epoch: m.Epoch, n: m.Areas, of: map[zoufang.RecordID]areaRow{}}
		o := options.Find().SetBatchSize(manyDocs)
		err := each(v, v.s.rows, areasFilter, o, func(d *rowDoc) (bool, error) {
			row, err := v.areaRow(d)
			set.of[row.Record] = row
			return true, err
		})
		if err != nil {
			return nil, err
		}
		set.draw()
		*v.later = append(*v.later, func() { v.s.records.areas.offer(set) })
	}
	if v.g != nil {
		v.g.areas = set
	}
	return set, nil
}

var areasFilter = bson.D{{Key: "kind", Value: "area"}}

func (v *view) areaRow(d *rowDoc) (areaRow, error) {
	r, err := d.record(v.s.sealer)
	if err != nil {
		return areaRow{}, err
	}
	return areaRow{storage.AreaOf(r), d.W}, nil
}

// with gives the set as rows written over it leave it.
func (set *areaSet) with(v *view, rows map[zoufang.RecordID]*rowDoc, n int64) (*areaSet, error) {
	next := &areaSet{epoch: set.epoch, n: n, of: maps.Clone(set.of)}
	for id, d := range rows {
		if d.Kind != "area" {
			continue
		}
		row, err := v.areaRow(d)
		if err != nil {
			return nil, err
		}
		next.of[id] = row
	}
	next.draw()
	return next, nil
}

// draw makes the areas of the rows: of two that name one area, the last written
// counts.
func (set *areaSet) draw() {
	rows := slices.SortedFunc(maps.Values(set.of), func(a, b areaRow) int {
		return cmp.Or(cmp.Compare(a.w, b.w), cmp.Compare(a.Record, b.Record))
	})
	set.areas = make(zoufang.Areas, len(rows))
	for _, r := range rows {
		set.areas[r.ID] = r.Area
	}
}
