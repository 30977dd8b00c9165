package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// reply is a whole answer, inflated.
type reply struct {
	s      *server
	what   string // for messages
	status int
	header http.Header
	body   []byte
}

// do makes a request to the phone protocol, or to a whole path that the server
// named. Headers come in pairs; an empty value leaves a header out.
func (s *server) do(method, path string, body []byte, headers ...string) *reply {
	s.Helper()
	r, err := s.try(method, path, body, headers...)
	s.must(err)
	return r
}

func (s *server) try(method, path string, body []byte, headers ...string) (*reply, error) {
	address := s.base + "/m/v1" + path
	switch {
	case strings.HasPrefix(path, "http"):
		address = path
	case strings.HasPrefix(path, "/m/v1/"), strings.HasPrefix(path, "/staff/"):
		address = s.base + path
	}
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body == nil {
		req.Body = nil
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		if req.Header.Del(headers[i]); headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" && err == nil {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
		}
	}
	return &reply{s, method + " " + path, resp.StatusCode, resp.Header, b}, err
}

// post sends JSON.
func (s *server) post(path string, question any, headers ...string) *reply {
	s.Helper()
	return s.do("POST", path, encode(question), append([]string{"Content-Type", "application/json"}, headers...)...)
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func zip(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b) // a Buffer takes everything
	z.Close()
	return out.Bytes()
}

// is checks the status and a problem's code, "" for none.
func (r *reply) is(status int, code string) *reply {
	r.s.Helper()
	got := ""
	if r.status >= 400 && len(r.body) > 0 {
		got = r.text("code")
	}
	if r.status != status || got != code && !(got == "" && strings.HasPrefix(r.what, "HEAD")) {
		r.s.Fatalf("%s: %d %q, want %d %q: %.300s", r.what, r.status, got, status, code, r.body)
	}
	return r
}

func (r *reply) json() map[string]any {
	r.s.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.body, &m); err != nil {
		r.s.Fatalf("%s: %d %.300q: %v", r.what, r.status, r.body, err)
	}
	return m
}

func (r *reply) text(key string) string { r.s.Helper(); v, _ := r.json()[key].(string); return v }

func (r *reply) number(key string) int64 {
	r.s.Helper()
	v, _ := r.json()[key].(float64)
	return int64(v)
}

// keys checks that an object has exactly these keys.
func (s *server) keys(what string, v any, want ...string) {
	s.Helper()
	m, _ := v.(map[string]any)
	for _, k := range want {
		if _, ok := m[k]; !ok {
			s.Errorf("%s has no %q: %v", what, k, v)
		}
	}
	if len(m) > len(want) {
		s.Errorf("%s has more than %v: %v", what, want, v)
	}
}
