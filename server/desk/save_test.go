package desk

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// What a person may not do any more is told and leaves nothing for others to decide,
// also where the right to withdraw it is gone with the rest.
func TestNothingIsLeftOfWhatWasRefused(t *testing.T) {
	d := opened(t)
	now := time.Now().UnixMilli()
	home := zoufang.NewRecordID(now)
	saved := func(do ...zoufang.Item) {
		t.Helper()
		answers, err := Save(t.Context(), d.Records, zoufang.SystemUser(), now, do)
		if err != nil || answers[0].R != "ok" {
			t.Fatalf("%+v %v", answers, err)
		}
	}
	saved(zoufang.New(home, zoufang.KindHousehold, village, map[string]any{"head": "王秀兰"}))
	elsewhere := &zoufang.User{ID: "u", Name: "赵", Role: zoufang.Township, Areas: []zoufang.AreaID{"990102000000"}}
	for code, do := range map[Code]zoufang.Item{
		NoRight: zoufang.Note(home, "remarks", "不归我管"),
		Broken:  zoufang.Set(home, "housing", "castle"),
	} {
		err := d.save(t.Context(), elsewhere, do)
		if r, ok := err.(*Refusal); !ok || r.Code != code {
			t.Errorf("%s: %v", code, err)
		} else if code == Broken && !strings.Contains(r.Error(), "value") {
			t.Errorf("the rule is not told: %v", err)
		}
	}
	err := d.Records.View(t.Context(), func(v storage.View) error {
		return v.HeldOpen(func(h storage.Held) bool {
			t.Errorf("left to decide: %s of %s", h.Code, h.Author)
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
