// Package ratelimit owns the count of how often somebody may ask in a while.
//
// It keeps no more than a bounded number of keys and forgets them by itself; it
// counts in this process alone, so that several copies of the server allow
// several times as much. What a key stands for (an address, a device) is the
// caller's to say.
package ratelimit

import (
	"sync"
	"time"
)

// Limiter allows a number of events per key in a window that begins with the
// key's first event.
type Limiter struct {
	most   int
	window time.Duration
	keys   int
	now    func() time.Time

	mu      sync.Mutex
	present map[string]*count
	past    map[string]*count // before the last turn, still looked at
	turned  time.Time
}

type count struct {
	n     int
	until time.Time
}

// New makes a limiter of most events per key in a window. It remembers the keys
// of the latest events, at least keys and at most twice as many.
func New(most int, window time.Duration, keys int, now func() time.Time) *Limiter {
	return &Limiter{most: most, window: window, keys: max(keys, 1), now: now, present: map[string]*count{}, turned: now()}
}

// Take counts an event, or says how long to wait for the next that is allowed.
// What is not allowed is not counted.
func (l *Limiter) Take(key string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	c := l.find(key, now)
	if c != nil && c.n >= l.most {
		return c.until.Sub(now), false
	}
	l.add(key, c, now)
	return 0, true
}

// Full says how long to wait where no more is allowed, and counts nothing. With
// Add it limits events that are known only afterwards, such as failures.
func (l *Limiter) Full(key string) (wait time.Duration, full bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if c := l.find(key, now); c != nil && c.n >= l.most {
		return c.until.Sub(now), true
	}
	return 0, false
}

// Add counts an event that has happened.
func (l *Limiter) Add(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.add(key, l.find(key, now), now)
}

// find gives the running count of a key, or nil.
func (l *Limiter) find(key string, now time.Time) *count {
	c := l.present[key]
	if c == nil {
		c = l.past[key]
	}
	// A clock that was put back must not shut a key out for longer than a window.
	if c == nil || !now.Before(c.until) || c.until.Sub(now) > l.window {
		return nil
	}
	return c
}

func (l *Limiter) add(key string, c *count, now time.Time) {
	if c == nil {
		c = &count{until: now.Add(l.window)}
	}
	c.n++
	if _, here := l.present[key]; !here {
		if len(l.present) >= l.keys || now.Sub(l.turned).Abs() > l.window {
			l.past, l.present, l.turned = l.present, map[string]*count{}, now
		}
	}
	l.present[key] = c
}
