package sqlitestore

import (
	"maps"
	"sync/atomic"

	"zoufang"
	"zoufang/storage"
)

// areaSet is the areas as they stood when meta.areas was n. It is never changed,
// only replaced.
type areaSet struct {
	epoch string
	n     int64
	w     int64 // all area rows up to this meta.written are in it
	areas zoufang.Areas
	of    map[zoufang.RecordID]zoufang.AreaID
}

// areaCache keeps the latest areas between snapshots.
type areaCache struct{ last atomic.Pointer[areaSet] }

// offer keeps a set of a committed snapshot if it is newer.
func (c *areaCache) offer(set *areaSet) {
	for {
		last := c.last.Load()
		if last != nil && last.n >= set.n && last.epoch == set.epoch || c.last.CompareAndSwap(last, set) {
			return
		}
	}
}

func (v *view) Areas() (zoufang.Areas, error) {
	var m meta
	base := v.s.areas.last.Load()
	if v.w != nil {
		m = v.w.meta
		if v.w.areas != nil {
			base = v.w.areas
		}
	} else {
		var err error
		if m, err = v.ownMeta(); err != nil {
			return nil, err
		}
	}
	if base != nil && base.epoch == m.Epoch && base.n == m.Areas {
		return base.areas, nil
	}
	// Numbers only grow, so an older set lacks just the rows written since. A
	// newer one (this snapshot is old) is of no use.
	if base != nil && (base.epoch != m.Epoch || base.n > m.Areas) {
		base = nil
	}
	set, err := v.readAreas(m, base)
	if err != nil {
		return nil, v.wrap("areas", err)
	}
	if v.w != nil {
		v.w.areas = set // for all when it is committed
	} else {
		v.s.areas.offer(set)
	}
	return set.areas, nil
}

const areasSince = "SELECT rid, data FROM rows INDEXED BY rows_areas WHERE kind = 'area' AND w > ? ORDER BY w"

// readAreas reads the records of areas written after the base.
func (v *view) readAreas(m meta, base *areaSet) (*areaSet, error) {
	set := &areaSet{epoch: m.Epoch, n: m.Areas, w: m.written, areas: zoufang.Areas{}, of: map[zoufang.RecordID]zoufang.AreaID{}}
	since := int64(0)
	if base != nil {
		since, set.areas, set.of = base.w, maps.Clone(base.areas), maps.Clone(base.of)
	}
	moved := false
	err := v.c.each(areasSince, func(row row) (bool, error) {
		id := zoufang.RecordID(text(row[0]))
		r, err := storage.DecodeRecord(v.s.sealer, id, blob(row[1]))
		if err != nil {
			return false, err
		}
		if was, known := set.of[id]; known && was != r.Area {
			moved = true
			return false, nil
		}
		set.areas[r.Area], set.of[id] = storage.AreaOf(r), r.Area
		return true, v.ended()
	}, since)
	if moved { // it may have hidden another record of its old area
		return v.readAreas(m, nil)
	}
	return set, err
}
