package server

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"zoufang"
)

// harmHeld is a visit of 李芳's to a village that is not hers, which tells of harm.
func (w *world) harmHeld(ago time.Duration, more ...any) zoufang.CommitID {
	w.Helper()
	return w.save("李芳", ago, zoufang.HeldScope, append([]any{[]any{"new", w.rid(), "visit", xi, map[string]any{"type": "routine", "form": "routine@2", "met": "童童的奶奶", "answers.harm": true}}}, more...)...)
}

// A held visit that tells of harm to a child makes no report before it is applied, so it
// stands first itself: for who has the grant; others hear that it is there.
func TestHeldHarmStandsFirst(t *testing.T) {
	w := newOffice(t, true)
	home := w.rid()
	w.save("sun", 0, "", []any{"new", home, "household", xi, map[string]any{"head": "冯有才"}})
	w.save("周南", 0, zoufang.HeldScope, []any{"log", home, "remarks", "一条别的"})
	for i := range 50 {
		w.save("李芳", 4*time.Hour, zoufang.HeldScope, []any{"log", home, "remarks", fmt.Sprint("借看 ", i)})
	}
	id := w.harmHeld(3*time.Hour + 20*time.Minute)
	he, wang := w.as("he"), w.as("wang")
	page := he.get("/staff/").body
	before(t, page, "孩子可能受到伤害", "还搁置着的内容，1 条", "李芳", "已等 3 小时 20 分", "行搁置待定")
	has(t, page, "（1）待处理")
	has(t, he.get(strings.ReplaceAll(groupLink.FindStringSubmatch(page)[1], "&amp;", "&")).body, "童童的奶奶", "放行</button>")
	before(t, he.get("/staff/held").body, "孩子可能受到伤害", "已等 3 小时 20 分", "童童的奶奶", "借看 0", "一条别的")

	page = wang.get("/staff/").body
	has(t, page, "有 1 件孩子可能受到伤害的报告，最早的已等 3 小时 20 分", "何督导")
	lacks(t, page, "童童", "还搁置着的内容")
	page = wang.get("/staff/held").body
	before(t, page, "已等 3 小时 20 分", "儿童档案", "何督导", "借看 0")
	lacks(t, page, "童童", string(id))
	lacks(t, w.as("zhao").get("/staff/").body, "伤害的报告，", "还搁置着的内容")

	// Nobody decides of what they cannot read: neither of it nor of its group.
	got := wang.do("POST", "/staff/held/"+string(id), url.Values{"ruling": {"reject"}, "why": {"重复"}})
	if got.status != 403 || strings.Contains(got.body, "童童") {
		t.Errorf("without the grant: %d", got.status)
	}
	w.clock.forward(2 * time.Second)
	form := step(t, wang.get(strings.ReplaceAll(groupLink.FindStringSubmatch(page)[1], "&amp;", "&")).body)
	form.Set("ruling", "reject")
	form.Set("why", "不是她的村")
	has(t, wang.do("POST", "/staff/held/group", form).body, "已不采用 50 条；1 条没有办成：这是儿童档案")
	if open := (&story{world: w}).open(); len(open) != 2 {
		t.Errorf("%d lines are open", len(open))
	}

	// Released, the report is there and the line is told of no more.
	he.do("POST", "/staff/held/"+string(id), url.Values{"ruling": {"release"}, "why": {"属实"}})
	page = he.get("/staff/").body
	has(t, page, "孩子可能受到伤害", "我来处理")
	lacks(t, page, "还搁置着的内容")
}

// A held line about a report that is there is as much for others as the report.
func TestHeldLinesAboutAReport(t *testing.T) {
	w := newOffice(t, true)
	report := zoufang.HarmReportID(w.harmed(time.Hour))
	id := w.save("周南", 0, zoufang.HeldScope, []any{"log", report, "remarks", "孩子身上有伤，已报警"})
	he, wang := w.program("he"), w.program("wang")
	if got := wang.get("/held?limit=200"); got.status != 200 || strings.Contains(got.body, "身上有伤") {
		t.Errorf("without the grant: %d %s", got.status, got.body)
	}
	if got := he.get("/held?limit=200"); !strings.Contains(got.body, "身上有伤") {
		t.Errorf("with the grant: %s", got.body)
	}
	rule := map[string]any{"decision": "release", "why": "看过"}
	if got := wang.post("/held/"+string(id)+"/decision", rule); got.status == 200 || len(w.record(report).Logs["remarks"]) != 0 {
		t.Errorf("released by who may not read it: %d %s", got.status, got.body)
	}
	lacks(t, w.as("wang").get("/staff/held").body, "身上有伤")
	if got := he.post("/held/"+string(id)+"/decision", rule); got.status != 200 || len(w.record(report).Logs["remarks"]) != 1 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// What held lines alone tell of is told, whatever they are held for; a report that is
// there, a visit that is void and an answer of no are not.
func TestWhatHeldLinesTellOfHarm(t *testing.T) {
	for _, c := range []struct {
		name  string
		saves func(w *world)
		want  string
	}{
		{"no", func(w *world) {
			w.save("李芳", 0, zoufang.HeldScope, []any{"new", w.rid(), "visit", xi, map[string]any{"type": "routine", "answers.harm": false, "answers.food": "够吃够穿"}})
		}, ""},
		{"void", func(w *world) {
			w.save("李芳", 0, zoufang.HeldScope, []any{"new", w.rid(), "visit", xi, map[string]any{"type": "routine", "answers.harm": true, "void": "记错了"}})
		}, ""},
		{"an answer to a visit that is not there", func(w *world) {
			w.save("李芳", 0, zoufang.HeldWaiting, []any{"set", w.rid(), "answers.harm", true, []any{}})
		}, "1 条"},
		{"a visit that breaks a rule", func(w *world) {
			w.save("李芳", 0, zoufang.HeldInvalid, []any{"new", w.rid(), "visit", dong, map[string]any{"type": 5, "answers.harm": true}})
		}, "1 条"},
		{"the report is there", func(w *world) {
			visit := w.rid()
			w.save("李芳", 0, "", []any{"new", zoufang.HarmReportID(visit), "request", dong, map[string]any{"item": zoufang.HarmItem, "urgency": "立即", "visit": visit}})
			w.save("李芳", 0, zoufang.HeldScope, []any{"new", visit, "visit", xi, map[string]any{"type": "routine", "answers.harm": true}})
		}, ""},
		{"the report is held too", func(w *world) {
			w.save("李芳", 0, zoufang.HeldScope, []any{"new", w.rid(), "request", xi, map[string]any{"item": zoufang.HarmItem, "urgency": "立即"}})
			w.harmHeld(0)
		}, "2 条"},
		{"a flood", func(w *world) {
			for range 30 {
				w.harmHeld(0)
			}
		}, "至少 20 条"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newOffice(t, true)
			c.saves(w)
			for range 2 { // also of what is remembered
				page := w.as("he").get("/staff/").body
				if c.want == "" {
					lacks(t, page, "还搁置着的内容")
				} else {
					has(t, page, "还搁置着的内容，"+c.want)
				}
			}
		})
	}
}
