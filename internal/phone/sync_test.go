package phone

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestSyncSendsAndReads(t *testing.T) {
	s, p := play(t,
		said{head: `,"scope":{"version":7,"areas":["A"],"above":["T"]},"fresh":["A","T"]`, more: true,
			rows: []string{rowLine("r1", "A", 1, "x")}}.reply,
		said{time: 3000, rows: []string{rowLine("t1", "T", 4, "y")}}.reply)
	l := p.Commit(NewRecord("r1", "visit", "A", Fields{"type": "routine"}))
	mustSync(t, p)
	first, second := s.asked[0], s.asked[1]
	if len(first.lines) != 1 || first.lines[0] != string(l.Bytes) || first.Cursor != nil || first.Last != nil || *first.Epoch != "e1" {
		t.Errorf("%+v", first)
	}
	if len(second.lines) != 0 || *second.Cursor != "c2000" || *second.Last != l.ID {
		t.Errorf("%+v", second)
	}
	if got := slices.Sorted(maps.Keys(p.Rows())); !slices.Equal(got, []string{"r1", "t1"}) {
		t.Error(got)
	}
	kept, _ := p.Line(l.ID)
	if kept.Answer != (Answer{R: "ok", Epoch: "e1", Time: 2000}) || p.Heard() != 3000 {
		t.Errorf("%+v, heard %d", kept.Answer, p.Heard())
	}
	if tr := p.Traffic(); tr.Requests != 5 || tr.BytesUp == 0 || tr.BytesDown == 0 {
		t.Errorf("%+v", tr) // enrol, challenge, token and two syncs
	}
}

func TestNoReplyChangesNothing(t *testing.T) {
	portal := func(asked) string { return "<html>" }
	cut := func(a asked) string {
		whole := said{time: 2500, rows: []string{rowLine("r", "A", 1, "x")}}.reply(a)
		return whole[:strings.Index(whole, `{"end"`)]
	}
	silent := said{time: 2600, skip: true, rows: []string{rowLine("r", "A", 1, "x")}}.reply
	_, p := play(t, portal, cut, silent, said{}.reply)
	l := p.Commit(Log("r", "remarks", "1"))
	for range 3 {
		if err := p.Sync(context.Background()); !errors.Is(err, ErrReply) {
			t.Fatal(err)
		}
		if p.Unsent() != 1 || len(p.Rows()) != 0 || p.Last() != "" || p.Heard() != 1000 {
			t.Fatal("half a reply was used")
		}
	}
	mustSync(t, p)
	if p.Last() != l.ID {
		t.Error(p.Last())
	}
}

func TestFreshAreaIsReplacedWhenTheReadingEnds(t *testing.T) {
	all := `,"fresh":["A","B"]`
	_, p := play(t,
		said{head: all, rows: []string{rowLine("a1", "A", 1, "x"), rowLine("a2", "A", 2, "x"), rowLine("b1", "B", 1, "x")}}.reply,
		said{head: `,"fresh":["A"]`, time: 3000, more: true, rows: []string{rowLine("a2", "A", 1, "z")}}.reply,
		func(a asked) string { return "status 503" }, func(a asked) string { return "status 503" },
		func(a asked) string { return "status 503" }, func(a asked) string { return "status 503" },
		said{time: 4000, rows: []string{rowLine("a3", "A", 2, "z")}}.reply)
	mustSync(t, p)
	if err := p.Sync(context.Background()); !isStatus(err, 503) {
		t.Fatal(err)
	}
	if len(p.Rows()) != 3 {
		t.Errorf("rows were dropped before the reading ended: %v", slices.Sorted(maps.Keys(p.Rows())))
	}
	mustSync(t, p)
	if got := slices.Sorted(maps.Keys(p.Rows())); !slices.Equal(got, []string{"a2", "a3", "b1"}) {
		t.Error(got)
	}
}

