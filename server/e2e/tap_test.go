package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
)

// tap is the transport of every request in these tests. It holds each reply to
// what all replies owe, and keeps what came for those who look for secrets in it.
type tap struct {
	s    *server
	next *http.Transport

	mu       sync.Mutex
	keeping  bool
	all      bytes.Buffer
	requests int
}

// RoundTrip sends the request and reads the whole reply.
func (t *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	plain := body
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.s.Errorf("%s %s: compressed though nobody said that it may be", r.Method, r.URL.Path)
		}
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			plain, err = io.ReadAll(z)
		}
		if err != nil {
			t.s.Errorf("%s %s: does not inflate: %v", r.Method, r.URL.Path, err)
		}
	}
	t.keep(plain)
	if strings.HasPrefix(r.URL.Path, "/m/v1/") {
		t.hold(r, resp, plain)
	}
	return resp, nil
}

// hold checks what the protocol says of all replies.
func (t *tap) hold(r *http.Request, resp *http.Response, body []byte) {
	where := r.Method + " " + r.URL.Path
	digest, isMedium := strings.CutPrefix(r.URL.Path, "/m/v1/media/")
	found := isMedium && len(digest) == 64 && (r.Method == "GET" || r.Method == "HEAD") && (resp.StatusCode < 400)
	if cache := resp.Header.Get("Cache-Control"); cache != "no-store" && !found {
		t.s.Errorf("%s %d: Cache-Control %q, want no-store", where, resp.StatusCode, cache)
	}
	if resp.StatusCode < 400 {
		return
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "application/problem+json" {
		t.s.Errorf("%s %d: Content-Type %q, want a problem", where, resp.StatusCode, kind)
	}
	var p struct {
		Status *int
		Title  string
		Code   string
	}
	if r.Method != "HEAD" && (json.Unmarshal(body, &p) != nil || p.Code == "" || p.Status != nil && *p.Status != resp.StatusCode) {
		t.s.Errorf("%s %d: no problem with a code: %s", where, resp.StatusCode, body)
	}
	if retry := resp.Header.Get("Retry-After"); (resp.StatusCode == 429 || resp.StatusCode == 503) && retry == "" {
		t.s.Errorf("%s %d: no Retry-After", where, resp.StatusCode)
	}
}

func (t *tap) keep(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.requests++; t.keeping {
		t.all.Write(b)
		t.all.WriteByte('\n')
	}
}

// open begins to keep all that comes.
func (t *tap) open() { t.mu.Lock(); defer t.mu.Unlock(); t.keeping = true }

func (t *tap) kept() []byte { t.mu.Lock(); defer t.mu.Unlock(); return bytes.Clone(t.all.Bytes()) }
