package e2e_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Two hundred readers ask at once for an answer of 4 MiB and take their time to read it.
// A few answers are made and held at a time, the others hear busy and may come again; a
// phone beside them does its work.
func TestLargeAnswersFillNoMemory(t *testing.T) {
	s := newServer(t)
	var heads []string
	for range 4 {
		h := s.handset("coordinator", dong)
		note := strings.Repeat("说了很多话。", 3000) // 54 kB
		for range 10 {
			var lines [][]byte
			for range 8 {
				lines = append(lines, h.line(L{"new", h.NewID(), "visit", far, M{"type": "routine", "note": note}}))
			}
			for _, a := range h.pushes(lines...).answers {
				if a.Code != "scope" {
					t.Fatalf("%+v", a)
				}
			}
		}
		if n := len(h.do("GET", "/held", nil).is(200, "").body); n < 4<<20 {
			t.Fatalf("an answer of %d bytes", n)
		}
		heads = append(heads, "GET /m/v1/held HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "+h.bearer())
	}
	s.restart() // what filling the store took does not count
	wang := s.handset("coordinator", dong)
	wang.bearer()
	idle, _ := s.resident()
	for _, slow := range []bool{true, false} {
		f := &flood{s: s}
		for _, head := range heads {
			f.conns = append(f.conns, s.floods(50, head, "").conns...)
		}
		read := make(chan map[int]int, 1)
		if !slow {
			go func() { read <- f.wholes() }()
		}
		began := time.Now()
		wang.saves(L{"new", wang.NewID(), "household", dong, M{"head": "王"}})
		took := time.Since(began)
		if slow {
			read <- f.wholes()
		}
		got := <-read
		f.ends()
		_, peak := s.resident()
		t.Logf("read slowly %v: an honest sync took %v, %d MB at most, %d idle, answers %v", slow, took.Round(time.Millisecond), peak/1e6, idle/1e6, got)
		if peak > maxResident {
			t.Errorf("%d bytes resident", peak)
		}
		if got[200]+got[503] != 200 || got[200] == 0 {
			t.Errorf("answers %v", got)
		}
	}
	for _, head := range heads { // whoever was told to may come again
		again := s.floods(1, head, "")
		if got := again.wholes(); got[200] != 1 {
			t.Errorf("alone it is answered %v", got)
		}
		again.ends()
	}
}

// wholes counts the statuses of answers that came whole; 0 is one that did not.
func (f *flood) wholes() map[int]int {
	got := map[int]int{}
	var mu sync.Mutex
	var reading sync.WaitGroup
	for _, c := range f.conns {
		reading.Go(func() {
			status := 0
			if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
				if _, err := io.Copy(io.Discard, resp.Body); err == nil {
					status = resp.StatusCode
				}
			}
			mu.Lock()
			got[status]++
			mu.Unlock()
		})
	}
	reading.Wait()
	return got
}