func TestGoneOnlyFromTheSameArea(t *testing.T) {
	_, p := play(t,
		said{rows: []string{rowLine("r1", "A", 1, "x"), rowLine("r2", "A", 2, "x")}}.reply,
		said{time: 3000, rows: []string{rowLine("r1", "B", 5, "x"), goneLine("r1", "A"), goneLine("r2", "A")}}.reply)
	mustSync(t, p)
	mustSync(t, p)
	if rows := p.Rows(); len(rows) != 1 || rows["r1"] == nil || rows["r1"].Area != "B" {
		t.Errorf("%v", rows)
	}
}

func TestLastIsTheLatestFirstAnswer(t *testing.T) {
	s, p := play(t, said{}.reply, said{time: 3000}.reply, said{time: 4000}.reply, said{time: 5000}.reply)
	one := p.Commit(Log("r", "remarks", "1"))
	two := p.Commit(Log("r", "remarks", "2"))
	mustSync(t, p)
	if p.Last() != two.ID {
		t.Fatal("not the last of a reply's answers")
	}
	p.Resend(one.ID)
	mustSync(t, p)
	if p.Last() != two.ID {
		t.Error("a repeat moved last")
	}
	if l, _ := p.Line(one.ID); l.Answer.Time != 2000 {
		t.Errorf("a repeat moved the time of the first answer to %d", l.Answer.Time)
	}
	three := p.Commit(Log("r", "remarks", "3"))
	p.Resend(two.ID, one.ID)
	mustSync(t, p)
	if want := []string{string(two.Bytes), string(one.Bytes), string(three.Bytes)}; !slices.Equal(s.asked[2].lines, want) {
		t.Errorf("%v", s.asked[2].lines)
	}
	if p.Last() != three.ID {
		t.Error("a first answer among repeats was missed")
	}
	mustSync(t, p)
	if *s.asked[3].Last != three.ID {
		t.Error("last was not named")
	}
}

func TestRestoredServerGetsEverythingAgain(t *testing.T) {
	for name, refusal := range map[string]string{
		"other epoch":   `{"zoufang":1,"epoch":"e2","time":7000,"safe_at":null}` + "\n" + `{"end":true,"cursor":null,"more":true}`,
		"silent return": `{"zoufang":1,"epoch":"e1","time":7000,"safe_at":null,"again":true}` + "\n" + `{"end":true,"cursor":null,"more":true}`,
	} {
		epoch := refusal[22:24]
		s, p := play(t, said{rows: []string{rowLine("old", "A", 1, "x")}}.reply,
			func(asked) string { return refusal },
			said{epoch: epoch, time: 8000, head: `,"fresh":["A"]`, rows: []string{rowLine("r", "A", 1, "x")}}.reply)
		digest := p.AddMedium([]byte("photo"), "image/png")
		p.media[digest].accept("e1", 1500)
		one := p.Commit(Log("r", "remarks", "1"))
		mustSync(t, p)
		two := p.Commit(Log("r", "remarks", "2"))
		mustSync(t, p)
		again := s.asked[2]
		if again.Cursor != nil || again.Last != nil || *again.Epoch != epoch {
			t.Errorf("%s: %+v", name, again.hello)
		}
		if !slices.Equal(again.lines, []string{string(one.Bytes), string(two.Bytes)}) {
			t.Errorf("%s: sent %v", name, again.lines)
		}
		if l, _ := p.Line(one.ID); l.Answer.Epoch != epoch || l.Answer.Time != 8000 {
			t.Errorf("%s: %+v", name, l.Answer)
		}
		if m := p.media[digest]; m.accepted() || !m.ask {
			t.Errorf("%s: medium still counts as accepted", name)
		}
		if rows := p.Rows(); len(rows) != 1 || rows["r"] == nil || p.Restarts() != 1 {
			t.Errorf("%s: %v", name, rows)
		}
	}
}

func TestTooLargeIsHalved(t *testing.T) {
	var sizes []int
	reply := func(a asked) string {
		sizes = append(sizes, len(a.lines))
		if len(a.lines) > 2 {
			return "status 413"
		}
		return said{}.reply(a)
	}
	_, p := play(t, slices.Repeat([]func(asked) string{reply}, 9)...)
	for i := range 7 {
		p.Commit(Log("r", "remarks", fmt.Sprint(i)))
	}
	mustSync(t, p)
	if want := []int{7, 3, 1, 1, 1, 1, 1, 1, 1}; !slices.Equal(sizes, want) {
		t.Error(sizes)
	}
}

