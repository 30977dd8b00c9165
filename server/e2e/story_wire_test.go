package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zoufang/internal/phone"
)

// way is what lies between a phone and the server in a story.
type way func(*http.Request, http.RoundTripper) (*http.Response, error)

func (s *server) through(h *handset, w way) *phone.Phone {
	return h.Clone(phone.WithHTTP(&http.Client{Transport: wayTrip{w, s.tap}}))
}

type wayTrip struct {
	way
	next http.RoundTripper
}

// RoundTrip goes the way.
func (w wayTrip) RoundTrip(r *http.Request) (*http.Response, error) { return w.way(r, w.next) }

// Replies are lost, cut off, or come from a captive portal: to the phone there was
// none, and what it sends again is applied once.
func TestStoryLostReplies(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	for what, spoil := range map[string]way{
		"lost": func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil {
				resp.Body.Close()
			}
			return nil, errors.New("lost")
		},
		"without its end": func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			r.Header.Set("Accept-Encoding", "identity")
			resp, err := next.RoundTrip(r)
			if err == nil {
				b, _ := io.ReadAll(resp.Body)
				resp.Body = io.NopCloser(bytes.NewReader(b[:bytes.Index(b, []byte(`{"end"`))]))
			}
			return resp, err
		},
		"of a captive portal": func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/html"}}, Request: r,
				Body: io.NopCloser(strings.NewReader("<html>log in</html>\n"))}, nil
		},
	} {
		rid := wang.NewID()
		spoilt := false
		p := s.through(wang, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/sync") && !spoilt {
				spoilt = true
				return spoil(r, next)
			}
			return next.RoundTrip(r)
		})
		p.Commit(L{"new", rid, "household", dong, M{}}, L{"log", rid, "remarks", "一次"})
		if err := p.Sync(t.Context()); err == nil || p.Unsent() != 1 {
			t.Errorf("%s: %v, %d unsent", what, err, p.Unsent())
		}
		s.must(p.Sync(t.Context()))
		if row := p.Row(rid); p.Unsent() != 0 || row == nil || len(row.L["remarks"]) != 1 {
			t.Errorf("%s: %d unsent, %+v", what, p.Unsent(), row)
		}
	}
	s.verify()
}

// An own value stays in sight from the saving on, through a reading of many pages.
func TestStoryOwnValuesDoNotFlicker(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	ids := wang.fill(dong, 1200, 60)
	last := ids[len(ids)-1]
	var p *phone.Phone
	pages := 0
	blank := wang.Blank(phone.WithHTTP(&http.Client{Transport: wayTrip{func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if p != nil && strings.HasSuffix(r.URL.Path, "/sync") {
			if v, _ := p.Shown(last); v.Text("phone") != "手机上的" {
				t.Errorf("before page %d the own value is %q", pages+1, v.Text("phone"))
			}
			pages++
		}
		return next.RoundTrip(r)
	}, s.tap}}))
	blank.Commit(phone.Set(last, "phone", "手机上的", nil), phone.Log(last, "remarks", "记"))
	p = blank
	s.must(p.Sync(t.Context()))
	if v, _ := p.Shown(last); pages < 3 || v.Text("phone") != "手机上的" || len(v.Notes["remarks"]) != 1 {
		t.Errorf("after %d pages: %q, %d notes", pages, v.Text("phone"), len(v.Notes["remarks"]))
	}
}

// A commit writes three records and a page ends between them: none is skipped.
func TestStoryAPageEndsInsideATransaction(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	want := map[string]bool{}
	for range 2 {
		var lines [][]byte
		for range 200 {
			do := L{}
			for range 3 {
				rid := wang.NewID()
				want[rid] = true
				do = append(do, L{"new", rid, "household", dong, M{}})
			}
			lines = append(lines, wang.line(do...))
		}
		for _, a := range wang.pushes(lines...).answers {
			if a.R != "ok" {
				t.Fatalf("%+v", a)
			}
		}
	}
	r := wang.reads()
	for rid := range want {
		if r.rows[rid] == nil {
			t.Fatalf("row %s was never sent", rid)
		}
	}
	if r.pages < 3 {
		t.Errorf("%d pages", r.pages)
	}
}

// Phones push, at two copies of the server, while the backup is made. Whatever was
// answered before its safe_at is in it: the phone may forget those lines.
func TestStoryNothingSafeIsMissingFromTheBackup(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	var mu sync.Mutex
	answered := map[string]int64{}
	done := make(chan struct{})
	var wg sync.WaitGroup
	stop := sync.OnceFunc(func() { close(done); wg.Wait() })
	defer stop()
	for range 4 {
		h := s.handset("coordinator", dong)
		h.bearer()
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				l, _ := h.household(nil)
				body := h.body(ask{}, l)
				r, err := []*server{s, other}[n%2].try("POST", "/sync", body, "Authorization", "Bearer "+h.token, "Content-Type", "application/x-ndjson")
				if err != nil || r.status != 200 {
					t.Errorf("push: %v %+v", err, r)
					return
				}
				at := r.said().time()
				mu.Lock()
				answered[id(l)] = at
				mu.Unlock()
			}
		})
	}
	var w written
	file := filepath.Join(t.TempDir(), "backup")
	for i := range 3 {
		s.run(&w, "backup", file+fmt.Sprint(i))
	}
	stop()
	other.stop()
	var early, late []string
	for l, at := range answered {
		if at < w.SafeAt {
			early = append(early, l)
		} else {
			late = append(late, l)
		}
	}
	s.restores(file + "2")
	checker := s.another(s.person("worker", far))
	for _, l := range early {
		if r := checker.asks(ask{last: l}).said(); r.first["again"] != nil {
			t.Fatalf("line %s, answered at %d, was safe at %d and is not in the backup", l, answered[l], w.SafeAt)
		}
	}
	if len(early) == 0 {
		t.Error("no line was answered before the backup")
	}
	t.Logf("%d lines answered before, %d after", len(early), len(late))
}
