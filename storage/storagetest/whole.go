package storagetest

import (
	"fmt"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// whole holds everything in the store against everything else: gap-free
// sequences, one number for each write, sums equal to what they are computed
// from, feeds that tell what the records say, a log that tells how they came to
// it. Every test that writes records may end with it.
func (s *store) whole() {
	s.t.Helper()
	if err := s.Dump(s.ctx, func(d storage.Dump) error { return (&audit{}).run(d) }); err != nil {
		s.t.Fatalf("the store is not whole: %v", err)
	}
}

type audit struct {
	records map[zoufang.RecordID]*zoufang.Record
	heads   map[zoufang.AreaID]storage.AreaHead
	writes  map[zoufang.RecordID][]storage.Write
}

func (a *audit) run(d storage.Dump) error {
	a.records = map[zoufang.RecordID]*zoufang.Record{}
	a.heads = map[zoufang.AreaID]storage.AreaHead{}
	a.writes = map[zoufang.RecordID][]storage.Write{}
	if err := a.read(d); err != nil {
		return err
	}
	if err := a.log(d); err != nil {
		return err
	}
	for area := range a.heads {
		if err := a.area(d, area); err != nil {
			return fmt.Errorf("area %s: %w", area, err)
		}
	}
	return nil
}

func (a *audit) read(d storage.Dump) error {
	err := storage.Each(d, func(e storage.StoredRecord) error {
		r := e.Record
		if a.records[r.ID] != nil {
			return fmt.Errorf("record %s is there twice", r.ID)
		}
		a.records[r.ID] = r
		return nil
	})
	if err != nil {
		return err
	}
	err = storage.Each(d, func(h storage.AreaHead) error {
		a.heads[h.Area] = h
		got, err := d.Heads([]zoufang.AreaID{h.Area})
		if err == nil && (len(got) != 1 || got[0] != h) {
			err = fmt.Errorf("Heads gives %v, Each %v", got, h)
		}
		return err
	})
	if err != nil {
		return err
	}
	var last storage.Write
	return storage.Each(d, func(w storage.Write) error {
		if w.Record < last.Record || w.Record == last.Record && w.Ver <= last.Ver {
			return fmt.Errorf("writes out of order: %v after %v", w, last)
		}
		last = w
		a.writes[w.Record] = append(a.writes[w.Record], w)
		return nil
	})
}

// log checks the writes of each record and the sequences they make.
func (a *audit) log(d storage.Dump) error {
	numbers := map[zoufang.AreaID][]uint64{}
	for id, writes := range a.writes {
		history, err := d.History(id)
		if err != nil {
			return err
		}
		if !slices.Equal(history, writes) {
			return fmt.Errorf("History gives %v, Each %v", history, writes)
		}
		for i, w := range writes {
			if w.Ver != uint64(i+1) {
				return fmt.Errorf("record %s: write %d has version %d", id, i+1, w.Ver)
			}
			if w.Gone && (i == 0 || i+1 == len(writes) || writes[i-1].Area != w.Area || writes[i+1].Area == w.Area) {
				return fmt.Errorf("record %s: a mark that it left in the wrong place: %v", id, writes)
			}
			numbers[w.Area] = append(numbers[w.Area], w.Seq)
		}
		r, last := a.records[id], writes[len(writes)-1]
		if r == nil || r.Ver != last.Ver || r.Area != last.Area || r.Seq != last.Seq {
			return fmt.Errorf("record %+v ends with write %+v", r, last)
		}
	}
	for id := range a.records {
		if a.writes[id] == nil {
			return fmt.Errorf("record %s has no writes", id)
		}
	}
	for area, list := range numbers {
		slices.Sort(list)
		for i, n := range list {
			if n != uint64(i+1) {
				return fmt.Errorf("area %s: number %d of the sequence is %d", area, i+1, n)
			}
		}
		if h := a.heads[area]; h.Seq != uint64(len(list)) {
			return fmt.Errorf("area %s: head %d after %d writes", area, h.Seq, len(list))
		}
	}
	for area, h := range a.heads {
		if h.Seq != uint64(len(numbers[area])) {
			return fmt.Errorf("area %s: head %d after %d writes", area, h.Seq, len(numbers[area]))
		}
	}
	return nil
}

// area checks an area's feeds and sums.
func (a *audit) area(d storage.Dump, area zoufang.AreaID) error {
	var sum, public uint64
	here, open := map[zoufang.RecordID]bool{}, map[zoufang.RecordID]bool{}
	for id, r := range a.records {
		if r.Area == area {
			sum += r.Sum()
			here[id] = true
			if zoufang.KindOf(r.Kind).Public {
				public += r.Sum()
				open[id] = true
			}
		}
	}
	if h := a.heads[area]; h.Sum != sum || h.Public != public {
		return fmt.Errorf("sums %x and %x, the head says %x and %x", sum, public, h.Sum, h.Public)
	}
	// A reader at any number sees every row after it and ends with what is here.
	all, err := feed(d, area, 0, false)
	if err != nil {
		return err
	}
	fed := map[zoufang.RecordID]bool{}
	for i, row := range all {
		if i > 0 && row.Seq <= all[i-1].Seq {
			return fmt.Errorf("feed out of order at %d", row.Seq)
		}
		if row.Record == nil {
			delete(fed, row.Gone)
			if !slices.ContainsFunc(a.writes[row.Gone], func(w storage.Write) bool { return w.Gone && w.Area == area && w.Seq == row.Seq }) {
				return fmt.Errorf("a mark at %d that no write left", row.Seq)
			}
			continue
		}
		if r := a.records[row.Record.ID]; r == nil || r.Area != area || r.Seq != row.Seq || row.Record.Seq != row.Seq {
			return fmt.Errorf("the feed has %v where %v is stored", row.Record, r)
		}
		fed[row.Record.ID] = true
	}
	if len(fed) != len(here) {
		return fmt.Errorf("%d records here, %d in the feed", len(here), len(fed))
	}
	// The last thing said of a record that left is that it is gone.
	for id, writes := range a.writes {
		for _, w := range writes {
			if w.Gone && w.Area == area && !here[id] && fed[id] {
				return fmt.Errorf("record %s left, the feed does not say so", id)
			}
		}
	}
	rows, err := feed(d, area, 0, true)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Record == nil || !open[row.Record.ID] {
			return fmt.Errorf("the public feed has %+v", row)
		}
	}
	if len(rows) != len(open) {
		return fmt.Errorf("%d public records, %d in the public feed", len(open), len(rows))
	}
	return nil
}

func feed(v storage.View, area zoufang.AreaID, after uint64, public bool) ([]storage.FeedRow, error) {
	var out []storage.FeedRow
	err := v.Feed(area, after, public, func(r storage.FeedRow) bool {
		out = append(out, r)
		return true
	})
	return out, err
}
