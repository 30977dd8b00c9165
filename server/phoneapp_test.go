package server

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

// withApp makes a server that serves a small phone app.
func withApp(t *testing.T) *world {
	t.Helper()
	app, err := readPhoneApp(fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>走访</title><script type=module src=/phone/assets/a-1.js></script>")},
		"sw.js":                {Data: []byte("self.skipWaiting")},
		"manifest.webmanifest": {Data: []byte("{}")},
		"assets/_a-1.js":       {Data: []byte(strings.Repeat("console.log('走访');", 200))},
		"assets/b-2.css":       {Data: []byte("body{}")},
		"assets/c-3.wasm":      {Data: []byte("\x00asm")},
		"assets/scanner-1.js":  {Data: []byte("onmessage=null")},
		"assets/scanner-2.css": {Data: []byte("i{}")},
		"assets/.hidden.js":    {Data: []byte("x")},
		"assets/a-1.js.map":    {Data: []byte("{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, "https://zoufang.example")
	w.server.phone = app
	return w
}

func (w *world) ask(path string, header ...string) *http.Response {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), "GET", w.base+path, nil)
	w.must(err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	w.must(err)
	w.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestPhoneAppFiles(t *testing.T) {
	w := withApp(t)
	for _, c := range []struct {
		path   string
		status int
		kind   string
		cache  string
	}{
		{"/phone/", 200, "text/html; charset=utf-8", "no-store"},
		{"/phone/index.html", 200, "text/html; charset=utf-8", "no-store"},
		{"/phone/sw.js", 200, "text/javascript; charset=utf-8", "no-cache"},
		{"/phone/manifest.webmanifest", 200, "application/manifest+json", "no-cache"},
		{"/phone/assets/_a-1.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/phone/assets/b-2.css", 200, "text/css; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/phone/assets/c-3.wasm", 200, "application/wasm", "public, max-age=31536000, immutable"},
		{"/phone/assets/.hidden.js", 404, "", ""},
		{"/phone/assets/a-1.js.map", 404, "", ""},
		{"/phone/assets/", 404, "", ""},
		{"/phone/../go.mod", 404, "", ""},
		{"/phone/%2e%2e/web.go", 404, "", ""},
		{"/phone/nothing", 404, "", ""},
	} {
		r := w.ask(c.path)
		if r.StatusCode != c.status {
			t.Errorf("%s: %d", c.path, r.StatusCode)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if r.Header.Get(name) != want {
				t.Errorf("%s: %s is %q", c.path, name, r.Header.Get(name))
			}
		}
		if c.status != 200 {
			if strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src") {
				t.Errorf("%s: what is not there may run scripts", c.path)
			}
			continue
		}
		if r.Header.Get("Content-Type") != c.kind || r.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s: %q, %q", c.path, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"))
		}
		csp := r.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "worker-src 'self';", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy lacks %s", c.path, part)
			}
		}
		if strings.Contains(csp, "eval") || strings.Contains(csp, "http") || strings.Contains(csp, "*") || strings.Contains(csp, "unsafe-inline") {
			t.Errorf("%s: policy %q", c.path, csp)
		}
		for _, right := range []string{"camera=(self)", "geolocation=(self)", "microphone=(self)"} {
			if !strings.Contains(r.Header.Get("Permissions-Policy"), right) {
				t.Errorf("%s: no %s", c.path, right)
			}
		}
		if scope := r.Header.Get("Service-Worker-Allowed"); (scope == "/phone/") != (c.path == "/phone/sw.js") {
			t.Errorf("%s: a worker's scope %q", c.path, scope)
		}
	}
}

// A page that may turn text into programs would be a worse place for what is typed
// into it: that right is the scanner's, which sees pictures alone.
func TestOnlyTheScannerMayCompile(t *testing.T) {
	w := withApp(t)
	csp := w.ask("/phone/assets/scanner-1.js").Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "'wasm-unsafe-eval'", "'unsafe-eval'", "connect-src 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the scanner's policy lacks %s", part)
		}
	}
	if strings.Contains(csp, "http") || strings.Contains(csp, "*") || strings.Contains(csp, "unsafe-inline") {
		t.Errorf("the scanner's policy is %q", csp)
	}
	if csp := w.ask("/phone/assets/scanner-2.css").Header.Get("Content-Security-Policy"); strings.Contains(csp, "eval") {
		t.Errorf("a style sheet's policy is %q", csp)
	}
}

func TestPhoneAppTravelsCompressedAndOnce(t *testing.T) {
	w := withApp(t)
	r := w.ask("/phone/assets/_a-1.js", "Accept-Encoding", "gzip, br")
	if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%v", r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	w.must(err)
	body, err := io.ReadAll(z)
	w.must(err)
	if want := strings.Repeat("console.log('走访');", 200); string(body) != want {
		t.Errorf("%d bytes, want %d", len(body), len(want))
	}
	if r := w.ask("/phone/assets/_a-1.js", "Accept-Encoding", "identity"); r.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for who cannot read it")
	}
	if r := w.ask("/phone/sw.js", "If-None-Match", w.ask("/phone/sw.js").Header.Get("ETag")); r.StatusCode != http.StatusNotModified {
		t.Errorf("a worker that has not changed: %d", r.StatusCode)
	}
}

func TestAnAppWithoutAPageIsNone(t *testing.T) {
	if _, err := readPhoneApp(fstest.MapFS{"sw.js": {}}); err == nil {
		t.Error("served")
	}
}
