package mongostore

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// saveAll stores every visit from several writers, each of which asks again until
// it is told that its visit is stored; spoil runs beside them.
func saveAll(t *testing.T, s *Store, visits []visit, spoil func(done *atomic.Bool)) (failed int64) {
	var next, failures atomic.Int64
	var done atomic.Bool
	var writing, spoiling sync.WaitGroup
	if spoil != nil {
		spoiling.Go(func() { spoil(&done) })
	}
	for range 8 {
		writing.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(visits) {
					return
				}
				for start := time.Now(); ; failures.Add(1) {
					_, err := visits[n].save(s, visits[n].record.Area)
					if err == nil {
						break
					}
					if time.Since(start) > time.Minute {
						t.Errorf("visit %d: %v", n, err)
						return
					}
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	spoiling.Wait()
	return failures.Load()
}

func visitsIn(areas []zoufang.AreaID, n int) (out []visit) {
	for i := range n {
		out = append(out, newVisit(i, areas[i%len(areas)]))
	}
	return out
}

// TestSpoiledLine: requests and replies are lost. What was acknowledged is there,
// and nothing is there twice.
func TestSpoiledLine(t *testing.T) {
	for name, fault := range map[string]servers.Fault{
		"CommitReplyLost":   {Harm: servers.LoseReply, Match: "commitTransaction", Every: 3},
		"CommitRequestLost": {Harm: servers.LoseRequest, Match: "commitTransaction", Every: 3},
		"AnyReplyLost":      {Harm: servers.LoseReply, Match: "txnNumber", Every: 97},
		"AnyRequestLost":    {Harm: servers.LoseRequest, Match: "txnNumber", Every: 97},
	} {
		t.Run(name, func(t *testing.T) {
			server := servers.Mongo(t)
			p := servers.NewProxy(t, server.Addr())
			uri := server.Database(t, t.Name())
			s := at(t, server.Through(p, uri))
			areas := villages(2)
			visits := visitsIn(areas, 150)
			p.Fail(fault)
			failed := saveAll(t, s, visits, nil)
			harmed := p.Done()
			p.Fail()
			whole(t, at(t, uri), visits, areas)
			if harmed == 0 {
				t.Error("nothing came to harm")
			}
			t.Logf("%d visits stored, 0 lost, 0 double; %d requests harmed, %d updates failed and were asked again, %d transactions run again",
				len(visits), harmed, failed, s.count.conflicts.Load())
		})
	}
	t.Run("Cut", func(t *testing.T) {
		server := servers.Mongo(t)
		p := servers.NewProxy(t, server.Addr())
		uri := server.Database(t, t.Name())
		s := at(t, server.Through(p, uri))
		areas := villages(2)
		visits := visitsIn(areas, 300)
		cuts := 0
		failed := saveAll(t, s, visits, func(done *atomic.Bool) {
			for !done.Load() {
				time.Sleep(100 * time.Millisecond)
				cuts += p.Cut()
			}
		})
		whole(t, at(t, uri), visits, areas)
		t.Logf("%d visits stored, 0 lost, 0 double; %d connections cut, %d updates failed and were asked again", len(visits), cuts, failed)
	})
}

// TestServerKilled: the server is killed with no warning and comes again while
// updates are under way.
func TestServerKilled(t *testing.T) {
	server := servers.PrivateMongo(t)
	uri := server.URI("killed")
	s := at(t, uri)
	areas := villages(3)
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	visits := visitsIn(areas, rounds*200)
	kills := 0
	failed := saveAll(t, s, visits, func(done *atomic.Bool) {
		for kills < rounds && !done.Load() {
			time.Sleep(400 * time.Millisecond)
			server.Kill(t)
			server.Start(t)
			kills++
		}
	})
	whole(t, s, visits, areas)
	if kills == 0 {
		t.Error("the server was never killed")
	}
	t.Logf("%d visits stored, 0 lost, 0 double; %d kills, %d updates failed and were asked again, %d transactions run again",
		len(visits), kills, failed, s.count.conflicts.Load())
}

// TestDeadCopy: a copy that was killed in a transaction keeps nobody waiting.
func TestDeadCopy(t *testing.T) {
	uri := servers.Mongo(t).Database(t, t.Name())
	dead, s := at(t, uri), at(t, uri)
	area := villages(1)[0]
	session, _, err := dead.borrow(bg)
	if err != nil {
		t.Fatal(err)
	}
	close(dead.sessions.stopped) // it will not move again
	dead.sessions.beating.Wait()
	if _, err := dead.begun(session, []zoufang.AreaID{area}); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	v := newVisit(1, area)
	for range 2 {
		if _, err := v.save(s, area); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("waited %v", time.Since(start).Round(time.Millisecond))
	if d := time.Since(start); d > 3*deadAfter {
		t.Errorf("waited %v", d)
	}
	dead.sessions.stopped = make(chan struct{}) // for Close
	if err := s.View(bg, func(v storage.View) error {
		heads, err := v.Heads([]zoufang.AreaID{area})
		if err == nil && heads[0].Seq != 1 {
			err = fmt.Errorf("head %+v", heads[0])
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
