package zoufang

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// What the constructors make is read back as it was meant.
func TestItemsAreReadBackAsTheyWereMade(t *testing.T) {
	const rid, area = RecordID("0192f3a0-0000-7000-8000-000000000001"), AreaID("990101001203")
	do := []Item{
		New(rid, KindVisit, area, map[string]any{"type": "care", "needs": []string{"米", "<油>"}, "note": Value(`"a\u4e2d"`)}),
		Set(rid, "note", nil), Set(rid, "risk", map[string]any{"level": "高"}, "a", "b"),
		Add(rid, "needs", "面"), Remove(rid, "needs", "面", "c"),
		Note(rid, "remarks", "好"), Go(rid, "state", Drafted, Submitted, "d"), Judge("x", Amend, "重写"),
	}
	line, err := Action{Device: "d", User: "u", At: 5, Page: "p", Do: do}.Line()
	if err != nil {
		t.Fatal(err)
	}
	c, fault := ParseCommit(line)
	if fault != nil {
		t.Fatalf("%v: %s", fault, line)
	}
	for i := range do {
		do[i].Nth = i
		if do[i].Seen == nil && (do[i].Op == OpSet || do[i].Op == OpRm || do[i].Op == OpGo) {
			do[i].Seen = []CommitID{}
		}
		if !reflect.DeepEqual(c.Do[i], do[i]) {
			t.Errorf("item %d: %+v, want %+v", i, c.Do[i], do[i])
		}
	}
	if bytes.Contains(line, []byte(`\u003c`)) || !bytes.Contains(line, []byte(`"a\u4e2d"`)) {
		t.Errorf("values are not as they were given: %s", line)
	}
}

func TestEveryRuleHasItsSentences(t *testing.T) {
	source, err := os.ReadFile("rule.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Rule = "([a-z_]+)"`).FindAllSubmatch(source, -1)
	if len(found) < 40 {
		t.Fatalf("%d rules were found", len(found))
	}
	for _, m := range found {
		s, there := rules[Rule(m[1])]
		if !there || s.Zh == "" || s.En == "" || strings.Count(s.Zh, "{") != strings.Count(s.En, "{") {
			t.Errorf("%s: %+v", m[1], s.Label)
		}
	}
	if len(rules) != len(found) {
		t.Errorf("%d sentences for %d rules", len(rules), len(found))
	}
}

// One fault, told over the wire and to a person.
func TestFaultsAreToldByTheirParts(t *testing.T) {
	label := func(name string) string { return KindOf(KindVisit).Field(name).Label.Zh }
	word := func(field, value string) string {
		if c := KindOf(KindVisit).Field(field).Choice(value); c != nil {
			return c.Zh
		}
		return value
	}
	for _, c := range []struct {
		f                *Fault
		items            int
		why, said, parts string
	}{
		{Fail(HeldInvalid, RuleValue).At("note").In(0), 1, "note: 值的类型不对", "情况：值的类型不对", `{"rule":"value","item":0,"field":"note"}`},
		{Fail(HeldInvalid, RuleValue).At("note").In(1), 2, "第 2 项: note: 值的类型不对", "情况：值的类型不对", `{"rule":"value","item":1,"field":"note"}`},
		{Fail(HeldStale, RuleStandsAt, "state", Approved).At("state"), 1, "state 现在是 approved", "状态 现在是 已核定", `{"rule":"stands_at","field":"state","args":{"state":"approved"}}`},
		{Fail(HeldInvalid, RuleVisitors).At("visitors"), 1, "入户核查须有两名走访人 (visitors)", "入户核查须有两名走访人", `{"rule":"two_visitors","field":"visitors"}`},
		{Fail(HeldScope, RuleRight), 1, "没有这个区划或这项权限", "没有这个区划或这项权限", `{"rule":"right"}`},
	} {
		b, err := json.Marshal(c.f.Parts)
		if err != nil || string(b) != c.parts {
			t.Errorf("%s, want %s", b, c.parts)
		}
		if why, said := c.f.Why(c.items), c.f.Say(label, word); why != c.why || said != c.said {
			t.Errorf("%s: %q and %q", c.f.Rule, why, said)
		}
	}
	if said := (Parts{Rule: "of_a_newer_program"}).Say(label, word); said != "" {
		t.Errorf("an unknown rule says %q", said)
	}
}
