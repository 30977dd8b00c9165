package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/server/catalog"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
)

// world is a store that is written to at random, by a seed.
type world struct {
	testing.TB
	dir     string
	store   *sqlitestore.Store
	dice    *rand.Rand
	areas   []zoufang.AreaID
	records map[string][]zoufang.RecordID // by kind
	n       int
}

func newWorld(t testing.TB, seed uint64, villages int) *world {
	t.Helper()
	dir := t.TempDir()
	ring, err := seal.Open(filepath.Join(dir, "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w := &world{TB: t, dir: dir, store: store, dice: rand.New(rand.NewPCG(seed, 7)), records: map[string][]zoufang.RecordID{}}
	for i := range villages {
		w.areas = append(w.areas, zoufang.AreaID(fmt.Sprintf("9901%02d1%02d2%02d", 1+i/100, i/10%10, i%10)))
	}
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) catalog(memory int64) *catalog.Catalog {
	return catalog.New(catalog.Config{Records: w.store, Shelves: w.store, Memory: memory, Log: slog.New(slog.DiscardHandler)})
}

func pick[T any](w *world, of ...T) T { return of[w.dice.IntN(len(of))] }

func (w *world) id() zoufang.RecordID {
	w.n++
	var b [16]byte
	for i := range b {
		b[i] = byte(w.dice.Uint32())
	}
	return zoufang.UUIDv7(1_780_000_000_000+int64(w.dice.IntN(5))*86_400_000, b)
}

var surnames = []string{"罗", "覃", "单", "仇", "曾", "解", "区", "买买提·", "ＡＢＣ"}
var given = []string{"淑兰", "绍良", "梅", "艾合买提", "小", "𠮷"}

func (w *world) name() string { return pick(w, surnames...) + pick(w, given...) }

func (w *world) some(kind string) string {
	if of := w.records[kind]; len(of) > 0 && w.dice.IntN(20) > 0 {
		return string(pick(w, of...))
	}
	return pick(w, "", "不是编号", string(w.id()))
}

// change writes a record anew, or another way, or elsewhere.
func (w *world) change(tx storage.Tx) error {
	kind := pick(w, zoufang.KindVisit, zoufang.KindVisit, zoufang.KindVisit, zoufang.KindPerson, zoufang.KindHousehold, zoufang.KindRequest)
	of := w.records[kind]
	c := zoufang.CommitID(fmt.Sprintf("%016d", w.n))
	w.n++
	if len(of) < 5 || w.dice.IntN(3) == 0 {
		r := (&zoufang.Record{ID: w.id(), Kind: kind, Area: pick(w, w.areas...), Created: c, Author: pick[zoufang.UserID](w, "system", "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002")}).Fill()
		at := 1_780_000_000_000 + int64(w.dice.IntN(400))*3_600_000
		r.Stamps[c] = zoufang.NewStamp(c, r.Author, at, 0, at, false)
		w.records[kind] = append(w.records[kind], r.ID)
		w.write(r, c)
		return tx.PutRecord(r, c)
	}
	stored, err := tx.Record(pick(w, of...))
	if err != nil || stored == nil {
		return err
	}
	r := stored.Clone()
	if w.dice.IntN(6) == 0 {
		r.Area = pick(w, w.areas...)
	}
	w.write(r, c)
	return tx.PutRecord(r, c)
}

func (w *world) set(r *zoufang.Record, c zoufang.CommitID, field string, values ...string) {
	h := &zoufang.Heads{}
	for i, v := range values {
		h.Live = append(h.Live, zoufang.Head{ID: c + zoufang.CommitID(fmt.Sprint(i)), Value: zoufang.Quote(v)})
	}
	r.Heads[field] = h
}

func (w *world) add(r *zoufang.Record, c zoufang.CommitID, field, value string) {
	if r.Sets[field] == nil {
		r.Sets[field] = map[string]*zoufang.Heads{}
	}
	v := zoufang.Quote(value)
	if h := r.Sets[field][v.Canon()]; h != nil && len(h.Live) > 0 {
		r.Sets[field][v.Canon()] = &zoufang.Heads{Dead: []zoufang.CommitID{c}}
		return
	}
	r.Sets[field][v.Canon()] = &zoufang.Heads{Live: []zoufang.Head{{ID: c, Value: v}}}
}

// write changes some of what a record says.
func (w *world) write(r *zoufang.Record, c zoufang.CommitID) {
	risky := zoufang.Value(fmt.Sprintf(`{"level":%q}`, pick(w, "高", "重点", "一般")))
	if w.dice.IntN(3) == 0 {
		r.Heads["risk"] = &zoufang.Heads{Live: []zoufang.Head{{ID: c, Value: risky}}}
	}
	switch r.Kind {
	case zoufang.KindVisit:
		w.set(r, c, "type", pick(w, "routine", "care", "gift"))
		w.set(r, c, "household", w.some(zoufang.KindHousehold))
		w.add(r, c, "persons", w.some(zoufang.KindPerson))
		w.add(r, c, "persons", w.some(zoufang.KindPerson))
		r.States["state"] = &zoufang.Standing{Value: pick(w, "draft", "submitted", "returned", "approved"), By: c}
		if w.dice.IntN(2) == 0 {
			r.Heads["started"] = &zoufang.Heads{Live: []zoufang.Head{{ID: c, Value: zoufang.Value(fmt.Sprint(1_780_000_000_000 + w.dice.Int64N(30*86_400_000)))}}}
		}
		if w.dice.IntN(4) == 0 {
			w.set(r, c, "note", "一", "二")
		}
	case zoufang.KindPerson:
		w.set(r, c, "name", w.name())
		w.set(r, c, "household", w.some(zoufang.KindHousehold))
		w.add(r, c, "categories", pick(w, "低保", "特困", "残疾人", "高龄", "低保\x00特困"))
	case zoufang.KindHousehold:
		w.set(r, c, "head", w.name())
		w.set(r, c, "group", pick(w, "1组", "2组", ""))
	case zoufang.KindRequest:
		w.set(r, c, "item", pick(w, zoufang.HarmItem, "临时救助"))
		w.set(r, c, "person", w.some(zoufang.KindPerson))
		r.States["state"] = &zoufang.Standing{Value: pick(w, "received", "closed"), By: c}
	}
	if w.dice.IntN(8) == 0 {
		w.set(r, c, zoufang.Void, "重复")
	}
	if w.dice.IntN(8) == 0 {
		r.Need = []zoufang.Digest{zoufang.Digest(strings.Repeat("0f", 32))}
	}
}

func (w *world) changes(n int) {
	w.Helper()
	w.must(w.store.Update(context.Background(), "", func(tx storage.Tx) error {
		for range n {
			if err := w.change(tx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// question asks something at random.
func (w *world) question() catalog.Query {
	kind := pick(w, zoufang.KindVisit, zoufang.KindVisit, zoufang.KindPerson, zoufang.KindHousehold, zoufang.KindRequest)
	q := catalog.Query{Kind: kind, Oldest: w.dice.IntN(2) == 0, Tell: w.dice.IntN(2) == 0, Limit: pick(w, 0, 1, 3, 10, 200), Where: map[string][]string{}, Closed: map[zoufang.AreaID]bool{}}
	for _, a := range w.areas {
		if w.dice.IntN(4) > 0 {
			q.Areas = append(q.Areas, a)
		}
		q.Closed[a] = w.dice.IntN(2) == 0
	}
	values := map[string][]string{
		"state": {"draft", "submitted", "approved", "received"}, "type": {"routine", "care"}, "risk": {"高", "一般"}, "category": {"低保", "特困"}, "categories": {"低保", "高龄"},
		"author": {"system", "01900000-0000-7000-8000-000000000001"}, "household": {w.some(zoufang.KindHousehold), w.some(zoufang.KindHousehold)},
		"persons": {w.some(zoufang.KindPerson)}, "person": {w.some(zoufang.KindPerson)}, "conflict": {"true"}, "need": {"true"}, "void": {"true"}, "changed": {"true"},
		"group": {"1组"}, "item": {zoufang.HarmItem},
	}
	for _, f := range zoufang.KindOf(kind).Facets {
		if of := values[f.Name]; of != nil && w.dice.IntN(5) == 0 {
			q.Where[f.Name] = of[:1+w.dice.IntN(len(of))]
		}
		if w.dice.IntN(2) == 0 {
			q.Count = append(q.Count, f.Name)
		}
	}
	day := func() string { return zoufang.Day(time.UnixMilli(1_780_000_000_000 + w.dice.Int64N(20*86_400_000))) }
	if w.dice.IntN(3) == 0 {
		q.From = day()
	}
	if w.dice.IntN(3) == 0 {
		q.To = day()
	}
	if w.dice.IntN(3) == 0 {
		q.Text = pick(w, "罗", "淑兰", "tan", "luoslan", "shan", "chan", "qiu", "zengm", "xie", "ou", "罗 梅", "abc", "买买提•艾", "lsl", "没有")
	}
	if w.dice.IntN(3) == 0 {
		q.After = &catalog.Place{At: 1_780_000_000_000 + w.dice.Int64N(20*86_400_000), ID: w.id()}
	}
	return q
}

// same asks catalogs and looks through all records, which nobody writes meanwhile.
func (w *world) same(q catalog.Query, all ...*catalog.Catalog) {
	w.Helper()
	var want catalog.Answer
	w.must(w.store.View(context.Background(), func(v storage.View) (err error) { want, err = catalog.Plain(v, q); return err }))
	for i, c := range all {
		got, err := c.Find(context.Background(), q)
		w.must(err)
		if g, p := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != p {
			w.Fatalf("asked %+v\n catalog %d: %s\n all records: %s", q, i, g, p)
		}
	}
}
