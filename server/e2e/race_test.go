package e2e_test

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// atOnce runs do n times at the same moment.
func atOnce(n int, do func(i int)) {
	var wg sync.WaitGroup
	gun := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-gun; do(i) })
	}
	close(gun)
	wg.Wait()
}

// Clones and impatient phones send the same lines at once: each is applied once.
func TestTheSameLinesAtOnce(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	wang.bearer()
	rid := wang.NewID()
	lines := [][]byte{wang.line(L{"new", rid, "household", dong, M{"head": "李"}})}
	for i := range 40 {
		lines = append(lines, wang.line(L{"log", rid, "remarks", fmt.Sprint(i)}))
	}
	var mu sync.Mutex
	oks := map[string]int{}
	atOnce(8, func(int) {
		r, err := s.try("POST", "/sync", wang.body(ask{}, lines...), "Authorization", "Bearer "+wang.token, "Content-Type", "application/x-ndjson")
		if err != nil || r.status != 200 {
			t.Errorf("%v %v", err, r)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for i, a := range r.said().answers {
			if a.R == "ok" {
				oks[a.C]++
			} else if a.R != "dup" || a.C != id(lines[i]) {
				t.Errorf("answer %d: %+v", i, a)
			}
		}
	})
	for _, l := range lines {
		if oks[id(l)] != 1 {
			t.Errorf("line %s was ok %d times", id(l), oks[id(l)])
		}
	}
	if row := wang.shown(rid); len(row.L["remarks"]) != 40 || len(row.F["head"]) != 1 {
		t.Errorf("%s", row.Raw)
	}
	s.verify()
}

// A code is used once, however many try at the same moment.
func TestOneCodeAtOnce(t *testing.T) {
	s := newServer(t)
	code := s.code(s.person("coordinator", dong).user).Code
	var made, used atomic.Int64
	keys := []M{}
	for range 6 {
		keys = append(keys, newJWK(s))
	}
	atOnce(len(keys), func(i int) {
		switch r, err := s.try("POST", "/enrol", encode(M{"code": code, "key": keys[i]}), "Content-Type", "application/json"); {
		case err != nil:
			t.Error(err)
		case r.status == 201:
			made.Add(1)
		case r.status == 410:
			used.Add(1)
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	})
	if made.Load() != 1 || used.Load() != 5 {
		t.Errorf("%d enrolled, %d were told that it is used", made.Load(), used.Load())
	}
}

// The same part on several connections: one is taken, and the bytes are right.
func TestOnePartAtOnce(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(400_000)
	upload := wang.begins(len(b), name, "image/jpeg")
	for at := 0; at < len(b); at += 100_000 {
		part := b[at : at+100_000]
		var taken atomic.Int64
		atOnce(4, func(int) {
			r, err := s.try("PATCH", upload, part, "Authorization", "Bearer "+wang.token, "Tus-Resumable", "1.0.0", "Content-Type", octets, "Upload-Offset", fmt.Sprint(at))
			switch {
			case err != nil:
				t.Error(err)
			case r.status == 204:
				taken.Add(1)
			case r.status != 409 && r.status != 408 && r.status != 503:
				t.Errorf("at %d: %d %s", at, r.status, r.body)
			}
		})
		if taken.Load() > 1 {
			t.Errorf("the part at %d was taken %d times", at, taken.Load())
		}
		if reached := wang.heads(upload).at(); reached < at+100_000 { // another made way in the middle
			wang.patches(upload, reached, b[reached:at+100_000]).is(204, "")
		}
	}
	if r := wang.gets(name).is(200, ""); !bytes.Equal(r.body, b) {
		t.Error("other bytes came back")
	}
	s.verify()
}

// The whole medium on several connections, under the eyes of a reader.
func TestOneMediumAtOnce(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	wang.bearer()
	for range 4 {
		b, name := photo(150_000)
		rid := wang.NewID()
		wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
		atOnce(4, func(int) {
			r, err := s.try("POST", "/media", b, "Authorization", "Bearer "+wang.token, "Tus-Resumable", "1.0.0", "Content-Type", octets,
				"Upload-Length", fmt.Sprint(len(b)), "Upload-Metadata", metadata(name, "image/jpeg"))
			if err != nil || r.status != 201 || r.header.Get("Zoufang-Time") == "" {
				t.Errorf("%v %+v", err, r)
			}
		})
		if r := wang.gets(name).is(200, ""); !bytes.Equal(r.body, b) {
			t.Error("other bytes came back")
		}
		if row := wang.shown(rid); len(row.Need) > 0 {
			t.Errorf("need %v", row.Need)
		}
	}
	s.verify()
}
