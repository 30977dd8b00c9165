package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"zoufang/internal/phone"
)

const (
	firstPause = 50 * time.Millisecond
	maxPause   = 5 * time.Second
)

// persist repeats what the network or a restarting server spoilt, with jittered and growing pauses. It gives up when the
// server means it, and when nothing at all has succeeded on any phone for longer than the run's patience.
func (r *run) persist(ctx context.Context, what string, do func(context.Context) error) error {
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		err := do(ctx)
		if err == nil {
			r.lastGood.Store(time.Now().UnixMilli())
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if hopeless(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
		if idle := time.Since(time.UnixMilli(r.lastGood.Load())); idle > r.Patience {
			return fmt.Errorf("%s: nothing has succeeded for %s: %w", what, idle.Round(time.Second), err)
		}
		r.retries.Add(1)
		r.Log.Debug("trying again", "what", what, "error", err)
		jittered := pause/2 + rand.N(pause)
		var refused *phone.Problem
		if errors.As(err, &refused) {
			jittered = max(jittered, min(refused.RetryAfter, r.Patience/4))
		}
		select {
		case <-ctx.Done():
		case <-time.After(jittered):
		}
	}
}

// hopeless says that trying again cannot help.
func hopeless(err error) bool {
	if errors.Is(err, phone.ErrDigest) {
		return true
	}
	var refused *phone.Problem
	if !errors.As(err, &refused) || refused.Temporary() {
		return false
	}
	switch refused.Status {
	case http.StatusConflict, 460: // an upload that a lost reply put out of step
		return false
	case http.StatusUnauthorized: // a token or a nonce that ran out on the way
		return refused.Code == "unknown" || refused.Code == "revoked"
	}
	return refused.Code != "" // without a code it was not the server, but something on the way
}
