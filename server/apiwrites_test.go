package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

type madeLines struct {
	Lines []struct {
		ID   zoufang.CommitID
		R    string
		Code string
	}
	Receipt string
}

// submitted makes visits that wait for a reviewer.
func (s *story) submitted(n int) (out []zoufang.RecordID) {
	for range n {
		id := s.rid()
		s.save("李芳", time.Minute, "", []any{"new", id, "visit", dong, map[string]any{"type": "care", "household": s.house, "note": "初稿"}})
		s.save("李芳", time.Minute, "", []any{"go", id, "state", "draft", "submitted", []any{}})
		out = append(out, id)
	}
	return out
}

func (p *program) seen(id zoufang.RecordID) string {
	return reads[struct{ Seen string }](p.w.T, p.get("/visits/"+string(id))).Seen
}

// A decision is bound to what was seen, asked again by its key it is told and not done
// twice, and what is refused leaves nothing.
func TestDecisionsByTheAPI(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	ids := s.submitted(4)
	at := func(i int) string { return "/visits/" + string(ids[i]) }
	approve := func(i int) map[string]any { return map[string]any{"decision": "approved", "seen": p.seen(ids[i])} }

	stale := approve(0)
	s.save("李芳", 0, "", []any{"set", ids[0], "note", "改了", []any{}})
	if got := p.post(at(0)+"/decision", stale); got.status != 409 || got.code() != "changed" {
		t.Fatalf("not as seen: %d %s", got.status, got.body)
	}
	asked := approve(0)
	first := reads[madeLines](t, p.post(at(0)+"/decision", asked, "Idempotency-Key", "k1"))
	if len(first.Lines) != 1 || first.Lines[0].R != "ok" || first.Receipt == "" || s.record(ids[0]).State("state") != "approved" {
		t.Fatalf("%+v", first)
	}
	again := reads[madeLines](t, p.post(at(0)+"/decision", asked, "Idempotency-Key", "k1"))
	if len(again.Lines) != 1 || again.Lines[0].ID != first.Lines[0].ID || again.Lines[0].R != "dup" || again.Receipt == "" {
		t.Errorf("asked again: %+v", again)
	}
	if got := p.post(at(0)+"/decision", asked, "Idempotency-Key", "k2"); got.status != 409 {
		t.Errorf("by another key: %d %s", got.status, got.body)
	}
	if got := s.program("wang").post(at(0)+"/decision", asked, "Idempotency-Key", "k1"); got.status != 409 {
		t.Errorf("by another token: %d %s", got.status, got.body)
	}
	if got := p.post(at(1)+"/decision", map[string]any{"decision": "returned", "seen": p.seen(ids[1])}); got.status != 400 || got.code() != "comment" {
		t.Errorf("returned without a word: %d %s", got.status, got.body)
	}
	back := map[string]any{"decision": "returned", "seen": p.seen(ids[1]), "comments": []any{map[string]any{"field": "note", "text": "写具体些"}}}
	made := reads[madeLines](t, p.post(at(1)+"/decision", back, "Idempotency-Key", "k3"))
	if len(made.Lines) != 2 || s.record(ids[1]).State("state") != "returned" || len(s.record(ids[1]).Logs["comments.note"]) != 1 {
		t.Errorf("%+v", made)
	}
	if again := reads[madeLines](t, p.post(at(1)+"/decision", back, "Idempotency-Key", "k3")); len(again.Lines) != 2 || len(s.record(ids[1]).Logs["comments.note"]) != 1 {
		t.Errorf("asked again: %+v", again)
	}

	many := reads[struct {
		Results []struct {
			ID   zoufang.RecordID
			Code string
			madeLines
		}
		Receipt string
	}](t, p.post("/visits/decisions", map[string]any{"decisions": []any{
		map[string]any{"id": ids[2], "decision": "approved", "seen": p.seen(ids[2])},
		map[string]any{"id": s.far, "decision": "approved", "seen": "x"},
		map[string]any{"id": ids[3], "decision": "approved", "seen": "old"},
	}}))
	if r := many.Results; len(r) != 3 || len(r[0].Lines) != 1 || r[1].Code != "not_found" || r[2].Code != "changed" || many.Receipt == "" {
		t.Errorf("%+v", many)
	}
	s.must(s.store.View(t.Context(), func(v storage.View) error {
		return v.HeldOpen(func(h storage.Held) bool {
			if h.Sender == s.users["wang"].ID {
				t.Errorf("left to decide: %s", h.Code)
			}
			return true
		})
	}))
}

