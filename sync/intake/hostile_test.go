package intake_test

import (
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
)

func (s saved) but(old, now string) saved { return raw(strings.Replace(string(s.line), old, now, 1)) }

// A field named by half a surrogate pair could be stored and never read again:
// the village's feed would end there for every phone.
func TestAFieldNameThatIsNoText(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	v := w.id()
	s := wang.saves(L{"new", v, "visit", dong, M{"type": "care", "answers.q": 1}})
	wang.sends(s.but("answers.q", `answers.\ud800`)).are("invalid")
	wang.sends(s).are("ok")
	wang.sends(wang.saves(L{"set", v, "answers.q", 1, S{}}).but("answers.q", `answers.\udc00`)).are("ok") // reads as U+FFFD
	w.must(w.store.View(t.Context(), func(v storage.View) error {
		return v.Feed(dong, 0, false, func(storage.FeedRow) bool { return true })
	}))
}

// Zhao sent Wang's line first, from a copy; that does not make it his to amend.
func TestOnlyTheAuthorAmends(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	zhao := w.person("赵", zoufang.Coordinator, dong)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{}})
	bad := wang.saves(L{"set", v, "met", 5, S{}})
	zhao.sends(bad).are("author")
	wang.sends(bad).are("invalid")
	zhao.sends(zhao.saves(L{"judge", bad.id, "amend", "代改"}, L{"set", v, "met", "乙", S{}})).are("scope")
	w.is(bad, "invalid")
}

// Whatever else is wrong with a newer app's line, it waits for the upgrade.
func TestUnknownFieldsOfANewerSchemaComeFirst(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	for range 10 {
		s := wang.saves(L{"new", w.id(), "visit", dong, M{"met": 5, "note": 5, "colour": "red", "zone": 1}})
		wang.sends(s.but(`"schema":1`, `"schema":2`)).are("schema")
	}
}

// No phone passes for the operator's desk.
func TestTheOperatorsDeviceIsNoPhone(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	s := wang.saves(L{"new", w.id(), "household", dong, M{}})
	wang.sends(s.but(string(wang.device.ID), zoufang.System)).are("author")
}

// A sealed value in an item that this program can't read stays sealed.
func TestAnUnreadItemIsSealed(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	s := wang.saves(L{"put", w.id(), "id_number", "11010519491231002X"}).but(`"schema":1`, `"schema":2`)
	wang.sends(s).are("schema")
	if !w.held(s).Sealed {
		t.Fatal("the line would be shown")
	}
}
