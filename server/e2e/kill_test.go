package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// witness sees all that phones and server say to each other, and notes what the
// server has acknowledged.
type witness struct {
	next http.RoundTripper
	gate sync.RWMutex // shut while the server is examined after a blow

	mu       sync.Mutex
	requests int
	most     int           // the request after which others wait, 0 for none
	more     *sync.Cond    // told when that moves
	strike   int           // the request at which the next blow falls
	struck   chan struct{} // then told
	lines    map[string]bool
	media    map[string]bool
	enrol    int
	uploads  map[string]string // address → digest
	checked  map[string]bool   // lines found after an earlier blow
}

func newWitness(connections int) *witness {
	w := &witness{next: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}, struck: make(chan struct{}, 1),
		lines: map[string]bool{}, media: map[string]bool{}, uploads: map[string]string{}, checked: map[string]bool{}}
	w.more = sync.NewCond(&w.mu)
	return w
}

// RoundTrip passes a request on, and notes the answer if it came whole.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	w.gate.RLock()
	w.gate.RUnlock()
	w.mu.Lock()
	for w.most > 0 && w.requests >= w.most {
		w.more.Wait()
	}
	if w.requests++; w.requests == w.strike {
		w.struck <- struct{}{}
	}
	w.mu.Unlock()
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	switch path := r.URL.Path; {
	case resp.StatusCode >= 300:
	case path == "/m/v1/enrol":
		w.enrol++
	case path == "/m/v1/sync":
		if resp.Header.Get("Content-Encoding") == "gzip" {
			if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
				body, _ = io.ReadAll(z)
			}
		}
		for line := range bytes.Lines(body) {
			var l struct{ C string }
			if json.Unmarshal(line, &l) == nil && l.C != "" {
				w.lines[l.C] = true
			}
		}
	case path == "/m/v1/media":
		w.uploads[resp.Header.Get("Location")] = digestOf(r.Header.Get("Upload-Metadata"))
		if resp.Header.Get("Zoufang-Time") != "" {
			w.media[digestOf(r.Header.Get("Upload-Metadata"))] = true
		}
	case r.Method == "PATCH" && resp.Header.Get("Zoufang-Time") != "":
		w.media[w.uploads[path]] = true
	}
	return resp, nil
}

func digestOf(metadata string) string {
	for pair := range strings.SplitSeq(metadata, ",") {
		if enc, ok := strings.CutPrefix(pair, "sha256 "); ok {
			b, _ := base64.StdEncoding.DecodeString(enc)
			return string(b)
		}
	}
	return ""
}

// ration lets so many more requests through, and then none until it is called again;
// 0 lets all through.
func (w *witness) ration(requests int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.most = 0; requests > 0 {
		w.most = w.requests + requests
	}
	w.more.Broadcast()
}

// enrolled is how many phones have been told that they are.
func (w *witness) enrolled() int { w.mu.Lock(); defer w.mu.Unlock(); return w.enrol }

// acknowledged is what the server had said yes to by now.
func (w *witness) acknowledged() (lines, media []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for l := range w.lines {
		lines = append(lines, l)
	}
	for m := range w.media {
		media = append(media, m)
	}
	return lines, media
}
