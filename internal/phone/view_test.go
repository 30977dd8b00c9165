package phone

import (
	"fmt"
	"slices"
	"testing"
)

func TestShownIsRowsAndOwnPendingLines(t *testing.T) {
	row := `{"row":{"id":"r","kind":"visit","area":"A","seq":1,"by":["c0","c1","c2","n1"],"w":[["u",1,2],["u",1,2],["u",1,2],["u",1,2]],"c":0,` +
		`"f":{"type":[[0,"care"]],"note":[[1,"一"],[2,"二"]],"state":[[0,"draft"]]},"s":{"needs":[[1,"吃穿"],[2,"吃穿"],[2,"用药"]]},` +
		`"l":{"remarks":[[3,"记"]]}}}`
	var heldID string
	_, p := play(t, said{rows: []string{row}}.reply,
		func(a asked) string {
			return said{time: 3000, held: map[string]string{heldID: "scope"}, more: true}.reply(a)
		},
		said{time: 4000}.reply)
	mustSync(t, p)
	v, _ := p.Shown("r")
	if got := v.Seen("note"); !slices.Equal(got, []string{"c1", "c2"}) {
		t.Error(got)
	}
	if got := v.SeenElement("needs", "吃穿"); !slices.Equal(got, []string{"c1", "c2"}) {
		t.Error(got)
	}
	if !slices.Equal(v.By, []string{"c0", "c1", "c2", "n1"}) || !slices.Equal(v.Content, []string{"c0", "c1", "c2"}) {
		t.Errorf("by %v, content %v", v.By, v.Content)
	}

	set := p.Commit(Set("r", "note", "三", v.Seen("note")))
	rm := p.Commit(Rm("r", "needs", "吃穿", []string{"c1"}), Add("r", "needs", "照护"))
	note := p.Commit(Log("r", "remarks", "又记"))
	v, _ = p.Shown("r")
	if got := v.Seen("note"); !slices.Equal(got, []string{set.ID}) || v.Text("note") != "三" {
		t.Error(got, v.Text("note"))
	}
	if got := fmt.Sprint(v.SeenElement("needs", "吃穿"), v.SeenElement("needs", "照护")); got != fmt.Sprintf("[c2] [%s]", rm.ID) {
		t.Error(got)
	}
	if slices.Contains(v.Content, note.ID) || !slices.Contains(v.By, note.ID) || !slices.Contains(v.Content, rm.ID) {
		t.Errorf("by %v, content %v", v.By, v.Content)
	}

	step := p.Commit(Go("r", "state", "draft", "submitted", v.Content))
	if v, _ = p.Shown("r"); v.Text("state") != "submitted" || v.Fields["state"][0].By != step.ID {
		t.Error(v.Fields["state"])
	}
	late := p.Commit(Set("r", "note", "四", v.Seen("note")))
	heldID = late.ID
	if v, _ = p.Shown("r"); v.Text("note") != "四" {
		t.Error(v.Text("note"))
	}
	mustSync(t, p)
	// the script's rows know nothing of these lines: after a whole reading, only the rows count
	if v, _ = p.Shown("r"); v.Text("note") != "一" || v.Text("state") != "draft" {
		t.Error(v.Text("note"), v.Text("state"))
	}
}

func TestShownOfARecordOnlyThisPhoneKnows(t *testing.T) {
	_, p := play(t)
	made := p.Commit(NewRecord("r", "visit", "A", Fields{"type": "care", "needs": []string{"吃穿", "用药"}}))
	over := Set("r", "note", "旧", nil)
	old := &Line{ID: "old"}
	next := p.Commit(Set("r", "note", "新", []string{old.ID}))
	v, ok := p.Shown("r")
	if !ok || v.Kind != "visit" || v.Area != "A" || v.Text("type") != "care" || len(v.Sets["needs"]) != 2 {
		t.Errorf("%+v", v)
	}
	if got := v.SeenElement("needs", "用药"); !slices.Equal(got, []string{made.ID}) {
		t.Error(got)
	}
	// a value that was replaced before it came is dead
	line, err := encode(map[string]any{"do": []Item{over}})
	if err != nil {
		t.Fatal(err)
	}
	old.Bytes = line
	p.keep(old)
	if v, _ = p.Shown("r"); !slices.Equal(v.Seen("note"), []string{next.ID}) {
		t.Error(v.Seen("note"))
	}
	if _, ok := p.Shown("unknown"); ok {
		t.Error("a record nobody knows was shown")
	}
}
