package mongostore

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

// TestLateCommit: the answer to a commit comes after the store has stopped waiting
// for it. Whoever asked is told to ask again, and finds it stored once.
func TestLateCommit(t *testing.T) {
	server := servers.Mongo(t)
	p := servers.NewProxy(t, server.Addr())
	uri := server.Database(t, t.Name())
	var armed atomic.Bool
	s := at(t, server.Through(p, uri), WithFaults(func(stored bool) error {
		if !stored && armed.CompareAndSwap(true, false) {
			p.Delay(6 * time.Second) // each way
			time.AfterFunc(11*time.Second, func() { p.Delay(0) })
		}
		return nil
	}))
	area := villages(1)[0]
	if _, err := newVisit(0, area).save(s, area); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	var visits []visit
	var wg sync.WaitGroup
	for i := range 3 {
		v := newVisit(100+i, area)
		visits = append(visits, v)
		wg.Go(func() {
			for range 3 {
				_, err := v.save(s, area)
				if err == nil {
					return
				}
				if !passing(err) {
					t.Error(err)
				}
				t.Log(err)
			}
			t.Error("never stored")
		})
	}
	wg.Wait()
	whole(t, s, append(visits, newVisit(0, area)), villages(1))
}

// TestStalled: a copy whose line stalls for longer than others take for death goes
// on without a failure when it is back, for nobody collided with it meanwhile.
func TestStalled(t *testing.T) {
	server := servers.Mongo(t)
	p := servers.NewProxy(t, server.Addr())
	uri := server.Database(t, t.Name())
	lives := at(t, uri)
	stalls, err := Open(bg, server.Through(p, uri), storagetest.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stalls.Close() })
	areas := villages(2)
	_, stop := busy(t, lives, areas[:1], 1)
	defer stop()
	if _, err := newVisit(1, areas[1]).save(stalls, areas[1]); err != nil {
		t.Fatal(err)
	}
	p.Delay(time.Second)
	done := make(chan error, 1)
	go func() {
		done <- stalls.Update(bg, areas[1], func(tx storage.Tx) error {
			time.Sleep(deadAfter + 2*beatEvery)
			return tx.AddCommit(newVisit(2, areas[1]).commit)
		})
	}()
	time.Sleep(deadAfter + 2*beatEvery)
	p.Delay(0)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := stalls.count.conflicts.Load(); n > 0 {
		t.Errorf("it was run again %d times", n)
	}
}
