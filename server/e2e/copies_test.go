package e2e_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// beside is one more copy of the server, not started yet.
func (s *server) beside() *server {
	return &server{T: s.T, data: s.data, at: s.at, address: "127.0.0.1:0", tap: s.tap, client: s.client}
}

// copy starts one more copy of the server on the same data.
func (s *server) copy() *server {
	s.Helper()
	c := s.beside()
	c.start()
	return c
}

// Two copies of the server on one store are one server: a nonce, a token, a code,
// an upload and a cursor of one are good at the other, and time does not run back
// between them.
func TestTwoCopiesAreOneServer(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	wang := s.handset("coordinator", dong)
	at := func(c *server) { wang.s = c }
	n := wang.nonce()
	sig := wang.proof(n)
	at(other)
	wang.token = wang.asksToken(n, sig).is(200, "").text("token")
	e := s.code(wang.user)
	key := newJWK(s)
	device := s.enrols(e.Code, key).is(201, "").text("device")
	if again := other.enrols(e.Code, key).is(201, ""); again.text("device") != device {
		t.Error("another device at the other copy")
	}
	other.enrols(e.Code, newJWK(s)).is(410, "used")

	b, name := photo(90_000)
	at(s)
	upload := wang.begins(len(b), name, "image/jpeg")
	wang.patches(upload, 0, b[:30_000]).is(204, "")
	at(other)
	wang.heads(upload).is(200, "").offset(30_000)
	wang.patches(upload, 30_000, b[30_000:60_000]).is(204, "")
	at(s)
	wang.patches(upload, 60_000, b[60_000:]).is(204, "").arrived(len(b))
	at(other)
	if r := wang.gets(name).is(200, ""); !bytes.Equal(r.body, b) {
		t.Error("other bytes came back")
	}

	last, cursor := int64(0), any(nil)
	for i := range 12 {
		at([]*server{s, other}[i%2])
		l, rid := wang.household(nil)
		said := wang.asks(ask{cursor: cursor, epoch: wang.Epoch()}, l).said().are("ok")
		if said.rows[rid] == nil || i > 0 && len(said.order) != 1 || said.time() < last {
			t.Fatalf("push %d: rows %v, time %d after %d", i, said.order, said.time(), last)
		}
		last, cursor = said.time(), said.cursor
	}
	token := "Bearer " + wang.bearer()
	other.do("GET", "/held", nil, "Authorization", token).is(200, "")
	s.run(nil, "device", "revoke", wang.Device())
	for try := 0; ; try++ {
		if r := other.do("GET", "/held", nil, "Authorization", token); r.status == 401 && r.text("code") == "revoked" {
			break
		}
		if try == 50 {
			t.Fatal("after 5 s the other copy still lets the phone in")
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.verify()
}

// A clean end: pushes under way are answered or were never taken, and what was
// answered is there.
func TestACleanEndFinishesWhatIsUnderWay(t *testing.T) {
	s := newServer(t)
	var mu sync.Mutex
	answered := map[string]bool{}
	var wg sync.WaitGroup
	for range 4 {
		h := s.handset("coordinator", dong)
		h.bearer()
		wg.Go(func() {
			for {
				l, _ := h.household(nil)
				r, err := s.try("POST", "/sync", h.body(ask{}, l), "Authorization", "Bearer "+h.token, "Content-Type", "application/x-ndjson")
				if err != nil || r.status != 200 {
					return
				}
				mu.Lock()
				answered[id(l)] = strings.Contains(string(r.body), `"end":true`)
				mu.Unlock()
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	s.stop() // and with exit code 0
	wg.Wait()
	s.start()
	checker := s.handset("worker", far)
	for l, whole := range answered {
		if r := checker.asks(ask{last: l}).said(); r.first["again"] != nil || !whole {
			t.Errorf("line %s was answered (whole: %v) and is not there", l, whole)
		}
	}
	if len(answered) < 4 {
		t.Errorf("%d lines answered", len(answered))
	}
	s.verify()
}
