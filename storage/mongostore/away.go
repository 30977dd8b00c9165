package mongostore

import (
	"slices"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

	"zoufang/storage"
)

// away knows since when no server is known that can be written to. Each exchange
// looks for one for a while (reachTime); what waits behind it would wait for the
// same in vain, once more each.
type away struct{ since atomic.Pointer[time.Time] }

// awayAfter is longer than most elections last.
const awayAfter = 5 * time.Second

var errAway = storage.Passing(own("no MongoDB server is known at present that can be written to"))

// err is nil unless that has lasted.
func (a *away) err() error {
	if since := a.since.Load(); since != nil && time.Since(*since) > awayAfter {
		return errAway
	}
	return nil
}

func (a *away) now() bool { return a.since.Load() != nil }

func (a *away) monitor() *event.ServerMonitor {
	writable := []string{"RSPrimary", "Mongos", "LoadBalancer", "Standalone"}
	return &event.ServerMonitor{TopologyDescriptionChanged: func(e *event.TopologyDescriptionChangedEvent) {
		if slices.ContainsFunc(e.NewDescription.Servers, func(d event.ServerDescription) bool { return slices.Contains(writable, d.Kind) }) {
			a.since.Store(nil)
			return
		}
		now := time.Now()
		a.since.CompareAndSwap(nil, &now)
	}}
}
