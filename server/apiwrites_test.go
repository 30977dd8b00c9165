package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/operator"
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

// A report of harm is not there for who may not open it.
func TestReportsOfHarmByTheAPI(t *testing.T) {
	s := newOffice(t, false)
	report := string(zoufang.HarmReportID(s.harmed(time.Minute)))
	wang := s.program("wang")
	if got := wang.get("/requests/" + report); got.status != 200 {
		t.Fatalf("nobody has the grant, so it is everybody's of the area: %d", got.status)
	}
	_, _, err := s.operator().AddUser(t.Context(), operator.NewUser{Name: "何督导", Role: zoufang.Township, Areas: []zoufang.AreaID{town1}, Login: "he", Children: true})
	s.must(err)
	for _, path := range []string{"/requests/" + report, "/requests/" + report + "/history"} {
		if got := wang.get(path); got.status != 404 || got.code() != "not_found" {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/requests", "/requests/counts?by=item", "/changes"} {
		if got := wang.get(path); got.status != 200 || strings.Contains(got.body, report) || strings.Contains(got.body, zoufang.HarmItem) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := wang.post("/records/"+report+"/settle", map[string]any{"field": "text", "pick": "x", "seen": "x"}); got.status != 404 {
		t.Errorf("settled: %d", got.status)
	}
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

// Lines are pushed as phones do; a program is no phone.
func TestLinesByTheAPI(t *testing.T) {
	s := newStory(t)
	li := s.program("李芳")
	id := s.rid()
	line := func(dev string, do ...any) string {
		b, err := zoufang.Action{Device: zoufang.DeviceID(dev), User: s.users["李芳"].ID, At: s.clock.now().UnixMilli(), Page: "p"}.Frozen(do)
		s.must(err)
		return string(b)
	}
	push := func(p *program, lines ...string) answer {
		return p.ask("POST", "/lines", strings.Join(lines, "\n")+"\n", "Content-Type", "application/x-ndjson", "Accept", "application/json")
	}
	a, b, c := line("import", []any{"new", id, "visit", dong, map[string]any{"type": "care"}}), line("import", []any{"set", id, "note", "记下", []any{}}), line("import", []any{"set", id, "state", "x", []any{}})
	got := reads[madeLines](t, push(li, a, b, c))
	if len(got.Lines) != 3 || got.Lines[0].R != "ok" || got.Lines[1].R != "ok" || got.Lines[2].R != "held" || got.Lines[2].Code != "invalid" || got.Receipt == "" {
		t.Errorf("%+v", got)
	}
	plain := li.ask("POST", "/lines", a+"\n"+c+"\n", "Content-Type", "application/x-ndjson")
	each := strings.Split(strings.TrimSuffix(plain.body, "\n"), "\n")
	if len(each) != 2 || plain.header.Get("Content-Type") != "application/x-ndjson" || each[0] != `{"c":"`+string(got.Lines[0].ID)+`","id":"`+string(got.Lines[0].ID)+`","r":"dup"}` ||
		!strings.HasPrefix(each[1], `{"c":"`+string(got.Lines[2].ID)+`"`) || !strings.Contains(each[1], `"code":"invalid"`) || !strings.Contains(each[1], `"why":"`) {
		t.Errorf("as phones are answered: %q", each)
	}
	if got := reads[madeLines](t, push(li, a, b)); got.Lines[0].R != "dup" || got.Lines[1].R != "dup" {
		t.Errorf("again: %+v", got)
	}
	if got := reads[madeLines](t, push(s.program("wang"), line("x", []any{"log", id, "remarks", "冒名"}))); got.Lines[0].Code != "author" {
		t.Errorf("in another's name: %+v", got)
	}
	code, err := s.operator().Enrol(t.Context(), s.users["李芳"].ID, time.Hour)
	s.must(err)
	_ = code
	d := zoufang.Device{ID: "a-phone-of-hers", X: "x", Y: "y", Enrolled: 1}
	s.must(s.store.AddCode(t.Context(), storage.Code{Hash: "h", User: s.users["李芳"].ID, Expires: s.clock.now().Add(time.Hour).UnixMilli()}))
	_, err = s.store.UseCode(t.Context(), "h", s.clock.now().UnixMilli(), d)
	s.must(err)
	if got := push(li, line("a-phone-of-hers", []any{"log", id, "remarks", "不是手机"})); got.status != 403 || got.code() != "device" {
		t.Errorf("as a phone: %d %s", got.status, got.body)
	}
	narrow := s.program("wang", func(n *operator.NewToken) { n.Kinds = []string{zoufang.KindPerson} })
	if got := push(narrow, line("x", []any{"log", id, "remarks", "越界"})); got.status != 403 {
		t.Errorf("beyond its kinds: %d %s", got.status, got.body)
	}
	if got := push(li); got.status != 400 {
		t.Errorf("nothing: %d", got.status)
	}
	if got := push(li, strings.Repeat("x\n", 501)); got.status != 413 {
		t.Errorf("too many: %d", got.status)
	}
	if got := push(li, strings.Repeat("x", 513<<10)); got.status != 413 {
		t.Errorf("too large: %d", got.status)
	}
}

// Sealed values are opened one by one, for a reason that stays.
func TestOpeningIsLogged(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	got := reads[struct{ Value string }](t, p.post("/persons/"+string(s.person)+"/open", map[string]any{"field": "id_number", "why": "核对低保证件"}))
	if got.Value != idNumber {
		t.Errorf("%+v", got)
	}
	log := reads[struct {
		Rows []struct{ Kind, Record, Field, Why string }
	}](t, s.program("sun").get("/audit?kind=opened"))
	if len(log.Rows) != 1 || log.Rows[0].Record != string(s.person) || log.Rows[0].Field != "id_number" || log.Rows[0].Why != "核对低保证件" {
		t.Errorf("%+v", log)
	}
	if got := p.post("/persons/"+string(s.person)+"/open", map[string]any{"field": "id_number", "why": "   "}); got.status != 400 || got.code() != "reason" {
		t.Errorf("without a reason: %d %s", got.status, got.body)
	}
	if got := p.get("/persons/" + string(s.person)); strings.Contains(got.body, idNumber) || !strings.Contains(got.body, "110***********002X") {
		t.Errorf("the record: %s", got.body)
	}
	// Written where it does not belong, it is masked by what it is.
	s.save("李芳", 0, "", []any{"set", s.visit, "note", "身份证" + idNumber, []any{}})
	for _, path := range []string{"/visits/" + string(s.visit), "/visits/" + string(s.visit) + "/history", "/changes", "/visits"} {
		if got := p.get(path); got.status != http.StatusOK || strings.Contains(got.body, idNumber) {
			t.Errorf("%s tells it: %d", path, got.status)
		}
	}
}

// What changed comes whole and once, page by page, also where more changes meanwhile.
func TestChangesWithoutGaps(t *testing.T) {
	s := newStory(t)
	p := s.program("sun")
	type changes struct {
		Rows        []map[string]json.RawMessage
		Next        string
		More, Again bool
	}
	have := map[string]string{}
	after := ""
	read := func(limit int) (n int) {
		for {
			path := fmt.Sprintf("/changes?limit=%d", limit)
			if after != "" {
				path += "&after=" + after
			}
			page := reads[changes](t, p.get(path))
			for _, row := range page.Rows {
				n++
				if gone := row["gone"]; gone != nil {
					var g struct{ ID, Area string }
					s.must(json.Unmarshal(gone, &g))
					if strings.Contains(have[g.ID], `"area":"`+g.Area+`"`) {
						delete(have, g.ID)
					}
					continue
				}
				var r struct{ ID string }
				s.must(json.Unmarshal(row["row"], &r))
				have[r.ID] = string(row["row"])
			}
			after = page.Next
			if page.Again {
				t.Error("begun anew")
			}
			if !page.More {
				return n
			}
		}
	}
	if n := read(2); n < 6 || have[string(s.visit)] == "" || have[string(s.far)] == "" {
		t.Errorf("%d rows", n)
	}
	if n := read(2); n != 0 {
		t.Errorf("nothing has changed, %d rows came", n)
	}
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "又去了一次"})
	s.save("sun", 0, "", []any{"go", s.visit, "area", dong, xi, []any{}})
	read(1)
	if !strings.Contains(have[string(s.visit)], string(xi)) || !strings.Contains(have[string(s.visit)], "又去了一次") {
		t.Errorf("%s", have[string(s.visit)])
	}
	bad := reads[changes](t, p.get("/changes?after=nothing&limit=1"))
	if !bad.Again || len(bad.Rows) != 1 {
		t.Errorf("%+v", bad)
	}
}

// A day's approvals, settlements and rulings come back after a restore from the day
// before, by the receipts that those who decided kept.
func TestReceiptsAfterARestore(t *testing.T) {
	s := newStory(t)
	wang, sun := s.program("wang"), s.program("sun")
	ids := s.submitted(5)
	s.save("李芳", 0, "", []any{"set", s.house, "phone", "025-1", []any{}})
	pick := s.save("wang", 0, "", []any{"set", s.house, "phone", "025-2", []any{}})
	yesterday := filepath.Join(t.TempDir(), "yesterday.db")
	s.must(s.store.Backup(t.Context(), yesterday))

	receipts := map[*program][]string{}
	keep := func(p *program, a answer) {
		made := reads[madeLines](t, a)
		if made.Receipt == "" {
			t.Fatal("no receipt")
		}
		receipts[p] = append(receipts[p], made.Receipt)
	}
	for i, id := range ids {
		body := map[string]any{"decision": "approved", "seen": wang.seen(id)}
		if i == 0 {
			body = map[string]any{"decision": "returned", "seen": wang.seen(id), "comments": []any{map[string]any{"field": "note", "text": "写具体些"}}}
		}
		keep(wang, wang.post("/visits/"+string(id)+"/decision", body))
	}
	seen := reads[struct{ Seen string }](t, wang.get("/households/"+string(s.house))).Seen
	keep(wang, wang.post("/records/"+string(s.house)+"/settle", map[string]any{"field": "phone", "pick": pick, "seen": seen}))
	held := reads[struct{ Rows []struct{ ID string } }](t, sun.get("/held?code=scope")).Rows[0].ID
	keep(sun, sun.post("/held/"+held+"/decision", map[string]any{"decision": "release", "why": "确是他写的"}))

	check := func(when string, came bool) {
		t.Helper()
		for i, id := range ids {
			want := "submitted"
			if came {
				want = "approved"
			}
			if came && i == 0 {
				want = "returned"
			}
			if got := s.record(id).State("state"); got != want {
				t.Errorf("%s: visit %d is %s", when, i, got)
			}
		}
		if live := s.record(s.house).Heads["phone"].Live; (len(live) == 1) != came {
			t.Errorf("%s: %d values", when, len(live))
		}
		if notes := len(s.record(s.far).Logs["remarks"]); (notes == 1) != came {
			t.Errorf("%s: %d remarks", when, notes)
		}
		if notes := len(s.record(ids[0]).Logs["comments.note"]); (notes == 1) != came {
			t.Errorf("%s: %d comments", when, notes)
		}
	}
	check("decided", true)
	s.must(s.store.ReplaceWith(t.Context(), yesterday, "another-epoch"))
	check("restored", false)
	again := map[*program]*program{wang: s.program("wang"), sun: s.program("sun")}
	for p, list := range receipts {
		for _, want := range []string{"ok", "dup"} {
			made := reads[madeLines](t, again[p].post("/receipts", map[string]any{"receipts": list}, "Accept", "application/json"))
			for _, l := range made.Lines {
				if l.R != want {
					t.Errorf("given back: %+v, want %s", l, want)
				}
			}
		}
	}
	check("given back", true)
	if got := again[sun].post("/receipts", map[string]any{"receipts": receipts[wang]}); got.status != 400 || got.code() != "receipt" {
		t.Errorf("another's: %d %s", got.status, got.body)
	}
	if got := newStory(t).program("wang").post("/receipts", map[string]any{"receipts": receipts[wang]}); got.status != 400 || got.code() != "receipt" || !strings.Contains(got.body, "installation") {
		t.Errorf("of another installation: %d %s", got.status, got.body)
	}
	for _, r := range append(receipts[wang], receipts[sun]...) {
		if strings.Contains(r, "写具体些") || len(r) > 4000 {
			t.Errorf("a receipt of %d characters can be read", len(r))
		}
	}
}

// A record that is as it was is not sent again; a mark changes with what is told.
func TestMarksOfRecords(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	path := "/visits/" + string(s.visit)
	first := p.get(path)
	mark := first.header.Get("Etag")
	if first.status != 200 || mark == "" {
		t.Fatalf("%d %q", first.status, mark)
	}
	for _, given := range []string{mark, "W/" + mark, `"x", ` + mark, "*"} {
		if got := p.get(path, "If-None-Match", given); got.status != 304 || got.body != "" || got.header.Get("Etag") != mark {
			t.Errorf("%s: %d %s", given, got.status, got.body)
		}
	}
	s.save("李芳", 0, "", []any{"set", s.house, "head", "王秀兰（已更名）", []any{}}) // told by the visit, not of it
	if got := p.get(path, "If-None-Match", mark); got.status != 200 || got.header.Get("Etag") == mark {
		t.Errorf("its household has another name: %d", got.status)
	}
	if got := p.ask("HEAD", path, ""); got.status != 200 || got.body != "" {
		t.Errorf("HEAD: %d", got.status)
	}
	if got := p.get("/visits/"+string(s.visit)+"/media/"+string(digestOf(s.photo)), "Range", "bytes=2-5"); got.status != 206 || got.body != string(s.photo[2:6]) {
		t.Errorf("a part of a photo: %d", got.status)
	}
	if got := p.get("/visits/"+string(s.visit)+"/media/"+string(digestOf(s.photo)), "Range", "bytes=99999999-"); got.status != 416 || got.code() != "range" {
		t.Errorf("a part behind the end: %d %s", got.status, got.body)
	}
	for _, bad := range []string{"?x=%zz", "?q=%ff", "?q=a;limit=1", "?limit=1%00"} {
		if got := p.get("/visits" + bad); got.status != 400 || got.code() != "parameter" {
			t.Errorf("%s: %d %s", bad, got.status, got.body)
		}
	}
	got := p.ask("POST", path+"/decision", `{"decision":"`+idNumber+`","seen":"x","`+idNumber+`":1}`)
	if got.status != 400 || got.code() != "body" || strings.Contains(got.body, idNumber) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := p.ask("POST", path+"/decision", strings.Repeat(" ", 97<<10)); got.status != 413 {
		t.Errorf("over its bound: %d", got.status)
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

// Numbers of persons that somebody wrote where none belongs are shown, counted and found
// masked.
func TestFacetsAreMasked(t *testing.T) {
	s := newStory(t)
	id := s.rid()
	s.save("李芳", 0, "", []any{"new", id, "request", dong, map[string]any{"item": idNumber, "urgency": "一般", "person": s.person}})
	s.save("李芳", 0, "", []any{"add", s.person, "categories", idNumber})
	wang := s.program("wang")
	for _, path := range []string{"/requests", "/requests/counts?by=item,urgency", "/requests/" + string(id), "/persons", "/persons/counts?by=categories", "/visits?limit=200", "/visits/counts?by=category"} {
		if got := wang.get(path); got.status != 200 || strings.Contains(got.body, idNumber) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := wang.get("/persons?q=" + idNumber[8:14]); !strings.Contains(got.body, `"count":0`) {
		t.Errorf("found by a part of a number: %s", got.body)
	}
	for _, q := range []string{"%20", "%0A", "%E2%80%AE"} {
		if got := wang.get("/persons?q=" + q); got.status != 400 || got.code() != "parameter" {
			t.Errorf("q=%s: %d", q, got.status)
		}
	}
}
