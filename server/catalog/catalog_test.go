package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/storage"
)

// Whatever is written, moved, voided or renamed, the catalog answers as a look through
// all records does: as it follows, after a restart from what it kept, made anew, and
// while it holds no more than a part.
func TestAsAllRecordsSay(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(t, seed, 12)
		following, cramped := w.catalog(0), w.catalog(20_000)
		for round := range 12 {
			catalog.WorthTwo(round%2 == 0)
			w.changes(1 + w.dice.IntN(150))
			kept := w.catalog(0)
			for range 12 {
				q := w.question()
				w.same(q, following, cramped, kept)
			}
			if round%3 == 0 {
				following.Keep(t.Context())
			}
		}
		if p := cramped.Progress(); p.Areas >= len(w.areas) {
			t.Errorf("seed %d: nothing was let go of: %+v", seed, p)
		}
	}
}

// What is kept in the store and cannot be used is made anew.
func TestDamagedShelves(t *testing.T) {
	w := newWorld(t, 3, 4)
	w.changes(300)
	first := w.catalog(0)
	q := catalog.Query{Kind: zoufang.KindVisit, Areas: w.areas, Count: []string{"state", "category"}}
	w.same(q, first)
	first.Keep(t.Context())
	kept := map[zoufang.AreaID]storage.Shelf{}
	for _, a := range w.areas {
		s, err := w.store.Shelf(t.Context(), a)
		w.must(err)
		if s == nil {
			t.Fatalf("nothing is kept of %s", a)
		}
		kept[a] = *s
	}
	for name, spoil := range map[string]func(s *storage.Shelf){
		"of another store":     func(s *storage.Shelf) { s.Epoch = "another" },
		"of another form":      func(s *storage.Shelf) { s.Form++ },
		"cut short":            func(s *storage.Shelf) { s.Data = s.Data[:len(s.Data)/2] },
		"empty":                func(s *storage.Shelf) { s.Data = nil },
		"with bytes turned":    func(s *storage.Shelf) { s.Data[len(s.Data)/3] ^= 0xff; s.Data[7] ^= 0x80 },
		"of an unknown kind":   func(s *storage.Shelf) { s.Data = append([]byte{0}, "\x05visio"...) },
		"with a count too big": func(s *storage.Shelf) { s.Data = []byte{0xff, 0xff, 0xff, 0xff, 0x0f} },
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range kept {
				s.Data = append([]byte(nil), s.Data...)
				spoil(&s)
				if name == "with bytes turned" {
					// A seal keeps this from happening; the reader must not fall over it all the same.
					w.must(w.store.PutShelf(t.Context(), s))
					w.catalog(0).Find(t.Context(), q)
					return
				}
				w.must(w.store.PutShelf(t.Context(), s))
			}
			w.same(q, w.catalog(0))
		})
	}
}

