package ratelimit

import (
	"fmt"
	"testing"
	"time"
)

func TestPausesGrow(t *testing.T) {
	now := time.UnixMilli(1_000_000)
	p := NewPauses(3, time.Minute, 8*time.Minute, time.Hour, 10, func() time.Time { return now })
	for i, want := range []time.Duration{0, 0, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 8 * time.Minute} {
		p.Failed("a")
		if got := p.Wait("a"); got != want {
			t.Errorf("after failure %d: %v, want %v", i+1, got, want)
		}
		now = now.Add(want)
		if got := p.Wait("a"); got != 0 {
			t.Errorf("its pause over, failure %d still waits %v", i+1, got)
		}
	}
	p.Failed("a")
	if p.Wait("b") != 0 {
		t.Error("another waits too")
	}
	now = now.Add(-24 * time.Hour) // the clock is put back
	if got := p.Wait("a"); got > 8*time.Minute {
		t.Errorf("a clock that was put back: %v", got)
	}
	now = now.Add(24*time.Hour + time.Hour + time.Second)
	p.Failed("a")
	if p.Wait("a") != 0 {
		t.Error("an hour later it is not forgotten")
	}
	for range 5 {
		p.Failed("a")
	}
	p.Succeeded("a")
	if p.Failed("a"); p.Wait("a") != 0 {
		t.Error("a success forgets nothing")
	}
}

func TestPausesAreBounded(t *testing.T) {
	now := time.UnixMilli(1_000_000)
	p := NewPauses(1, time.Minute, time.Hour, 24*time.Hour, 100, func() time.Time { return now })
	for i := range 10_000 {
		p.Failed(fmt.Sprint(i))
		p.Failed("guessed all the while")
	}
	if n := len(p.present) + len(p.past); n > 201 {
		t.Errorf("%d keys are kept", n)
	}
	if p.Wait("guessed all the while") != time.Hour {
		t.Error("a key that fails all the while was forgotten for others")
	}
	for range 100 { // the shift stays in its bounds
		p.Failed("x")
	}
	if got := p.Wait("x"); got != time.Hour {
		t.Errorf("after a hundred failures: %v", got)
	}
}
