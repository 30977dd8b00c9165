package api

import (
	"context"
	"sync"

	"zoufang/internal/problem"
)

const keyHeader = "Idempotency-Key"

// tries are the requests with a key that are under way here.
type tries struct {
	mu sync.Mutex
	of map[string]chan struct{} // closed when the one under way is done
}

// alone has the tries of one request go one after another, so that a later one finds what
// an earlier one did. Without a key it does nothing. done ends the turn.
func (a *API) alone(ctx context.Context, who *caller, key string) (done func(), err error) {
	if key == "" {
		return func() {}, nil
	}
	key = who.key + "\n" + key
	for {
		a.tries.mu.Lock()
		under, busy := a.tries.of[key]
		if !busy {
			mine := make(chan struct{})
			if a.tries.of == nil {
				a.tries.of = map[string]chan struct{}{}
			}
			a.tries.of[key] = mine
			a.tries.mu.Unlock()
			return func() {
				a.tries.mu.Lock()
				delete(a.tries.of, key)
				a.tries.mu.Unlock()
				close(mine)
			}, nil
		}
		a.tries.mu.Unlock()
		select {
		case <-under:
		case <-ctx.Done():
			return nil, problem.Of(problem.Busy)
		}
	}
}