func TestBatchesKeepTheBounds(t *testing.T) {
	reply := said{}.reply
	s, p := play(t, reply, reply, reply)
	for range 501 {
		p.Commit(Log("r", "remarks", "x"))
	}
	big := strings.Repeat("走", 20<<10)
	for range 8 {
		p.Commit(Log("r", "remarks", big))
	}
	mustSync(t, p)
	for i, want := range []int{500, 9} {
		if got := len(s.asked[i].lines); i == 0 && got != want || got > want {
			t.Errorf("request %d has %d lines", i, got)
		}
	}
	if n := len(strings.Join(s.asked[1].lines, "\n")); n > maxRequest {
		t.Errorf("%d bytes in a request", n)
	}
}

func TestSumsDifferRereadOnce(t *testing.T) {
	row := rowLine("r", "A", 1, "x")
	wrong := `{"A":"0123456789abcdef","B":"0000000000000000"}`
	s, p := play(t, said{rows: []string{row}, sum: wrong}.reply,
		said{time: 3000, head: `,"fresh":["A"]`, rows: []string{row}, sum: wrong}.reply,
		said{time: 4000, sum: wrong}.reply,
		said{time: 5000, head: `,"fresh":["A"]`, sum: `{"A":"0000000000000000"}`}.reply)
	mustSync(t, p)
	if len(s.asked) != 2 || len(s.asked[0].Reread) != 0 || !slices.Equal(s.asked[1].Reread, []string{"A"}) {
		t.Fatalf("%+v", s.asked)
	}
	if !slices.Equal(p.Differing(), []string{"A"}) {
		t.Error(p.Differing())
	}
	mustSync(t, p)
	if len(s.asked) != 4 || !slices.Equal(s.asked[3].Reread, []string{"A"}) || len(p.Differing()) != 0 || len(p.Rows()) != 0 {
		t.Errorf("%+v, %v", s.asked, p.Differing())
	}
}

func TestAreasTakenAwayAreErasedLast(t *testing.T) {
	_, p := play(t,
		said{head: `,"scope":{"version":1,"areas":["A","B"],"above":[]}`, rows: []string{rowLine("a", "A", 1, "x"), rowLine("b", "B", 1, "x")}}.reply,
		said{time: 3000, head: `,"scope":{"version":2,"areas":["A"],"above":[]}`, more: true}.reply,
		func(asked) string { return "<html>" },
		said{time: 4000}.reply)
	mustSync(t, p)
	p.Commit(Log("b", "remarks", "1"))
	if err := p.Sync(context.Background()); err == nil || p.Row("b") == nil {
		t.Errorf("erased before the sync was through: %v", err)
	}
	mustSync(t, p)
	if p.Row("b") != nil || p.Row("a") == nil || len(p.Lines()) != 1 {
		t.Error("not the area that was taken away")
	}
	if !slices.Equal(p.Areas(), []string{"A"}) {
		t.Error(p.Areas())
	}
}

func TestLinesAreKeptUntilThirtyDaysAfterTheyAreSafe(t *testing.T) {
	day := int64(24 * 60 * 60 * 1000)
	at := func(now, safe int64) func(asked) string {
		return func(a asked) string {
			return strings.Replace(said{time: now}.reply(a), `"safe_at":null`, fmt.Sprintf(`"safe_at":%d`, safe), 1)
		}
	}
	_, p := play(t, at(2000, 2000), at(3000, 2001), at(3000+30*day, 2001), at(3001+30*day, 2001))
	l := p.Commit(Log("r", "remarks", "1"))
	for i, want := range []struct{ safe, kept bool }{{false, true}, {true, true}, {true, true}, {false, false}} {
		mustSync(t, p)
		if got, kept := p.Line(l.ID); kept != want.kept || got.Safe() != want.safe {
			t.Errorf("sync %d: kept %v, safe %v", i, kept, got.Safe())
		}
	}
}