// Two values, settled by one of them and by a third; held lines, released, amended.
func TestSettlingAndRulingByTheAPI(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	house := "/records/" + string(s.house) + "/settle"
	seen := func() string { return reads[struct{ Seen string }](t, p.get("/households/"+string(s.house))).Seen }
	conflict := func(a, b string) (pick zoufang.CommitID) {
		s.save("李芳", 0, "", []any{"set", s.house, "phone", a, []any{}})
		return s.save("wang", 0, "", []any{"set", s.house, "phone", b, []any{}})
	}
	pick := conflict("025-1", "025-2")
	row := reads[map[string]any](t, p.get("/households/"+string(s.house)))
	if row["conflict"] != true || !strings.Contains(fmt.Sprint(row["view"]), "conflict:true") {
		t.Errorf("two values are not told: %v", row)
	}
	body := map[string]any{"field": "phone", "pick": pick, "seen": seen()}
	made := reads[madeLines](t, p.post(house, body, "Idempotency-Key", "k"))
	if again := reads[madeLines](t, p.post(house, body, "Idempotency-Key", "k")); len(again.Lines) != 1 || again.Lines[0].ID != made.Lines[0].ID {
		t.Errorf("asked again: %+v", again)
	}
	if live := s.record(s.house).Heads["phone"].Live; len(live) != 1 || string(live[0].Value) != `"025-2"` {
		t.Errorf("the phone is %v", live)
	}
	conflict("025-3", "025-4")
	if got := p.post(house, map[string]any{"field": "phone", "value": 7, "seen": seen()}); got.status != 409 || got.code() != "rule" {
		t.Errorf("a value that is none: %d %s", got.status, got.body)
	}
	reads[madeLines](t, p.post(house, map[string]any{"field": "phone", "value": "025-5", "seen": seen()}))
	if live := s.record(s.house).Heads["phone"].Live; len(live) != 1 || string(live[0].Value) != `"025-5"` {
		t.Errorf("the phone is %v", live)
	}

	type held struct {
		Rows []struct {
			ID              zoufang.CommitID
			Release, Reject bool
			Code            string
		}
		Next  *string
		Count int
	}
	sun := s.program("sun")
	list := reads[held](t, sun.get("/held?limit=2"))
	if list.Count != 3 || len(list.Rows) != 2 || list.Next == nil {
		t.Fatalf("%+v", list)
	}
	rest := reads[held](t, sun.get("/held?limit=2&after="+*list.Next))
	if len(rest.Rows) != 1 || rest.Next != nil || rest.Rows[0].ID == list.Rows[0].ID {
		t.Fatalf("%+v", rest)
	}
	scope := reads[held](t, sun.get("/held?code=scope")).Rows[0].ID
	rule := map[string]any{"decision": "release", "why": "确是他写的"}
	made = reads[madeLines](t, sun.post("/held/"+string(scope)+"/decision", rule, "Idempotency-Key", "r"))
	if len(made.Lines) != 1 || made.Receipt == "" || len(s.record(s.far).Logs["remarks"]) != 1 {
		t.Errorf("%+v", made)
	}
	if again := reads[madeLines](t, sun.post("/held/"+string(scope)+"/decision", rule, "Idempotency-Key", "r")); len(again.Lines) != 1 || again.Lines[0].ID != made.Lines[0].ID {
		t.Errorf("asked again: %+v", again)
	}
	if got := sun.post("/held/"+string(scope)+"/decision", rule); got.status != 409 || got.code() != "decided" {
		t.Errorf("decided before: %d %s", got.status, got.body)
	}
	invalid := reads[held](t, p.get("/held?code=invalid")).Rows[0].ID
	for _, bad := range []any{"x", []any{}, []any{[]any{"judge", invalid, "reject", "x"}}} {
		if got := p.post("/held/"+string(invalid)+"/decision", map[string]any{"decision": "amend", "why": "号码抄错", "items": bad}); got.status != 400 {
			t.Errorf("%v: %d %s", bad, got.status, got.body)
		}
	}
	reads[madeLines](t, p.post("/held/"+string(invalid)+"/decision", map[string]any{"decision": "amend", "why": "号码抄错", "items": []any{[]any{"set", s.person, "no_id", map[string]any{"reason": "在办"}, []any{}}}}))
	if v := s.record(s.person).Shown("no_id"); v == nil {
		t.Error("what was put in its place is not there")
	}
}

// Tries of one request that come at once do it once.
func TestAKeyIsGoodOnce(t *testing.T) {
	s := newStory(t)
	wang := s.program("wang")
	visit := s.submitted(1)[0]
	path := "/visits/" + string(visit)
	body := map[string]any{"decision": "returned", "seen": wang.seen(visit), "comments": []map[string]string{{"field": "visit", "text": "请补照片"}}}
	answers := make([]answer, 8)
	var working sync.WaitGroup
	for i := range answers {
		working.Go(func() { answers[i] = wang.post(path+"/decision", body, "Idempotency-Key", "one") })
	}
	working.Wait()
	ids := map[string]bool{}
	for _, a := range answers {
		for _, l := range reads[madeLines](t, a).Lines {
			ids[string(l.ID)] = true
		}
	}
	if r := s.record(visit); len(ids) != 2 || len(r.Logs["comments.visit"]) != 1 || r.State("state") != "returned" {
		t.Errorf("%d lines, %d comments", len(ids), len(r.Logs["comments.visit"]))
	}
}