// A question that begins after a write returned shows it, whoever asks meanwhile, and each
// record that moves about is in exactly one place: 8 ask while 4 write.
func TestNothingStale(t *testing.T) {
	w := newWorld(t, 5, 6)
	w.changes(100)
	c := w.catalog(0)
	q := catalog.Query{Kind: zoufang.KindVisit, Areas: w.areas, Count: []string{"state", "author", "category"}}
	w.same(q, c)
	var mu sync.Mutex // over the world's dice, not over the store
	var written sync.Map
	var working, reading sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		working.Go(func() {
			for range 150 {
				mu.Lock()
				id, area := w.id(), pick(w, w.areas...)
				from, to := pick(w, w.areas...), pick(w, w.areas...)
				n := w.n
				mu.Unlock()
				cid := zoufang.CommitID(string(rune('a'+n%26)) + string(id[20:]))
				r := (&zoufang.Record{ID: id, Kind: zoufang.KindVisit, Area: area, Created: cid, Author: "system"}).Fill()
				r.Stamps[cid] = zoufang.NewStamp(cid, "system", 1_780_000_000_000, 0, 1_780_000_000_000, false)
				r.States["state"] = &zoufang.Standing{Value: "submitted", By: cid}
				if err := w.store.Update(context.Background(), area, func(tx storage.Tx) error { return tx.PutRecord(r, cid) }); err != nil {
					t.Error(err)
					return
				}
				written.Store(id, true)
				_, _ = from, to
				moved := r.Clone()
				moved.Area = to
				if err := w.store.Update(context.Background(), area, func(tx storage.Tx) error { return tx.PutRecord(moved, cid) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	asked := make([]int, 8)
	for i := range asked {
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				var before []zoufang.RecordID
				written.Range(func(k, _ any) bool { before = append(before, k.(zoufang.RecordID)); return true })
				got, err := c.Find(context.Background(), q)
				if err != nil {
					t.Error(err)
					return
				}
				there := map[zoufang.RecordID]int{}
				for _, h := range got.Hits {
					there[h.ID]++
				}
				for _, id := range before {
					if there[id] != 1 {
						t.Errorf("a visit that was stored is there %d times", there[id])
						return
					}
				}
				if len(there) != got.Count || len(got.Hits) != got.Count {
					t.Errorf("%d hits, %d of them different, counted %d", len(got.Hits), len(there), got.Count)
				}
				asked[i]++
			}
		})
	}
	working.Wait()
	close(stop)
	reading.Wait()
	w.same(q, c)
	total := 0
	for _, n := range asked {
		total += n
	}
	t.Logf("%d answers while 1,200 writes came in, none stale", total)
}

// Page after page gives each once, while others are written.
func TestPagesToTheEnd(t *testing.T) {
	w := newWorld(t, 9, 3)
	w.changes(400)
	c := w.catalog(0)
	for _, oldest := range []bool{true, false} {
		q := catalog.Query{Kind: zoufang.KindVisit, Areas: w.areas, Oldest: oldest}
		all, err := c.Find(t.Context(), q)
		w.must(err)
		q.Limit = 7
		seen := map[zoufang.RecordID]int{}
		for more := true; more; {
			page, err := c.Find(t.Context(), q)
			w.must(err)
			for _, h := range page.Hits {
				seen[h.ID]++
				q.After = &h.Place
			}
			if more = page.More; len(page.Hits) > 7 || more && len(page.Hits) != 7 {
				t.Fatalf("a page of %d, more: %t", len(page.Hits), more)
			}
		}
		for _, h := range all.Hits {
			if seen[h.ID] != 1 {
				t.Errorf("oldest %t: %s came %d times", oldest, h.ID, seen[h.ID])
			}
		}
		if len(seen) != all.Count {
			t.Errorf("%d on pages, %d in all", len(seen), all.Count)
		}
	}
}

func TestQuestionsThereAreNot(t *testing.T) {
	w := newWorld(t, 1, 1)
	c := w.catalog(0)
	for _, q := range []catalog.Query{{Kind: "visits"}, {Kind: "area"}, {Kind: "visit", Where: map[string][]string{"sex": {"男"}}}, {Kind: "visit", Count: []string{"answers.1"}}} {
		if _, err := c.Find(t.Context(), q); !errors.Is(err, catalog.ErrQuestion) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := c.Find(t.Context(), catalog.Query{Kind: "visit", From: "2026-13-01"}); !errors.Is(err, zoufang.ErrDay) {
		t.Error(err)
	}
	got, err := c.Find(t.Context(), catalog.Query{Kind: "visit"})
	if err != nil || got.Count != 0 {
		t.Errorf("of no areas: %+v, %v", got, err)
	}
}

// Ten counties are asked for in turn by a catalog that has room for three: it lets go of
// those that nobody asked for longest, and answers as ever.
func TestTenCounties(t *testing.T) {
	w := newWorld(t, 11, 1)
	w.areas = nil
	for county := range 10 {
		for village := range 4 {
			w.areas = append(w.areas, zoufang.AreaID(fmt.Sprintf("99%02d0110120%d", county+1, village)))
		}
	}
	w.changes(1500)
	whole := w.catalog(0)
	q := catalog.Query{Kind: zoufang.KindVisit, Areas: w.areas, Count: []string{"state", "category"}}
	w.same(q, whole)
	room := whole.Progress().Bytes * 3 / 10
	c := w.catalog(room)
	for range 3 {
		for county := range 10 {
			q.Areas = w.areas[4*county : 4*county+4]
			w.same(q, c)
			if p := c.Progress(); p.Bytes > room || p.Areas > 16 {
				t.Fatalf("%d bytes for %d areas, of %d", p.Bytes, p.Areas, room)
			}
			w.changes(3)
		}
	}
	q.Areas = w.areas // what one question needs is loaded all the same
	w.same(q, c)
	if p := c.Progress(); p.Bytes > room {
		t.Errorf("after it %d bytes stay, of %d", p.Bytes, room)
	}
}

// No name, category or level of risk stands plain in what is kept.
func TestNothingPlainAtRest(t *testing.T) {
	w := newWorld(t, 13, 3)
	w.changes(400)
	c := w.catalog(0)
	w.same(catalog.Query{Kind: zoufang.KindPerson, Areas: w.areas}, c)
	c.Keep(t.Context())
	looked := 0
	w.must(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all, err := os.ReadFile(path)
		for _, word := range append([]string{"低保", "特困", "残疾人", "高龄", "重点", "重复"}, slices.Concat(surnames[:1], given[:2])...) {
			if bytes.Contains(all, []byte(word)) {
				t.Errorf("%s is in %s", word, d.Name())
			}
		}
		looked += len(all)
		return err
	}))
	if looked < 100_000 {
		t.Errorf("only %d bytes were looked through", looked)
	}
}

// What lists are made from is held against the records, and what does not fit is told.
func TestVerify(t *testing.T) {
	w := newWorld(t, 17, 3)
	w.changes(300)
	keep := func() {
		c := w.catalog(0)
		w.same(catalog.Query{Kind: zoufang.KindVisit, Areas: w.areas}, c)
		c.Keep(t.Context())
	}
	keep()
	faults, n, err := catalog.Verify(t.Context(), w.store, w.store, w.areas)
	if err != nil || len(faults) > 0 || n < 90 {
		t.Fatalf("%v, %d compared, %v", faults, n, err)
	}
	one, err := w.store.Shelf(t.Context(), w.areas[0])
	w.must(err)
	two, err := w.store.Shelf(t.Context(), w.areas[1])
	w.must(err)
	wrong := *one // says that it has what is another area's
	wrong.Data = two.Data
	w.must(w.store.PutShelf(t.Context(), wrong))
	if faults, _, err = catalog.Verify(t.Context(), w.store, w.store, w.areas); err != nil || len(faults) == 0 {
		t.Errorf("nothing was found: %v", err)
	}
}
