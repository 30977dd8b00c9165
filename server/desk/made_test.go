package desk

import (
	"testing"
	"time"

	"zoufang"
)

// Comments that a try saved whose step was lost are not saved again by the next; and a
// receipt opens for its author alone.
func TestADecisionIsTakenUpAgain(t *testing.T) {
	d := opened(t)
	now := time.Now().UnixMilli()
	visit := zoufang.NewRecordID(now)
	saved := func(u *zoufang.User, do ...zoufang.Item) {
		t.Helper()
		answers, err := Save(t.Context(), d.Records, u, now, do)
		if err != nil || answers[0].R != "ok" {
			t.Fatalf("%+v %v", answers, err)
		}
	}
	system := zoufang.SystemUser()
	saved(system, zoufang.New(visit, zoufang.KindVisit, village, map[string]any{"type": "care"}))
	saved(system, zoufang.Go(visit, "state", zoufang.Drafted, zoufang.Submitted))
	u := &zoufang.User{ID: "u", Name: "赵", Role: zoufang.Township, Areas: []zoufang.AreaID{village}}
	w, err := d.Whole(t.Context(), u, zoufang.KindVisit, visit)
	if err != nil {
		t.Fatal(err)
	}
	what := Decision{To: zoufang.Returned, Seen: w.Seen, Comments: map[string]string{"note": "写具体些"}}

	first, _ := d.Noting("page")
	if err := first.save(t.Context(), u, zoufang.Note(visit, "comments.note", "写具体些")); err != nil {
		t.Fatal(err)
	}
	other, _ := d.Noting("another")
	if err := other.Decide(t.Context(), u, visit, what); !Refused(err, Changed) {
		t.Errorf("another request: %v", err)
	}
	next, made := d.Noting("page")
	if err := next.Decide(t.Context(), u, visit, what); err != nil || len(made.Lines) != 2 {
		t.Fatalf("%+v %v", made, err)
	}
	w, err = d.Whole(t.Context(), u, zoufang.KindVisit, visit)
	if err != nil || w.Facets["state"][0] != zoufang.Returned {
		t.Fatalf("%v %v", w.Facets, err)
	}
	receipt, err := next.Receipt(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	if answers, err := d.GiveBack(t.Context(), u, Limits{}, []string{receipt}); err != nil || len(answers) != 2 || answers[0].R != "dup" {
		t.Errorf("%+v %v", answers, err)
	}
	thief := &zoufang.User{ID: "v", Role: zoufang.County, Areas: u.Areas}
	for what, of := range map[string]func() ([]string, *zoufang.User){
		"another's": func() ([]string, *zoufang.User) { return []string{receipt}, thief },
		"cut":       func() ([]string, *zoufang.User) { return []string{receipt[:len(receipt)-8]}, u },
		"nothing":   func() ([]string, *zoufang.User) { return []string{""}, u },
		"bent":      func() ([]string, *zoufang.User) { return []string{receipt[:40] + "AAAA" + receipt[44:]}, u },
	} {
		list, by := of()
		if _, err := d.GiveBack(t.Context(), by, Limits{}, list); !Refused(err, Foreign) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
