package api

import (
	"errors"
	"testing"
	"time"

	"zoufang/internal/problem"
	"zoufang/internal/ratelimit"
)

func TestATokenIsHeldToItsLimits(t *testing.T) {
	now := time.Now()
	a := &API{often: ratelimit.New(mostAtOnce+2, time.Minute, 10, func() time.Time { return now })}
	refused := func(who string) bool {
		_, err := a.count(&caller{key: who})
		var p *problem.Problem
		if err != nil && (!errors.As(err, &p) || p.Code != problem.SlowDown || p.After <= 0) {
			t.Errorf("%v", err)
		}
		return err != nil
	}
	var leave []func()
	for range mostAtOnce {
		f, err := a.count(&caller{key: "one"})
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, f)
	}
	if !refused("one") || refused("another") {
		t.Error("of too many at once, not that one is refused")
	}
	for _, f := range leave {
		f()
	}
	if refused("one") {
		t.Error("refused, although nothing is under way")
	}
	if !refused("one") {
		t.Error("asked too often, and not refused")
	}
	now = now.Add(time.Minute)
	if refused("one") {
		t.Error("refused for what was a minute ago")
	}
	if len(a.atOnce.of) != 2 {
		t.Errorf("%v", a.atOnce.of)
	}
}

// What a route that goes says of it stands in its line.
func TestARouteThatGoesSaysSo(t *testing.T) {
	for _, r := range (&API{}).table() {
		if (r.Deprecated == "") != (r.Sunset == "") {
			t.Errorf("%s %s says half of it", r.Method, r.Path)
		}
		if r.Method == "POST" && r.Body == 0 {
			t.Errorf("%s has no bound for its body", r.Path)
		}
		if r.Method == "GET" && r.Writes {
			t.Errorf("%s writes", r.Path)
		}
	}
}
