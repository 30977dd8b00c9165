package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"zoufang/internal/simulate"
	"zoufang/storage/storagetest/servers"
)

// The line between the service and MongoDB loses requests, replies and whole
// connections, and is slow, while phones work.
func TestSpoiltLinesToMongoDB(t *testing.T) {
	t.Parallel()
	at := sharedProduction(t, "")
	p := servers.NewProxy(t, at.mongo.Addr())
	through := *at
	through.uri = at.mongo.Through(p, at.uri)
	spoilt(t, at, &through, p,
		servers.Fault{Harm: servers.LoseReply, Match: "commitTransaction", Every: 9},
		servers.Fault{Harm: servers.LoseRequest, Match: "commitTransaction", Every: 11},
		servers.Fault{Harm: servers.LoseReply, Match: "insert", Every: 53},
		servers.Fault{Harm: servers.LoseReply, Match: "findAndModify", Every: 47},
		servers.Fault{Harm: servers.LoseRequest, Match: "find", Every: 91})
}

// The same between the service and the object store.
func TestSpoiltLinesToMinIO(t *testing.T) {
	t.Parallel()
	at := sharedProduction(t, "")
	p := servers.NewProxy(t, at.s3.Addr())
	through := *at
	through.endpoint = at.s3.Through(p)
	spoilt(t, at, &through, p,
		servers.Fault{Harm: servers.LoseReply, Match: "PUT /", Every: 6},
		servers.Fault{Harm: servers.LoseRequest, Match: "PUT /", Every: 7},
		servers.Fault{Harm: servers.LoseReply, Match: "GET /", Every: 13},
		servers.Fault{Harm: servers.LoseReply, Match: "HEAD /", Every: 11})
}

// spoilt has phones work with a server whose stores lie behind the proxy; the
// command line has the plain line.
func spoilt(t *testing.T, at, through *production, p *servers.Proxy, faults ...servers.Fault) {
	t.Helper()
	s := prepareOn(t, at)
	behind := s.beside()
	behind.at, behind.address = through, freeAddress(t)
	behind.start()
	s.base, s.address, s.public = behind.base, behind.address, behind.base
	checker := behind.handset("worker", farTown)
	checker.bearer()

	p.Fail(faults...)
	p.Delay(time.Millisecond / 2)
	over := s.simulating(6, 60, rand.Uint64())
	cuts := 0
	var sum simulate.Summary
	for working := true; working; {
		select {
		case s, ok := <-over:
			sum, working = s, false
			if !ok {
				t.FailNow()
			}
		case <-time.After(1500 * time.Millisecond):
			cuts += p.Cut()
		}
	}
	harmed := p.Done()
	p.Fail()
	p.Delay(0)
	if report := s.verify(); fmt.Sprint(report["fault_count"]) != "0" {
		t.Errorf("verify: %v", report)
	}
	if harmed < 20 || cuts == 0 {
		t.Errorf("only %d requests came to harm and %d connections were cut", harmed, cuts)
	}
	t.Logf("%d requests came to harm, %d connections were cut; %d lines, %d media, %d differences, %d retries in %.1f s",
		harmed, cuts, sum.Commits, sum.Media, sum.Count, sum.Retries, float64(sum.DurationMS)/1000)
}
