package api

import (
	"sync"
	"time"

	"zoufang/internal/problem"
)

// Bounds on how often one token, or one person at the console, may ask; each copy of
// the server counts by itself.
const (
	mostOften         = 3000
	oftenTime         = time.Minute
	mostAtOnce        = 16
	rememberedCallers = 10_000
)

// counts are how many requests of each caller are under way.
type counts struct {
	mu sync.Mutex
	of map[string]int
}

// count counts a request, until leave is called; slow_down where that is too many.
func (a *API) count(who *caller) (leave func(), err error) {
	if wait, ok := a.often.Take(who.key); !ok {
		return nil, problem.Of(problem.SlowDown).Wait(wait)
	}
	n := &a.atOnce
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = map[string]int{}
	}
	if n.of[who.key] >= mostAtOnce {
		return nil, problem.Of(problem.SlowDown).Wait(time.Second)
	}
	n.of[who.key]++
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.of[who.key]--; n.of[who.key] == 0 {
			delete(n.of, who.key)
		}
	}, nil
}
