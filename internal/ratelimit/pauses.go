package ratelimit

import (
	"sync"
	"time"
)

// Pauses makes whoever fails wait longer and longer: the first failures of a key are
// free, then each doubles the pause, up to a longest. A success forgets them; so does
// time. Like Limiter it keeps a bounded number of keys, in this process alone.
type Pauses struct {
	free     int
	first    time.Duration
	longest  time.Duration
	lifetime time.Duration // without a failure, after which a key is forgotten
	keys     int
	now      func() time.Time

	mu      sync.Mutex
	present map[string]failures
	past    map[string]failures // before the last turn, still looked at
}

type failures struct {
	n     int
	last  time.Time
	until time.Time
}

// NewPauses makes Pauses of the keys that failed last: at least keys, at most twice
// as many.
func NewPauses(free int, first, longest, lifetime time.Duration, keys int, now func() time.Time) *Pauses {
	return &Pauses{free: free, first: first, longest: longest, lifetime: lifetime, keys: max(keys, 1), now: now, present: map[string]failures{}}
}

// Wait says how long a key has to wait, 0 where it may try.
func (p *Pauses) Wait(key string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	return min(max(p.find(key, now).until.Sub(now), 0), p.longest) // a clock that was put back shuts nobody out for longer
}

// Failed counts a failure.
func (p *Pauses) Failed(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	f := p.find(key, now)
	f.n, f.last = f.n+1, now
	if over := f.n - p.free; over >= 0 {
		f.until = now.Add(min(p.first<<min(over, 20), p.longest))
	}
	if _, here := p.present[key]; !here && len(p.present) >= p.keys {
		p.past, p.present = p.present, map[string]failures{}
	}
	p.present[key] = f
}

// Succeeded forgets a key's failures.
func (p *Pauses) Succeeded(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.present, key)
	delete(p.past, key)
}

func (p *Pauses) find(key string, now time.Time) failures {
	f, ok := p.present[key]
	if !ok {
		f = p.past[key]
	}
	if now.Sub(f.last) > p.lifetime {
		return failures{}
	}
	return f
}
