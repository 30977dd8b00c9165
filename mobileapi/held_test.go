package mobileapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zoufang"
)

// What this user sent comes back to them, but for lines that carry a sealed value, in
// whatever field; a person's reason and what a fault quotes are masked.
func TestHeldTellsNothingSealed(t *testing.T) {
	s := serve(t)
	wang, li := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Township, town)
	const number = "11010519491231002X"
	id := s.id()
	wang.commit([]any{"new", id, "person", dong, map[string]any{"name": "王秀兰"}})
	shown := wang.held([]any{"set", id, "name", 5, []any{}})
	hidden := []zoufang.CommitID{
		wang.held([]any{"set", id, "id_nunber", number, []any{}}),
		wang.held([]any{"go", id, "id_number", number, "x", []any{}}),
		wang.held([]any{"set", id, number, "x", []any{}}),
		wang.held([]any{"set", id, "name", 110105194912310021, []any{}}),
		wang.held([]any{"new", s.id(), "person", dong, map[string]any{"身份证": "１１０１０５ １９４９１２３１ ００２Ｘ"}}),
	}
	li.commit([]any{"judge", shown, "reject", "号码应是 " + number})
	body := string(wang.do("GET", "/held", nil).is(200, "").body)
	if strings.Contains(body, "19491231") || strings.Contains(body, "１９４９") || !strings.Contains(body, "号码应是 110***********002X") {
		t.Errorf("told: %s", body)
	}
	var told struct {
		Held []struct {
			ID   zoufang.CommitID
			Line *string
		}
	}
	s.must(json.Unmarshal([]byte(body), &told))
	lines := map[zoufang.CommitID]*string{}
	for _, h := range told.Held {
		lines[h.ID] = h.Line
	}
	if lines[shown] == nil || !strings.Contains(*lines[shown], `"name",5`) {
		t.Errorf("a line without a sealed value does not come back: %s", body)
	}
	for _, id := range hidden {
		if line, listed := lines[id]; !listed || line != nil {
			t.Errorf("%s: listed %v, with its line %v", id, listed, line != nil)
		}
	}
}

// held stores a line that is not applied.
func (p *phone) held(do ...any) zoufang.CommitID {
	p.s.Helper()
	a := p.s.push(p.sender(), do...)
	if a.R != "held" {
		p.s.Fatalf("%+v", a)
	}
	return a.ID
}

// A phone's name cannot turn the page it stands on.
func TestAPhonesNameIsClean(t *testing.T) {
	s := serve(t)
	ask := map[string]any{"code": s.code(s.user(zoufang.Coordinator, dong)), "key": newKey(t).jwk, "name": " \u202e红米\u2066\u0007\u200f 1\t"}
	r := s.post("/enrol", ask).is(201, "")
	d, _, err := s.store.Device(t.Context(), zoufang.DeviceID(r.text("device")))
	if err != nil || d.Name != "红米 1" {
		t.Errorf("%+v %v", d, err)
	}
}
