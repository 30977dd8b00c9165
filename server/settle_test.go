package server

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSettleTwoValues(t *testing.T) {
	s := newStory(t)
	b, path := s.as("wang"), "/staff/visits/"+string(s.visit)
	lacks(t, b.get(path).body, "以这个为准")
	other := `腿脚不便 \u4e00\ud800`
	s.save("李芳", 0, "", []any{"set", s.visit, "note", json.RawMessage(`"` + other + `"`), []any{}})
	page := b.get(path).body
	has(t, page, "两种说法", "在家,精神好", "腿脚不便", "以这个为准")
	lacks(t, s.as("shen").get(path).body, "以这个为准", `name="seen"`)
	at := "" // the commit of the value
	for _, h := range s.record(s.visit).Heads["note"].Live {
		if strings.Contains(string(h.Value), "腿脚不便") {
			at = string(h.ID)
		}
	}
	form := shown(t, page)
	form.Set("field", "note")
	for name, bad := range map[string][2]string{"no such value": {"note", string(s.commits[0])}, "nothing": {"note", ""}, "no such field": {"nonsense", at}, "one value": {"met", at}} {
		form.Set("field", bad[0])
		form.Set("pick", bad[1])
		if got := b.do("POST", path+"/settle", form); got.status != 409 || !strings.Contains(got.body, "没有写进去") {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	form.Set("field", "note")
	form.Set("pick", at)
	// A third value that came meanwhile is not settled away.
	s.save("wang", 0, "", []any{"set", s.visit, "note", "第三种", []any{}})
	got := b.do("POST", path+"/settle", form)
	if got.status != 409 || len(s.record(s.visit).Heads["note"].Live) != 3 {
		t.Fatalf("settled what was not seen: %d", got.status)
	}
	has(t, got.body, "您打开之后内容又有改动", "第三种")
	form.Set("seen", shown(t, got.body).Get("seen"))
	if got := b.do("POST", path+"/settle", form); got.status != 200 || got.path != path || strings.Contains(got.body, "以这个为准") {
		t.Fatalf("settled: %d %s", got.status, got.path)
	}
	r := s.record(s.visit)
	live := r.Heads["note"].Live
	if len(r.Conflicts()) != 0 || len(live) != 1 || string(live[0].Value) != `"`+other+`"` {
		t.Errorf("the record holds %v", live)
	}
	if st := r.Stamps[live[0].ID]; st.User != s.users["wang"].ID {
		t.Errorf("settled by %s", st.User)
	}
	if again := b.do("POST", path+"/settle", form); again.status != 409 {
		t.Errorf("settled twice: %d", again.status)
	}
}
