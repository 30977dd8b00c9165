package ratelimit

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func (c *clock) pass(d time.Duration) { c.t = c.t.Add(d) }

func TestAsManyAsAllowedThenAWait(t *testing.T) {
	c := &clock{time.UnixMilli(1_763_760_000_000)}
	l := New(3, time.Minute, 10, c.now)
	for i := range 3 {
		if _, ok := l.Take("a"); !ok {
			t.Fatalf("event %d was refused", i+1)
		}
		c.pass(10 * time.Second)
	}
	if wait, ok := l.Take("a"); ok || wait != 30*time.Second {
		t.Fatalf("the fourth: %v, wait %v", ok, wait)
	}
	if _, ok := l.Take("b"); !ok {
		t.Fatal("another key pays for it")
	}
	c.pass(30 * time.Second)
	if _, ok := l.Take("a"); !ok {
		t.Fatal("refused after the wait")
	}
}

func TestOnlyWhatIsAddedCounts(t *testing.T) {
	c := &clock{time.UnixMilli(1_763_760_000_000)}
	l := New(2, time.Minute, 10, c.now)
	for range 100 {
		if _, full := l.Full("a"); full {
			t.Fatal("asking counts")
		}
	}
	l.Add("a")
	l.Add("a")
	if wait, full := l.Full("a"); !full || wait != time.Minute {
		t.Fatalf("full %v, wait %v", full, wait)
	}
}

func TestAClockPutBackShutsNobodyOut(t *testing.T) {
	c := &clock{time.UnixMilli(1_763_760_000_000)}
	l := New(1, time.Minute, 10, c.now)
	l.Take("a")
	c.pass(-time.Hour)
	if _, ok := l.Take("a"); !ok {
		t.Fatal("refused for an hour")
	}
}

func TestCountsOutliveATurnAndMemoryIsBounded(t *testing.T) {
	c := &clock{time.UnixMilli(1_763_760_000_000)}
	l := New(1, time.Minute, 100, c.now)
	l.Take("first")
	for i := range 150 {
		l.Take(fmt.Sprint(i))
	}
	if _, ok := l.Take("first"); ok {
		t.Fatal("forgotten after one turn")
	}
	for i := range 10_000 {
		l.Take(fmt.Sprint("more", i))
	}
	if n := len(l.present) + len(l.past); n > 200 {
		t.Fatalf("%d keys are kept", n)
	}
}

func TestAtOnce(t *testing.T) {
	l := New(50, time.Hour, 10, time.Now)
	var mu sync.Mutex
	var wg sync.WaitGroup
	allowed := 0
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, ok := l.Take("a"); ok {
					mu.Lock()
					allowed++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if allowed != 50 {
		t.Fatalf("%d were allowed", allowed)
	}
}
