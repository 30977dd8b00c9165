package mongostore

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// busy has visits saved in each of the areas all the time, until it is told to
// stop; each area has a record in it.
func busy(t *testing.T, s *Store, areas []zoufang.AreaID, writers int) (targets []visit, stop func() int64) {
	t.Helper()
	var over atomic.Bool
	var saved atomic.Int64
	var wg sync.WaitGroup
	for i, a := range areas {
		v := newVisit(9_000_000+i, a)
		if _, err := v.save(s, a); err != nil {
			t.Fatal(err)
		}
		targets = append(targets, v)
		for w := range writers {
			wg.Go(func() {
				for k := 0; !over.Load(); k++ {
					if _, err := newVisit((i*writers+w+1)*100_000+k, a).save(s, a); err != nil {
						t.Error(err)
						return
					}
					saved.Add(1)
				}
			})
		}
	}
	time.Sleep(200 * time.Millisecond)
	return targets, func() int64 { over.Store(true); wg.Wait(); return saved.Load() }
}

// arrive writes a record as the arrival of a medium does.
func (v visit) arrive(s *Store, near zoufang.AreaID) (time.Duration, error) {
	start := time.Now()
	err := s.Update(bg, near, func(tx storage.Tx) error {
		r, err := tx.Record(v.record.ID)
		if err != nil {
			return err
		}
		return tx.PutRecord(r, "")
	})
	return time.Since(start), err
}

// TestBusyAreas: an update that writes where it was not expected has its turn in
// areas that are written all the time, by this copy of the program or another, and
// does not hold up those it came with.
func TestBusyAreas(t *testing.T) {
	for name, near := range map[string]bool{"Nowhere": false, "Elsewhere": true} {
		for copies, other := range map[string]bool{"One": false, "Two": true} {
			t.Run(name+copies, func(t *testing.T) {
				uri := servers.Mongo(t).Database(t, t.Name())
				s := at(t, uri)
				o := s
				if other {
					o = at(t, uri)
				}
				areas := villages(5)
				var quiet zoufang.AreaID
				if near {
					quiet = areas[4]
				}
				targets, stop := busy(t, s, areas[:4], 2)
				var mu sync.Mutex
				var took, plain []time.Duration
				var wg sync.WaitGroup
				for range 3 {
					for _, v := range targets {
						wg.Go(func() {
							d, err := v.arrive(o, quiet)
							if err != nil {
								t.Error(err)
							}
							mu.Lock()
							defer mu.Unlock()
							took = append(took, d)
						})
					}
					if near {
						start := time.Now()
						if _, err := newVisit(8_000_000+len(plain), quiet).save(o, quiet); err != nil {
							t.Error(err)
						}
						plain = append(plain, time.Since(start))
					}
					time.Sleep(300 * time.Millisecond)
				}
				wg.Wait()
				saved := stop()
				slices.Sort(took)
				t.Logf("%v … %v beside %d saves, %d collisions; those that stay %v", took[0], took[len(took)-1], saved, o.count.conflicts.Load(), plain)
				if took[len(took)-1] > 5*time.Second || len(plain) > 0 && slices.Max(plain) > 2*time.Second {
					t.Error("starved")
				}
				if n := len(o.lanes.of); n > 0 {
					t.Errorf("%d lanes are left", n)
				}
			})
		}
	}
}

// TestNotBefore: an update runs on a snapshot that is not older than the call, even
// where others near its area were under way before.
func TestNotBefore(t *testing.T) {
	uri := servers.Mongo(t).Database(t, t.Name())
	s, other := at(t, uri), at(t, uri)
	a, b := villages(2)[0], villages(2)[1]
	for i := range 10 {
		v := newVisit(i, a)
		in, out, done := make(chan bool, 9), make(chan bool), make(chan error, 2)
		go func() { done <- s.Update(bg, b, func(storage.Tx) error { in <- true; <-out; return nil }) }()
		<-in
		if _, err := v.save(s, a); err != nil {
			t.Fatal(err)
		}
		told, err := other.Advance(bg)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			done <- s.Update(bg, b, func(tx storage.Tx) error {
				known, err := tx.Known(v.commit.ID)
				if err == nil && (!known || tx.Now() < told) {
					err = fmt.Errorf("what was stored is known: %v; now %d after %d", known, tx.Now(), told)
				}
				return err
			})
		}()
		for waits := false; !waits; time.Sleep(100 * time.Microsecond) {
			s.mu.Lock()
			waits = !s.queues[b].Empty()
			s.mu.Unlock()
		}
		close(out)
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
}
