package catalog

import (
	"slices"

	"zoufang"
	"zoufang/storage"
)

// area is what is loaded of one area. It is changed under the catalog's lock alone.
type area struct {
	id      zoufang.AreaID
	seq     uint64 // of its feed, up to which the shelves have it
	shelves map[*plan]*shelf
	rows    int // on all shelves

	pins  int    // questions under way that look through it; under Catalog.mu
	used  uint64 // when it was last asked for, as Catalog.asked counts; under Catalog.mu
	kept  uint64 // the seq that its stored shelf has
	dirty int    // rows changed since then
	bytes int64  // about, when it was last counted
}

func newArea(a zoufang.AreaID) *area { return &area{id: a, shelves: map[*plan]*shelf{}} }

func (a *area) shelf(p *plan) *shelf {
	s := a.shelves[p]
	if s == nil {
		s = newShelf(p)
		a.shelves[p] = s
	}
	return s
}

// delta is what a feed tells after what is loaded, read outside the lock.
type delta struct {
	seq     uint64 // the last one
	entries []entry
}

// chunk is how many rows of a feed are read before they are shelved.
const chunk = 5000

// after reads a feed from a place on, at most chunk rows of it.
func after(v storage.View, a zoufang.AreaID, seq uint64) (d delta, err error) {
	d.seq = seq
	err = v.Feed(a, seq, false, func(row storage.FeedRow) bool {
		d.seq = row.Seq
		switch {
		case row.Record == nil:
			d.entries = append(d.entries, entry{id: idOf(row.Gone)})
		case planned[row.Record.Kind] != nil:
			d.entries = append(d.entries, entryOf(row.Record))
		}
		return len(d.entries) < chunk
	})
	return d, err
}

// apply shelves a delta; the catalog is locked.
func (a *area) apply(c *Catalog, d delta) {
	known := map[*refs]shared{}
	for i := range d.entries {
		e := &d.entries[i]
		if e.plan != nil {
			a.shelf(e.plan).put(c, a, e, known)
			continue
		}
		for _, s := range a.shelves {
			if s.remove(c, a, e.id) {
				break
			}
		}
	}
	for _, s := range a.shelves {
		if slices.ContainsFunc(s.refs, func(col refs) bool { return col.untidy() }) {
			s.tidy(c)
		}
	}
	a.seq = d.seq
	a.dirty += len(d.entries)
	a.count()
}

func (a *area) count() {
	a.rows, a.bytes = 0, 1024
	for _, s := range a.shelves {
		a.rows += len(s.ids)
		a.bytes += s.size()
	}
}

// tidy is for an area that was just loaded: most of it stays as it is.
func (a *area) tidy(c *Catalog) {
	for _, s := range a.shelves {
		s.tidy(c)
	}
	a.count()
}

// clear gives back all that the area uses; the catalog is locked.
func (a *area) clear(c *Catalog) {
	for _, s := range a.shelves {
		s.clear(c, a)
	}
	a.shelves = map[*plan]*shelf{}
}
