package intake_test

import (
	"context"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// looking counts how often an update looks how a line stands.
type looking struct {
	storage.Records
	looks int
}

type lookingTx struct {
	storage.Tx
	c *looking
}

func (c *looking) Update(ctx context.Context, near zoufang.AreaID, f func(storage.Tx) error) error {
	return c.Records.Update(ctx, near, func(tx storage.Tx) error { return f(lookingTx{tx, c}) })
}

func (t lookingTx) Known(id zoufang.CommitID) (bool, error) {
	t.c.looks++
	return t.Tx.Known(id)
}

// One line wakes very many steps that have all seen very many lines: each of these is
// looked up once, not once for each step.
func TestManyStepsThatSawTheSameLines(t *testing.T) {
	w := newWorld(t)
	wang, chief := w.person("王", zoufang.Coordinator, dong), w.person("所", zoufang.Township, town)
	v := w.id()
	wang.does(L{"new", v, "visit", dong, M{"type": "routine"}})
	const steps, notes = 80, 150
	var seen S
	for range notes {
		seen = append(seen, wang.does(L{"log", v, "remarks", "好"}).id)
	}
	last := wang.saves(L{"log", v, "remarks", "末"})
	seen = append(seen, last.id)
	var waiting []saved
	for range steps { // they fail: the visit has not been submitted
		waiting = append(waiting, chief.saves(L{"go", v, "state", "submitted", "returned", seen}))
	}
	for _, s := range waiting {
		chief.sends(s).are("waiting")
	}
	count := &looking{Records: w.store}
	w.in = &intake.Intake{Records: count}
	began := time.Now()
	wang.sends(last).are("ok")
	t.Logf("%d steps that saw %d lines were woken in %v with %d looks", steps, notes, time.Since(began), count.looks)
	if count.looks > notes+2*steps {
		t.Errorf("it was looked up %d times how a line stands", count.looks)
	}
	chief.sends(waiting[0]).are("stale_state")
}

// Of two values whose clocks both run ahead the one that came later is shown first,
// 300 ms apart as well, however the machine's clock stands.
func TestTheLaterOfTwoIsShownFirst(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong), w.person("李", zoufang.Coordinator, dong)
	h := w.id()
	wang.does(L{"new", h, "household", dong, M{"head": "甲"}})
	ahead := w.clock.Add(time.Hour).UnixMilli()
	wang.at, li.at = ahead, ahead
	var want []string
	for i, by := range []time.Duration{300 * time.Millisecond, 300 * time.Millisecond, -2 * time.Second, 300 * time.Millisecond} {
		for _, who := range []*person{wang, li} {
			w.clock = w.clock.Add(by)
			value := who.user.Name + string(rune('0'+i))
			who.sends(who.saves(L{"set", h, "phone", value, S{}})).are("ok")
			want = append([]string{`"` + value + `"`}, want...)
			w.shows(h, "phone", want...)
		}
	}
}
