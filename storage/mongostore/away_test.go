package mongostore

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

func passing(err error) bool {
	var p interface{ Temporary() bool }
	return errors.As(err, &p) && p.Temporary()
}

// TestAway: while there is no server all that is asked ends soon, however much it
// is, and what comes after it is back works.
func TestAway(t *testing.T) {
	server := servers.PrivateMongo(t)
	s := at(t, server.URI("away"))
	areas := villages(40)
	for i := range 3 {
		if _, err := newVisit(i, areas[i]).save(s, areas[i]); err != nil {
			t.Fatal(err)
		}
	}
	server.Kill(t)
	var wg sync.WaitGroup
	start := time.Now()
	for i, a := range areas {
		wg.Go(func() {
			if _, err := newVisit(1000+i, a).save(s, a); !passing(err) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	wg.Go(func() { // gives up itself, though all sessions are lent; giving one back may take two seconds more
		ctx, cancel := context.WithTimeout(bg, time.Second)
		defer cancel()
		if s.Revoke(ctx, "d", 1) == nil || time.Since(start) > awayAfter+time.Second {
			t.Errorf("waited %v for a session", time.Since(start))
		}
	})
	wg.Wait()
	if took := time.Since(start); took > reachTime+2*awayAfter {
		t.Errorf("40 updates failed in %v", took)
	}
	start = time.Now()
	if err := s.View(bg, func(v storage.View) error { _, err := v.Meta(); return err }); !errors.Is(err, errAway) || time.Since(start) > time.Second {
		t.Errorf("a view failed after %v: %v", time.Since(start), err)
	}
	server.Start(t)
	start = time.Now()
	for s.away.err() != nil && time.Since(start) < 2*awayAfter {
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := newVisit(9, areas[0]).save(s, areas[0]); err != nil {
		t.Errorf("%v after it was back: %v", time.Since(start), err)
	}
}
