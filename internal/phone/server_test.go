package phone

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A played server enrols and hands out tokens as the protocol says and plays one scripted reply per sync.
type played struct {
	*httptest.Server
	t     *testing.T
	mux   *http.ServeMux
	mu    sync.Mutex
	next  []func(asked) string
	asked []asked
	token int // the good token's number
}

// asked is one sync request as it arrived.
type asked struct {
	hello
	lines  []string
	header http.Header
}

func play(t *testing.T, replies ...func(asked) string) (*played, *Phone) {
	t.Helper()
	s := &played{t: t, mux: http.NewServeMux(), next: replies}
	s.mux.HandleFunc("POST /m/v1/enrol", s.enrol)
	s.mux.HandleFunc("POST /m/v1/challenge", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"nonce":"nonce-1","time":1000}`)
	})
	s.mux.HandleFunc("POST /m/v1/token", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.token++
		fmt.Fprintf(w, `{"token":"t%d","expires_in":900}`, s.token)
	})
	s.mux.HandleFunc("POST /m/v1/sync", s.sync)
	s.Server = httptest.NewServer(s.mux)
	t.Cleanup(s.Close)
	p := New(s.URL, WithMaxWait(20*time.Millisecond))
	if err := p.Enrol(context.Background(), "code", "test"); err != nil {
		t.Fatal(err)
	}
	return s, p
}

func (s *played) enrol(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, `{"device":"d1","user":{"id":"u1","name":"王","role":"coordinator"},"areas":["A"],"epoch":"e1","time":900}`)
}

// good says whether the request names the newest token, and refuses it otherwise.
func (s *played) good(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") == fmt.Sprintf("Bearer t%d", s.token) {
		return true
	}
	refuse(w, 401, "token")
	return false
}

func (s *played) sync(w http.ResponseWriter, r *http.Request) {
	if !s.good(w, r) {
		return
	}
	a := readAsked(s.t, r)
	s.mu.Lock()
	s.asked = append(s.asked, a)
	if len(s.next) == 0 {
		s.mu.Unlock()
		s.t.Errorf("a sync more than the script has")
		refuse(w, 503, "busy")
		return
	}
	reply := s.next[0]
	s.next = s.next[1:]
	s.mu.Unlock()
	text := reply(a)
	if status := 0; strings.HasPrefix(text, "status ") {
		fmt.Sscanf(text, "status %d", &status)
		refuse(w, status, "scripted")
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	io.WriteString(z, text)
	z.Close()
}

func readAsked(t *testing.T, r *http.Request) asked {
	t.Helper()
	raw, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Error(err)
			return asked{}
		}
		raw, _ = io.ReadAll(z)
	}
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	a := asked{lines: lines[1:], header: r.Header}
	if err := json.Unmarshal([]byte(lines[0]), &a.hello); err != nil {
		t.Errorf("header line: %v", err)
	}
	return a
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%q,"detail":"scripted"}`, code)
}

// A said is a sync reply in the making.
type said struct {
	epoch string
	time  int64
	head  string // more keys of the first line
	rows  []string
	held  map[string]string // line id: code
	more  bool
	sum   string
	skip  bool // leave the lines unanswered
}

func (s said) reply(a asked) string {
	if s.epoch == "" {
		s.epoch = "e1"
	}
	if s.time == 0 {
		s.time = 2000
	}
	if s.sum == "" {
		s.sum = "{}"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `{"zoufang":1,"epoch":%q,"time":%d,"safe_at":null%s,"later":"unknown"}`+"\n", s.epoch, s.time, s.head)
	for _, line := range a.lines {
		id := LineID([]byte(line))
		if code := s.held[id]; code != "" {
			fmt.Fprintf(&b, `{"c":%q,"r":"held","code":%q,"why":"because"}`+"\n", id, code)
		} else if !s.skip {
			fmt.Fprintf(&b, `{"c":%q,"r":"ok"}`+"\n", id)
		}
	}
	b.WriteString(`{"news":"of a later version"}` + "\n")
	for _, row := range s.rows {
		b.WriteString(row + "\n")
	}
	fmt.Fprintf(&b, `{"end":true,"cursor":"c%d","more":%v,"sum":%s}`+"\n", s.time, s.more, s.sum)
	return b.String()
}

// row is a row line with one register.
func rowLine(id, area string, seq int, by string) string {
	return fmt.Sprintf(`{"row":{"id":%q,"kind":"visit","area":%q,"seq":%d,"by":[%q],"w":[["u1",1,2]],"c":0,"f":{"note":[[0,"x"]]}}}`,
		id, area, seq, by)
}

func goneLine(id, area string) string { return fmt.Sprintf(`{"gone":{"id":%q,"area":%q}}`, id, area) }

func mustSync(t *testing.T, p *Phone) {
	t.Helper()
	if err := p.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
}
