package server

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/operator"
)

// office is two townships with forms in force, and in one of them somebody with the
// grant for files of children.
func newOffice(t *testing.T, grant bool) *world {
	w := newWorld(t, "")
	_, err := w.operator().PublishContent(w.Context())
	w.must(err)
	if grant {
		u, first, err := w.operator().AddUser(w.Context(), operator.NewUser{Name: "何督导", Role: zoufang.Township, Areas: []zoufang.AreaID{town1}, Login: "he", Children: true})
		w.must(err)
		w.users["he"], w.password["he"] = u, first
	}
	return w.settled()
}

func (w *world) harmed(ago time.Duration) (visit zoufang.RecordID) {
	visit, child := zoufang.NewRecordID(w.clock.now().UnixMilli()), zoufang.NewRecordID(w.clock.now().UnixMilli())
	w.save("李芳", ago, "", []any{"new", child, "person", dong, map[string]any{"name": "童童"}})
	w.save("李芳", ago, "", []any{"new", visit, "visit", dong, map[string]any{"type": "routine", "form": "routine@2", "persons": []any{child}, "answers.harm": true}})
	return visit
}

func (w *world) asks(urgency, text string, ago time.Duration) zoufang.RecordID {
	id := zoufang.NewRecordID(w.clock.now().UnixMilli())
	w.save("李芳", ago, "", []any{"new", id, "request", dong, map[string]any{"item": "生活困难", "urgency": urgency, "text": text}})
	return id
}

func before(t *testing.T, page string, words ...string) {
	t.Helper()
	at := -1
	for _, word := range words {
		i := strings.Index(page, word)
		if i <= at {
			t.Errorf("%q stands at %d, after %d", word, i, at)
		}
		at = i
	}
}

func TestHarmStandsFirst(t *testing.T) {
	w := newOffice(t, true)
	w.asks("一般", "不急的事", 9*time.Hour)
	w.asks("紧急", "断电了", 5*time.Hour)
	visit := w.harmed(3*time.Hour + 20*time.Minute)
	page := w.as("he").get("/staff/").body
	before(t, page, "孩子可能受到伤害", "童童", "已等 3 小时 20 分", "紧急的办事", "断电了", "已等 5 小时 0 分", "次走访待核定")
	lacks(t, page, "不急的事", "有 1 件孩子")
	has(t, page, `http-equiv="refresh" content="60;url=/staff/"`, "（1）待处理")

	// Without the grant one hears that there is one, and whom to call.
	report := string(zoufang.HarmReportID(visit))
	wang := w.as("wang")
	page = wang.get("/staff/").body
	has(t, page, "有 1 件孩子可能受到伤害的报告", "何督导", "已等 3 小时 20 分", "断电了")
	lacks(t, page, "童童", report)
	lacks(t, wang.get("/staff/requests").body, "童童", report)
	for _, got := range []answer{wang.get("/staff/records/" + report), wang.do("POST", "/staff/requests/"+report+"/take", map[string][]string{})} {
		if got.status != 403 || strings.Contains(got.body, "童童") {
			t.Errorf("without the grant: %d", got.status)
		}
	}
	has(t, w.as("he").get("/staff/records/"+report).body, "童童", "立即")

	// Another township sees nothing of either.
	page = w.as("zhao").get("/staff/").body
	lacks(t, page, "伤害的报告，", "童童", "断电了", "何督导")
	has(t, page, "现在没有要处理的")
	// An auditor reads what all do, and takes nothing.
	lacks(t, w.as("shen").get("/staff/").body, "童童", "我来处理")
}

// Where nobody has the grant, a report reaches whoever sees the area.
func TestAReportReachesSomebody(t *testing.T) {
	w := newOffice(t, false)
	w.harmed(time.Minute)
	for _, who := range []string{"wang", "sun"} {
		has(t, w.as(who).get("/staff/").body, "童童", "我来处理", "已等 1 分")
	}
	w.as("wang").get("/staff/")
	// From then on it is for who has it, also if that person may not sign in any more.
	u, _, err := w.operator().AddUser(w.Context(), operator.NewUser{Name: "何督导", Role: zoufang.County, Areas: []zoufang.AreaID{whole}, Login: "he", Children: true})
	w.must(err)
	has(t, w.as("wang").get("/staff/").body, "何督导")
	_, err = w.operator().Disable(w.Context(), u.ID, true)
	w.must(err)
	has(t, w.as("wang").get("/staff/").body, "童童")
}

func TestSomebodyTakesAReport(t *testing.T) {
	w := newOffice(t, true)
	first, second := w.harmed(2*time.Hour), w.harmed(time.Hour)
	he := w.as("he")
	path := "/staff/requests/" + string(zoufang.HarmReportID(first)) + "/take"
	before(t, he.get("/staff/").body, string(zoufang.HarmReportID(first)), string(zoufang.HarmReportID(second)))
	got := he.do("POST", path, map[string][]string{})
	if got.status != 200 || got.path != "/staff/" {
		t.Fatalf("taken: %d %s", got.status, got.path)
	}
	has(t, got.body, "何督导 今天", "已接")
	before(t, got.body, string(zoufang.HarmReportID(second)), string(zoufang.HarmReportID(first))) // what nobody has taken comes first
	if again := he.do("POST", path, map[string][]string{}); again.status != 409 || !strings.Contains(again.body, "已经有人接了") {
		t.Errorf("taken again: %d", again.status)
	}
	// Answered, it waits no more; one that is void never does.
	id := zoufang.HarmReportID(first)
	w.save("he", 0, "", []any{"go", id, "state", "assigned", "answered", []any{}})
	w.save("he", 0, "", []any{"set", zoufang.HarmReportID(second), "void", "同一件", []any{}})
	lacks(t, he.get("/staff/").body, "童童")
	if r := w.record(id); r.State("state") != "answered" {
		t.Errorf("it stands at %s", r.State("state"))
	}
}
