package desk

import (
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// A colleague is faster with two of three lines, between the reading and the writing:
// each answer counts, and nothing of the step is left for others to decide.
func TestEveryAnswerOfAStepCounts(t *testing.T) {
	d := opened(t)
	boss := &zoufang.User{ID: "boss", Name: "孙", Role: zoufang.County, Areas: []zoufang.AreaID{"990101000000"}}
	li := &zoufang.User{ID: "li", Name: "李", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{village}}
	now := time.Now().UnixMilli()
	home := zoufang.NewRecordID(now)
	save := func(u *zoufang.User, code zoufang.HoldCode, actions ...[]zoufang.Item) []intake.Answer {
		t.Helper()
		answers, err := Save(t.Context(), d.Records, u, now, actions...)
		if err != nil || answers[0].Code != code {
			t.Fatalf("%+v %v", answers, err)
		}
		return answers
	}
	save(zoufang.SystemUser(), "", []zoufang.Item{zoufang.New(home, zoufang.KindHousehold, village, map[string]any{"head": "王秀兰"})})
	var lines []storage.Held
	for i, a := range save(li, zoufang.HeldInvalid, []zoufang.Item{zoufang.Set(home, "phone", 1)}, []zoufang.Item{zoufang.Set(home, "phone", 2)}, []zoufang.Item{zoufang.Set(home, "phone", 3)}) {
		lines = append(lines, storage.Held{ID: a.ID})
		if i < 2 { // amended, which is another verdict
			save(boss, "", []zoufang.Item{zoufang.Judge(a.ID, zoufang.Amend, "改正"), zoufang.Note(home, "remarks", "代改")})
		}
	}
	out := GroupStep{Failed: map[Code]int{}}
	if err := d.decideLines(t.Context(), boss, GroupDecision{Ruling: zoufang.Reject}, "不属实", lines, &out); err != nil {
		t.Fatal(err)
	}
	if out.Done != 1 || out.Still != 0 || len(out.Failed) != 1 || out.Failed[LateState] != 2 {
		t.Errorf("%+v", out)
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
