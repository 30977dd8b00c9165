package simulate

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// What goes wrong, in percent of all requests.
const (
	loseReply  = 4 // the request arrives, its reply does not
	cutRequest = 4 // the connection breaks in the middle of the request
	cutReply   = 3 // … in the middle of the reply
	noSignal   = 4 // nothing is sent at all
)

var errWire = errors.New("simulated fault")

type faults struct{ lostReplies, cutRequests, cutReplies atomic.Int64 }

// A wire is a phone's bad connection. It is an http.RoundTripper.
type wire struct {
	next   http.RoundTripper
	faults *faults
	calm   atomic.Bool

	mu  sync.Mutex
	rng *rand.Rand
}

// draw decides a request's fate and where it strikes, as a part of the whole.
func (w *wire) draw() (fate int, at float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.IntN(100), w.rng.Float64()
}

// RoundTrip sends the request, or spoils it.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.calm.Load() {
		return w.next.RoundTrip(req)
	}
	fate, at := w.draw()
	switch {
	case fate < loseReply:
		resp, err := w.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		io.Copy(io.Discard, resp.Body) // its errors change nothing: the reply is lost either way
		resp.Body.Close()
		w.faults.lostReplies.Add(1)
		return nil, errWire
	case fate < loseReply+cutRequest && req.ContentLength > 1:
		broken := req.Clone(req.Context())
		broken.GetBody = nil // or it would be sent again behind our back
		broken.Body = &breaking{req.Body, int64(at * float64(req.ContentLength))}
		resp, err := w.next.RoundTrip(broken)
		if err == nil { // answered before it was read
			resp.Body.Close()
		}
		w.faults.cutRequests.Add(1)
		return nil, errWire
	case fate < loseReply+cutRequest+cutReply:
		resp, err := w.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || len(body) == 0 {
			resp.Body = io.NopCloser(bytes.NewReader(body))
			return resp, err
		}
		resp.Body = &breaking{io.NopCloser(bytes.NewReader(body)), int64(at * float64(len(body)))}
		w.faults.cutReplies.Add(1)
		return resp, nil
	case fate < loseReply+cutRequest+cutReply+noSignal:
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, errWire
	}
	return w.next.RoundTrip(req)
}

// breaking is a body that ends in an error.
type breaking struct {
	io.ReadCloser
	left int64
}

func (b *breaking) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errWire
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// idleCloser lets the run give its connections back.
type idleCloser struct {
	http.RoundTripper
	own *http.Transport
}

func newTransport(given http.RoundTripper, phones int) *idleCloser {
	if given != nil {
		return &idleCloser{RoundTripper: given}
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 2*phones, 2*phones
	t.ResponseHeaderTimeout = 30 * time.Second
	t.DisableCompression = true // the phones inflate for themselves
	return &idleCloser{t, t}
}

// CloseIdleConnections does nothing to a transport that was handed in.
func (c *idleCloser) CloseIdleConnections() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}
