package server

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/operator"
	"zoufang/storage"
)

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
