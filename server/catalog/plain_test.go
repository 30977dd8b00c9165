package catalog_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest"
	"zoufang/sync/intake"
)

const (
	town = zoufang.AreaID("990101001000")
	dong = zoufang.AreaID("990101001201")
	xi   = zoufang.AreaID("990101001202")
	far  = zoufang.AreaID("990101002201") // in another township
)

// office is a store that somebody writes into.
type office struct {
	*testing.T
	store *sqlitestore.Store
	now   time.Time
}

func newOffice(t *testing.T) *office {
	o := &office{T: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, zoufang.Zone)}
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "zoufang.db"), storagetest.Sealer(), sqlitestore.WithClock(func() time.Time { return o.now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o.store = store
	for _, a := range []zoufang.AreaID{town, dong, xi, far} {
		o.saves(zoufang.New(o.id(), zoufang.KindArea, a, map[string]any{"code": a, "name": "区划"}))
	}
	return o
}

func (o *office) id() zoufang.RecordID { return zoufang.NewRecordID(o.now.UnixMilli()) }

// saves has the system save one action at the clock's time.
func (o *office) saves(do ...zoufang.Item) zoufang.CommitID {
	o.Helper()
	now := o.now.UnixMilli()
	line, err := zoufang.Action{Device: zoufang.System, User: zoufang.System, At: now, Heard: now, Do: do}.Line()
	if err != nil {
		o.Fatal(err)
	}
	in := intake.Intake{Records: o.store}
	out, err := in.Push(o.Context(), intake.Sender{User: zoufang.SystemUser(), Device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}, intake.Expect{}, []intake.Line{intake.Read(line)})
	if err != nil || out.Answers[0].R != intake.OK {
		o.Fatalf("%+v %v", out.Answers, err)
	}
	return out.Answers[0].ID
}

func (o *office) asks(q catalog.Query) (a catalog.Answer) {
	o.Helper()
	if q.Areas == nil {
		q.Areas = []zoufang.AreaID{town, dong, xi}
	}
	err := o.store.View(o.Context(), func(v storage.View) (err error) {
		a, err = catalog.Plain(v, q)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return a
}

// finds checks which records match, in their order.
func (o *office) finds(what string, q catalog.Query, want ...zoufang.RecordID) {
	o.Helper()
	a := o.asks(q)
	var got []zoufang.RecordID
	for _, h := range a.Hits {
		got = append(got, h.ID)
	}
	if !slices.Equal(got, want) || a.Count != len(want) {
		o.Errorf("%s: %v (%d), want %v", what, got, a.Count, want)
	}
}

func TestPlain(t *testing.T) {
	o := newOffice(t)
	house, luo, shan, stranger := o.id(), o.id(), o.id(), o.id()
	o.saves(zoufang.New(house, zoufang.KindHousehold, dong, map[string]any{"head": "罗淑兰"}))
	o.saves(zoufang.New(luo, zoufang.KindPerson, dong, map[string]any{"name": "罗淑兰", "categories": []string{"低保", "高龄"}}))
	o.saves(zoufang.New(shan, zoufang.KindPerson, xi, map[string]any{"name": "单雄", "categories": []string{"低保"}}))
	o.saves(zoufang.New(stranger, zoufang.KindPerson, far, map[string]any{"name": "钱多多", "categories": []string{"孤儿"}}))
	day := func(d, h int) int64 { return time.Date(2026, 3, d, h, 0, 0, 0, zoufang.Zone).UnixMilli() }
	visit := func(area zoufang.AreaID, fields map[string]any) zoufang.RecordID {
		o.now = o.now.Add(time.Minute)
		id := o.id()
		o.saves(zoufang.New(id, zoufang.KindVisit, area, fields))
		return id
	}
	// Written on the first, and about other days.
	a := visit(dong, map[string]any{"type": "care", "household": house, "persons": []any{luo}, "started": day(5, 0), "risk": map[string]any{"level": "高"}})
	b := visit(xi, map[string]any{"type": "routine", "persons": []any{shan, luo}, "started": day(5, 23)})
	c := visit(xi, map[string]any{"type": "routine", "persons": []any{stranger}})
	d := visit(far, map[string]any{"type": "routine", "persons": []any{luo}})
	e := visit(dong, map[string]any{"type": "gift", "started": day(5, 0)})
	o.saves(zoufang.Set(e, zoufang.Void, "重复"))
	o.saves(zoufang.Set(b, "note", "一说"))
	o.saves(zoufang.Set(b, "note", "另一说"))

	same := []zoufang.RecordID{a, e} // of one moment: by id
	slices.Sort(same)
	all := []zoufang.RecordID{b, same[1], same[0], c}
	v := func(q catalog.Query) catalog.Query { q.Kind = zoufang.KindVisit; return q }
	where := func(pairs ...string) catalog.Query {
		q := catalog.Query{Where: map[string][]string{}}
		for i := 0; i < len(pairs); i += 2 {
			q.Where[pairs[i]] = append(q.Where[pairs[i]], pairs[i+1])
		}
		return v(q)
	}
	o.finds("all, drafts and void ones too", v(catalog.Query{}), all...)
	o.finds("the oldest first", v(catalog.Query{Oldest: true}), c, same[0], same[1], b)
	o.finds("no areas", v(catalog.Query{Areas: []zoufang.AreaID{}}))
	o.finds("one area", v(catalog.Query{Areas: []zoufang.AreaID{xi}}), b, c)
	o.finds("elsewhere", v(catalog.Query{Areas: []zoufang.AreaID{far}}), d)
	o.finds("a day", v(catalog.Query{From: "2026-03-05", To: "2026-03-05"}), b, same[1], same[0])
	o.finds("until then", v(catalog.Query{To: "2026-03-04"}), c)
	o.finds("either of two", where("type", "care", "type", "gift"), same[1], same[0])
	o.finds("both of two", where("type", "care", "risk", "高"), a)
	o.finds("by the persons visited", where("category", "高龄"), b, a)
	o.finds("but by none of another township", where("category", "孤儿"))
	o.finds("two values", where("conflict", zoufang.True), b)
	o.finds("void", where(zoufang.Void, zoufang.True), e)
	o.finds("by a person", where("persons", string(shan)), b)
	for _, text := range []string{"淑兰", "lsl", "luo", "罗sl"} {
		o.finds(text, v(catalog.Query{Text: text}), b, a)
	}
	o.finds("every word", v(catalog.Query{Text: "shan luo"}), b)
	o.finds("no name of another township", v(catalog.Query{Text: "钱"}))
	o.finds("a person by name", catalog.Query{Kind: zoufang.KindPerson, Text: "shanx"}, shan)

	got := o.asks(v(catalog.Query{Count: []string{"type", "category", "conflict"}, Limit: 1}))
	want := map[string]map[string]int{"type": {"care": 1, "routine": 2, "gift": 1}, "category": {"低保": 2, "高龄": 2}, "conflict": {"true": 1}}
	if fmt.Sprint(got.By) != fmt.Sprint(want) || got.Count != 4 || len(got.Hits) != 1 || !got.More {
		t.Errorf("%+v", got)
	}
	for _, oldest := range []bool{false, true} { // page by page, nothing twice and nothing left out
		var walked []zoufang.RecordID
		q := v(catalog.Query{Limit: 1, Oldest: oldest})
		for {
			page := o.asks(q)
			if page.Count != 4 {
				t.Fatalf("%d on all pages", page.Count)
			}
			for _, h := range page.Hits {
				walked = append(walked, h.ID)
				place := h.Place
				q.After = &place
			}
			if !page.More {
				break
			}
		}
		order := slices.Clone(all)
		if oldest {
			slices.Reverse(order)
		}
		if !slices.Equal(walked, order) {
			t.Errorf("walked %v, want %v", walked, order)
		}
	}
}

// Reports of harm are left out where they are others' to open.
func TestClosedAreas(t *testing.T) {
	o := newOffice(t)
	report, other := o.id(), o.id()
	o.saves(zoufang.New(report, zoufang.KindRequest, dong, map[string]any{"item": zoufang.HarmItem, "urgency": zoufang.AtOnce}))
	o.now = o.now.Add(time.Second)
	o.saves(zoufang.New(other, zoufang.KindRequest, dong, map[string]any{"item": "低保"}))
	o.finds("open", catalog.Query{Kind: zoufang.KindRequest}, other, report)
	closed := catalog.Query{Kind: zoufang.KindRequest, Closed: map[zoufang.AreaID]bool{dong: true}, Count: []string{"item"}}
	o.finds("closed", closed, other)
	if by := o.asks(closed).By["item"]; by[zoufang.HarmItem] != 0 || by["低保"] != 1 {
		t.Errorf("%v", by)
	}
	for what, q := range map[string]catalog.Query{
		"an unknown kind":  {Kind: "drone", Areas: []zoufang.AreaID{dong}},
		"an unknown facet": {Kind: zoufang.KindRequest, Areas: []zoufang.AreaID{dong}, Where: map[string][]string{"sex": {"x"}}},
		"no day":           {Kind: zoufang.KindRequest, Areas: []zoufang.AreaID{dong}, From: "2026-13-01"},
	} {
		err := o.store.View(t.Context(), func(v storage.View) error {
			_, err := catalog.Plain(v, q)
			return err
		})
		if err == nil {
			t.Errorf("%s is answered", what)
		}
	}
}
