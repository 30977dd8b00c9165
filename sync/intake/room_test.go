package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"zoufang"
)

// fills has somebody write notes on a record until one finds no room; it returns how
// many did, and the rule that the next broke.
func (p *person) fills(rid zoufang.RecordID, most int) (n int, rule zoufang.Rule) {
	p.w.Helper()
	for n < most {
		var lines []saved
		for range min(100, most-n) {
			lines = append(lines, p.saves(L{"log", rid, "remarks", "记"}))
		}
		for _, a := range p.sends(lines...).list {
			if a.R != "ok" {
				if a.Code != zoufang.HeldInvalid {
					p.w.Fatalf("held as %s", a.Code)
				}
				return n, a.Rule
			}
			n++
		}
	}
	return n, ""
}

func (a answers) broke(rule zoufang.Rule) {
	a.w.Helper()
	if got := a.list[0]; got.Code != zoufang.HeldInvalid || got.Rule != rule || got.Why == "" {
		a.w.Fatalf("%+v, want the rule %s", got, rule)
	}
}

// Whatever authors write into a visit, others, the office and a void find room; what
// is over is held, and applied once there is room again.
func TestARecordKeepsRoom(t *testing.T) {
	w := newWorld(t)
	wang, zhao := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong)
	chen := w.person("陈", zoufang.Coordinator, dong)
	li, boss := w.person("李", zoufang.Township, town), w.person("县", zoufang.County, county)
	v := w.id()
	made := wang.does(L{"new", v, "visit", dong, M{"type": "care"}})

	own := zoufang.MaxParts / 5 * 2
	if n, rule := wang.fills(v, zoufang.MaxParts); n != own-1 || rule != zoufang.RuleOwnShare { // the type is one
		t.Fatalf("one author wrote %d notes, then %s", n, rule)
	}
	over := wang.saves(L{"set", v, "met", "王秀兰", S{}})
	wang.sends(over).broke(zoufang.RuleOwnShare)
	wang.does(L{"set", v, "type", "routine", S{made.id}}) // no fuller than before
	if n, rule := zhao.fills(v, own); n != own || rule != "" {
		t.Fatalf("another author wrote %d notes, then %s", n, rule)
	}
	chen.sends(chen.saves(L{"log", v, "remarks", "记"})).broke(zoufang.RuleKeptFree)
	li.does(L{"log", v, "comments.note", "请补照片"}, L{"log", v, "comments.visit", "看过"})
	wang.does(L{"set", v, "void", "重复", w.by(v)})
	wang.does(L{"set", v, "void", nil, w.by(v)})
	wang.does(L{"go", v, "state", "draft", "submitted", w.by(v)})
	li.does(L{"go", v, "state", "submitted", "returned", w.by(v)})
	if n, rule := li.fills(v, zoufang.MaxParts); n != zoufang.MaxParts/5-2 || rule != zoufang.RuleTooMuch {
		t.Fatalf("the office wrote %d notes, then %s", n, rule)
	}
	boss.does(L{"set", v, "void", "满了", w.by(v)}) // a place of its own
	li.sends(li.saves(L{"judge", over.id, "release", ""})).are("invalid")
	w.is(over, "invalid")
}

// What dead ids and emptied elements take is nobody's: it is bounded by itself.
func TestWhatIsSpentIsBounded(t *testing.T) {
	w := newWorld(t)
	wang, zhao := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "care"}})
	ids := func(n, from int) (out S) {
		for i := range n {
			out = append(out, raw(fmt.Sprint("no such line ", from+i)).id)
		}
		return out
	}
	most := zoufang.MaxParts / 5
	wang.does(L{"set", v, "note", "一", ids(most, 0)})
	wang.sends(wang.saves(L{"set", v, "met", "甲", ids(1, most)})).broke(zoufang.RuleKeptFree)
	zhao.does(L{"set", v, "met", "乙", S{}}) // others write on
	rice := zhao.does(L{"add", v, "needs", "米"})
	zhao.does(L{"rm", v, "needs", "米", S{rice.id}}) // no fuller than before
}

// One author's values of void leave room for another's.
func TestVoidsAreBounded(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "care"}})
	held := 0
	for i := range 64 {
		if a := wang.sends(wang.saves(L{"set", v, "void", fmt.Sprint(i), S{}})); a.list[0].R != "ok" {
			a.broke(zoufang.RuleTooMuch)
			held++
		}
	}
	if held != 32 {
		t.Errorf("%d of 64 voids are held", held)
	}
	long := wang.saves(L{"set", v, "void", strings.Repeat("长", 20000), S{}}) // 60 kB
	wang.sends(long).broke(zoufang.RuleTooMuch)
	li.does(L{"set", v, "void", "作废", w.by(v)})
	wang.does(L{"log", v, "remarks", "还能写"})
}

// Bytes are shared out as parts are.
func TestBytesAreShared(t *testing.T) {
	w := newWorld(t)
	wang, zhao, li := w.person("王", zoufang.Coordinator, dong), w.person("赵", zoufang.Coordinator, dong), w.person("李", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "care"}})
	page := strings.Repeat("x", 50<<10)
	writes := func(p *person) (n int, rule zoufang.Rule) {
		for n < 20 {
			if a := p.sends(p.saves(L{"log", v, "remarks", page})).list[0]; a.R != "ok" {
				return n, a.Rule
			}
			n++
		}
		return n, ""
	}
	if n, rule := writes(wang); n != 4 || rule != zoufang.RuleOwnShare {
		t.Errorf("one author: %d pages, then %s", n, rule)
	}
	if n, rule := writes(zhao); n != 4 || rule != zoufang.RuleOwnShare {
		t.Errorf("another: %d pages, then %s", n, rule)
	}
	if n, rule := writes(li); n != 2 || rule != zoufang.RuleTooMuch {
		t.Errorf("the office: %d pages, then %s", n, rule)
	}
}

// A record that an older program let grow over the bounds takes what makes it no fuller.
func TestAFullRecordCanBeEmptied(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{}})
	var last zoufang.Rule
	for i := 0; i < 900; i += 300 {
		var lines []saved
		for j := range 300 {
			lines = append(lines, wang.saves(L{"set", h, "phone", fmt.Sprint(i + j), S{}}))
		}
		list := wang.sends(lines...).list
		last = list[len(list)-1].Rule
	}
	if n := len(w.record(h).Heads["phone"].Live); n != zoufang.MaxParts/5*2 || last != zoufang.RuleOwnShare {
		t.Fatalf("%d heads, then %s", n, last)
	}
	wang.does(L{"set", h, "phone", "1", w.by(h)})
	wang.does(L{"log", h, "remarks", "再记一句"})
	w.shows(h, "phone", `"1"`)
}
