package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fill pushes n households with a note of some length each.
func (h *handset) fill(area string, n, size int) (ids []string) {
	h.s.Helper()
	for n > 0 {
		var lines [][]byte
		total := 0
		for ; n > 0 && len(lines) < 500 && total < 400<<10; n-- {
			rid := h.NewID()
			l := h.line(L{"new", rid, "household", area, M{"address": strings.Repeat("走", size/3)}})
			ids, lines, total = append(ids, rid), append(lines, l), total+len(l)
		}
		a := h.asks(ask{zip: true}, lines...).said()
		if i := slices.IndexFunc(a.answers, func(x answer) bool { return x.R != "ok" }); i >= 0 {
			h.s.Fatalf("%+v", a.answers[i])
		}
	}
	return ids
}

// A long reading goes page by page while others write: no row is lost, and what
// was written meanwhile comes too.
func TestPagesWhileOthersWrite(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", dong)
	ids := zhao.fill(dong, 1300, 30)
	r := wang.reader()
	for page := range 100 {
		said := r.page(ask{})
		if n := len(said.order) + len(said.gone); n > 500 || said.more && n == 0 {
			t.Fatalf("page of %d rows", n)
		}
		if page == 0 && (!said.more || len(said.order) != 500) {
			t.Errorf("first page: %d rows, more %v, want 500 and more", len(said.order), said.more)
		}
		if !said.more {
			break
		}
		if page < 4 { // a new one, and a change of one already sent, and of one not yet
			ids = append(ids, zhao.fill(dong, 1, 30)...)
			zhao.saves(L{"set", ids[3], "phone", fmt.Sprint(page), S{}}, L{"set", ids[1290], "phone", fmt.Sprint(page), S{}})
		}
	}
	for _, rid := range ids {
		if r.rows[rid] == nil {
			t.Fatalf("row %s never came", rid)
		}
	}
	if got := values(r.rows[ids[3]], "phone"); len(got) < 2 {
		t.Errorf("phone %v", got)
	}
	if r.pages < 3 {
		t.Errorf("%d pages", r.pages)
	}
}

// Pages end at 256 KiB too, yet bring at least one row, however long it is.
func TestPagesOfLongRows(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	wang.fill(dong, 90, 9000)
	_, rid := wang.household(nil)
	wang.saves(L{"new", rid, "household", dong, M{}})
	li := s.handset("coordinator", dong)
	for _, p := range []*handset{wang, li} { // one author's share is 204 KiB
		for range 6 {
			p.saves(L{"log", rid, "remarks", strings.Repeat("x", 32<<10)})
		}
	}
	r := wang.reader()
	longest := 0
	for {
		said := r.page(ask{})
		longest = max(longest, said.rowSize)
		if said.rowSize > 256<<10 && len(said.order) != 1 {
			t.Errorf("%d rows of %d bytes in a page", len(said.order), said.rowSize)
		}
		if !said.more {
			break
		}
	}
	if r.pages < 4 || len(values(r.rows[rid], "remarks")) != 12 || longest < 300<<10 {
		t.Errorf("%d pages, %d notes, the longest page %d bytes", r.pages, len(values(r.rows[rid], "remarks")), longest)
	}
}

// One number per record written, without gaps: what one commit does to two
// records takes two.
func TestSequencesHaveNoGaps(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	a, b := wang.NewID(), wang.NewID()
	before := wang.reads()
	highest := func(r *reader) (n int64) {
		for _, row := range r.rows {
			if row.Area == dong {
				n = max(n, row.Seq)
			}
		}
		return n
	}
	n := highest(before)
	wang.saves(L{"new", a, "household", dong, M{}}, L{"new", b, "household", dong, M{}})
	wang.saves(L{"set", a, "phone", "1", S{}})
	wang.pushes([]byte("poison")) // writes no record
	wang.saves(L{"set", b, "phone", "1", S{}}, L{"log", b, "remarks", "记"})
	r := wang.reads()
	got := []int64{r.rows[a].Seq, r.rows[b].Seq}
	if !slices.Equal(got, []int64{n + 3, n + 4}) {
		t.Errorf("seqs %v after %d, want %d and %d", got, n, n+3, n+4)
	}
}

// Public kinds flow down; everything else stays in its area. Sums cover what is
// sent (the reader compares them), for areas above the public rows alone.
func TestPublicKindsFlowDown(t *testing.T) {
	s := newServer(t)
	wang, li, zhou := s.handset("coordinator", dong), s.handset("township", town), s.handset("county", county)
	public := map[string]bool{}
	for _, by := range []struct {
		h    *handset
		area string
	}{{zhou, county}, {li, town}} {
		for kind, fields := range map[string]M{"item": {"name": "低保"}, "form": {"title": "表"}, "rule": {"title": "规"}, "department": {"title": "局"}, "calendar": {"title": "历"}} {
			rid := wang.NewID()
			by.h.saves(L{"new", rid, kind, by.area, fields})
			public[rid] = true
		}
	}
	hidden := map[string]bool{}
	for _, kind := range []string{"household", "person", "request", "visit", "card"} {
		rid := wang.NewID()
		fields := M{}
		if kind == "visit" {
			fields["type"] = "routine"
		}
		li.saves(L{"new", rid, kind, town, fields})
		hidden[rid] = true
	}
	beside, below := wang.NewID(), wang.NewID()
	li.saves(L{"new", beside, "item", xi, M{"name": "西村的"}})
	wang.saves(L{"new", below, "household", dong, M{}})
	r := wang.reads()
	for rid := range public {
		if r.rows[rid] == nil {
			t.Error("a public record above did not flow down")
		}
	}
	for rid := range hidden {
		if row := r.rows[rid]; row != nil {
			t.Errorf("a %s of the township reached a village", row.Kind)
		}
	}
	if r.rows[beside] != nil || r.rows[below] == nil {
		t.Error("the neighbour's item came, or the own household did not")
	}
	kinds := map[string]int{}
	for _, row := range r.rows {
		if row.Area == county || row.Area == town {
			kinds[row.Kind]++
		}
	}
	if kinds["area"] != 2 || kinds["user"] != 2 {
		t.Errorf("of above: %v, want the two areas' and two people's names", kinds)
	}
	// Changes flow down as well, and upwards nothing is public only.
	s.importAreas(town, "甲镇（新）")
	if got := r.page(ask{}); len(got.order) != 1 || !slices.Contains(values(got.rows[got.order[0]], "name"), `"甲镇（新）"`) {
		t.Errorf("after a renaming: %v", got.order)
	}
	if all := li.reads().rows; all[below] == nil || all[beside] == nil {
		t.Error("the township does not see its villages' records")
	}
	if all := s.handset("coordinator", far).reads().rows; all[below] != nil || all[beside] != nil {
		t.Error("records reached another township")
	}
}
