package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zoufang/internal/simulate"
)

// cluster is two copies of the server on one store, behind a reverse proxy that
// deals out requests in turn and knows nothing of who is alive: what goes to a
// dead copy is answered 502. The server in it is the proxy, where phones go.
type cluster struct {
	*server
	copies  [2]*server
	witness *witness // of all that passes the proxy
}

// newCluster starts one on stores where the county is known.
func newCluster(t *testing.T, at *production) *cluster {
	t.Helper()
	c := &cluster{server: prepareOn(t, at), witness: newWitness(64)}
	var turn atomic.Int64
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme = "http"
			r.Out.URL.Host = c.copies[turn.Add(1)%2].address
			r.SetXForwarded()
		},
		Transport: c.witness,
		ErrorLog:  log.New(io.Discard, "", 0),
	})
	t.Cleanup(proxy.Close)
	c.base, c.public, c.address = proxy.URL, proxy.URL, strings.TrimPrefix(proxy.URL, "http://")
	for i := range c.copies {
		c.copies[i] = c.beside()
		c.copies[i].data = fmt.Sprintf("%s-%d", c.data, i)
		c.copies[i].public, c.copies[i].address = c.base, freeAddress(t)
	}
	waits := []func(){c.copies[0].launch(), c.copies[1].launch()}
	for _, wait := range waits {
		wait()
	}
	return c
}

// freeAddress is one below the ports that the system hands to clients: who asks a
// dead server again and again may otherwise be given its port and reach himself.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(10_000))
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// simulating runs the program's own simulation as a process of its own, against the
// address where phones go, and tells when it is over: nothing, if it found faults.
func (s *server) simulating(phones, visits int, seed uint64) <-chan simulate.Summary {
	s.Helper()
	over := make(chan simulate.Summary, 1)
	go func() {
		defer close(over)
		var sum simulate.Summary
		b, code := s.command("simulate", "--phones", fmt.Sprint(phones), "--visits", fmt.Sprint(visits), "--seed", fmt.Sprint(seed))
		if err := json.Unmarshal(b, &sum); err != nil || code != 0 || !sum.OK() || sum.Commits == 0 {
			s.Errorf("seed %d: simulate ended with %d: %.2000s", seed, code, b)
			return
		}
		over <- sum
	}()
	return over
}

// blow is something that befalls the servers, and is over when fall returns.
type blow struct {
	name string
	fall func()
}

// blows are what can be killed: either copy, the database, the object store. Each
// comes back after a while.
func (c *cluster) blows() []blow {
	pause := func() { time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond) }
	copyDies := func(i int) blow {
		return blow{fmt.Sprintf("copy %d", i+1), func() { c.copies[i].kill(); pause(); c.copies[i].start() }}
	}
	return []blow{
		copyDies(0),
		{"MongoDB", func() { c.at.mongo.Kill(c.T); pause(); c.at.mongo.Start(c.T) }},
		copyDies(1),
		{"MinIO", func() { c.at.s3.Kill(c.T); pause(); c.at.s3.Start(c.T) }},
	}
}

// survives has phones work while the blows fall, each at a random moment of its
// share of the work, and then holds the cluster to all that it acknowledged.
func (c *cluster) survives(what string, phones, visits int, blows []blow) {
	c.Helper()
	begun, seed := time.Now(), rand.Uint64()
	w := c.witness
	checker := c.copies[0].handset("worker", farTown)
	share := visits * 2 / max(1, len(blows)) // requests; a visit takes five, and phones work on meanwhile
	aim := func() { w.mu.Lock(); w.strike = w.requests + share/2 + rand.IntN(share/2+1); w.mu.Unlock() }
	over := c.simulating(phones, visits, seed)
	var longest time.Duration
	fallen := 0
	for fallen < len(blows) {
		aim()
		select {
		case <-w.struck:
		case <-over:
			c.Fatalf("%s, seed %d: the simulation was over after %d of %d blows", what, seed, fallen, len(blows))
		}
		time.Sleep(time.Duration(rand.IntN(25_000)) * time.Microsecond)
		at := time.Now()
		blows[fallen].fall()
		longest = max(longest, c.answersAgain(checker, at, blows[fallen].name))
		fallen++
	}
	sum, ok := <-over
	if !ok {
		c.FailNow()
	}
	checker.token = ""
	c.stillThere(w, checker)
	report := c.verify()
	if n, _ := report["fault_count"].(float64); n != 0 {
		c.Errorf("%s: verify %v", what, report)
	}
	c.Logf("%s: %d blows survived; %d lines and %d media acknowledged, 0 lost; %d commits, %d differences, %d retries, %d requests; %.1f s in all, the longest until both copies answered again %.1f s; verify: %v commits, %v media",
		what, fallen, len(w.lines), len(w.media), sum.Commits, sum.Count, sum.Retries, w.requests, time.Since(begun).Seconds(), longest.Seconds(), report["commits"], report["media"])
}

// answersAgain waits until both copies take a new line, and says how long it was
// since the blow.
func (c *cluster) answersAgain(h *handset, since time.Time, after string) time.Duration {
	c.Helper()
	for _, to := range c.copies {
		h.s = to
		for {
			if h.token == "" {
				h.token, _ = h.Token(c.Context())
			}
			r, err := to.try("POST", "/sync", h.body(ask{}, h.line(L{"new", h.NewID(), "visit", far, M{"type": "routine"}})), "Authorization", "Bearer "+h.token, "Content-Type", "application/x-ndjson")
			if err == nil && r.status == http.StatusOK {
				break
			}
			if err == nil && r.status == http.StatusUnauthorized {
				h.token = ""
			}
			if time.Since(since) > 90*time.Second {
				c.Fatalf("%v after %s was killed a copy takes no lines", time.Since(since), after)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return time.Since(since)
}
