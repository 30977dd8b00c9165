package backup

import (
	"fmt"
	"sync"
	"time"
)

// progress tells a person how far a long part is, once a second at most.
type progress struct {
	p     *Place
	what  string
	total int64 // bytes; 0: things are counted, and nobody knows how many there are

	mu   sync.Mutex
	done int64
	last time.Time
}

func (p *Place) progress(what string, total int64) *progress {
	return &progress{p: p, what: what, total: total, last: p.Now()}
}

func (f *progress) add(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done += n
	if f.total == 0 && f.done%1000 != 0 {
		return
	}
	now := f.p.Now()
	if now.Sub(f.last) < time.Second {
		return
	}
	f.last = now
	if f.total == 0 {
		f.p.say("%s: %d", f.what, f.done)
		return
	}
	f.p.say("%s: %d %% (%s of %s)", f.what, 100*f.done/f.total, size(f.done), size(f.total))
}

func size(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d kB", n>>10)
	case n < 1<<30:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
}
