package backup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// A day of servers: each wait puts the clock forward.
func TestSchedule(t *testing.T) {
	a, target := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
	a.settle()
	var waits []time.Duration
	var done []error
	b := &broken{Target: target}
	b.puts.Store(1000)
	run := func(n int) {
		t.Helper()
		waits, done = nil, nil
		s := &Schedule{
			Place: a.Place, Target: b, Every: 24 * time.Hour, Keep: 3,
			Done: func(_ Written, err error) { done = append(done, err) },
			Wait: func(_ context.Context, d time.Duration) error {
				waits = append(waits, d.Round(time.Minute))
				if len(waits) == n {
					return context.Canceled
				}
				a.clock.forward(d)
				return nil
			},
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		s.Run(t.Context())
	}
	count := func() int {
		all, err := Sets(t.Context(), target)
		a.must(err)
		return len(all)
	}
	run(1)
	if len(done) != 1 || done[0] != nil || waits[0] != 24*time.Hour || count() != 1 {
		t.Fatalf("at first: %v %v", done, waits)
	}
	// A restart in between neither delays nor repeats it.
	a.clock.forward(20 * time.Hour)
	run(2)
	if len(done) != 1 || waits[0] != 4*time.Hour || waits[1] != 24*time.Hour || count() != 2 {
		t.Fatalf("after a restart: %v %v", done, waits)
	}
	// A failure is told and tried again soon.
	a.clock.forward(30 * time.Hour)
	b.puts.Store(0)
	run(3)
	if len(done) != 3 || !errors.Is(done[0], errFull) || waits[0] != 15*time.Minute || count() != 2 {
		t.Fatalf("full: %v %v", done, waits)
	}
	b.puts.Store(1000)
	run(4)
	if count() != 3 || len(done) != 4 {
		t.Fatalf("kept %d, %v", count(), done)
	}
	// A clock that ran a year ahead once keeps nothing away.
	a.clock.forward(365 * 24 * time.Hour)
	run(1)
	a.clock.forward(-365 * 24 * time.Hour)
	run(1)
	if len(done) != 1 || done[0] != nil || waits[0] != 24*time.Hour {
		t.Fatalf("after a clock ran ahead: %v %v", done, waits)
	}
	if r, err := newHouse(t, Keys{Passphrase: phrase}).RestoreSet(t.Context(), target, ""); err != nil || r.Records != 3 {
		t.Error(err)
	}
	s := &Schedule{Place: &Place{}, Every: time.Hour, Keep: 1}
	fails(t, s.Check(), "need a public key or a passphrase")
}

// Several servers on one store and one target make one set when one is due.
func TestServersShareASchedule(t *testing.T) {
	a, target := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
	a.settle()
	for day := range 3 {
		made := 0
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s := &Schedule{Place: a.Place, Target: target, Every: 24 * time.Hour, Keep: 5, Retry: 20 * time.Millisecond}
				s.Done = func(w Written, err error) {
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if w.File != "" {
						made++
					}
				}
				s.Wait = func(ctx context.Context, d time.Duration) error {
					if d > time.Hour {
						return context.Canceled
					}
					return sleep(ctx, d)
				}
				s.Run(t.Context())
			})
		}
		all.Wait()
		if made != 1 {
			t.Errorf("day %d: %d sets", day, made)
		}
		a.clock.forward(25 * time.Hour)
	}
	if s := names(t, string(target)); strings.Count(s, leaseDir) != 1 {
		t.Errorf("left %s", s)
	}
}
