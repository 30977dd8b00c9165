package phone

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	maxReply   = 64 << 20 // bytes of an inflated reply
	maxTries   = 4        // of one request that is refused for a while
	shortReply = 1 << 20
)

// Traffic is what a phone has moved: bytes of bodies as they were on the wire, compressed ones compressed.
type Traffic struct {
	Requests  int64 `json:"requests"`
	Retries   int64 `json:"retries"` // requests repeated because the server asked to wait or the token was old
	BytesUp   int64 `json:"bytes_up"`
	BytesDown int64 `json:"bytes_down"`
}

type traffic struct{ requests, retries, up, down atomic.Int64 }

// Traffic counts since the phone was made; a clone begins at 0.
func (p *Phone) Traffic() Traffic {
	t := &p.traffic
	return Traffic{t.requests.Load(), t.retries.Load(), t.up.Load(), t.down.Load()}
}

// A request is one call of the phone protocol.
type request struct {
	method string
	path   string // below /m/v1, or a whole address the server named
	header http.Header
	body   []byte
	open   bool   // needs no token
	proof  string // stands in for the token: a last will
	limit  int64  // of the inflated reply
}

// A response has been read to its end; a cut one is an error.
type response struct {
	status int
	header http.Header
	body   []byte
}

// call makes the request, with a new token where the old one has expired, and again where the server asks to wait no
// longer than the phone is willing to. What the server refuses comes back as *Problem.
func (p *Phone) call(ctx context.Context, r request) (response, error) {
	renewed := false
	for try := 1; ; try++ {
		token := ""
		if !r.open && r.proof == "" {
			var err error
			if token, err = p.currentToken(ctx); err != nil {
				return response{}, err
			}
		}
		resp, err := p.once(ctx, r, token)
		var refused *Problem
		if !errors.As(err, &refused) {
			return resp, err
		}
		switch {
		case refused.Status == http.StatusUnauthorized && token != "" && !renewed &&
			(refused.Code == "token" || r.method == http.MethodHead): // a reply to HEAD has no body to name a code
			renewed = true
			p.dropToken(token)
		case (refused.Status == http.StatusTooManyRequests || refused.Status == http.StatusServiceUnavailable) &&
			try < maxTries && refused.RetryAfter <= p.maxWait:
			pause := max(refused.RetryAfter, min(p.maxWait, 100*time.Millisecond))
			if err := wait(ctx, pause); err != nil {
				return response{}, err
			}
		default:
			return resp, err
		}
		p.traffic.retries.Add(1)
	}
}

func (p *Phone) once(ctx context.Context, r request, token string) (response, error) {
	address := r.path
	if u, err := url.Parse(r.path); err != nil || !u.IsAbs() {
		address = p.base + r.path
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, nil)
	if err != nil {
		return response{}, fmt.Errorf("make request: %w", err)
	}
	if len(r.body) > 0 {
		body := func() (io.ReadCloser, error) {
			return io.NopCloser(&counted{bytes.NewReader(r.body), &p.traffic.up}), nil
		}
		req.Body, _ = body()
		req.GetBody, req.ContentLength = body, int64(len(r.body))
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	req.Header.Set("Accept-Encoding", "gzip") // set here, so that the compressed bytes are counted
	switch {
	case r.proof != "":
		req.Header.Set("Zoufang-Proof", r.proof)
	case token != "":
		req.Header.Set("Authorization", "Bearer "+token)
	}
	p.traffic.requests.Add(1)
	resp, err := p.http.Do(req)
	if err != nil {
		return response{}, fmt.Errorf("no answer: %w", err)
	}
	defer resp.Body.Close()
	limit := r.limit
	if limit == 0 {
		limit = shortReply
	}
	body, err := inflate(&counted{resp.Body, &p.traffic.down}, resp.Header.Get("Content-Encoding"), limit)
	if err != nil && r.method != http.MethodHead {
		return response{}, fmt.Errorf("reply broke off: %w", err)
	}
	got := response{resp.StatusCode, resp.Header, body}
	if resp.StatusCode >= 400 {
		return got, readProblem(resp.StatusCode, resp.Header, body)
	}
	return got, nil
}

// ask is call for plain JSON both ways.
func (p *Phone) ask(ctx context.Context, r request, question, answer any) error {
	if question != nil {
		body, err := json.Marshal(question)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		r.body, r.header = body, http.Header{"Content-Type": {"application/json"}}
	}
	resp, err := p.call(ctx, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(resp.body, answer); err != nil {
		return fmt.Errorf("%w: %w", ErrReply, err)
	}
	return nil
}

func inflate(r io.Reader, encoding string, limit int64) ([]byte, error) {
	switch encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = z
	default:
		return nil, fmt.Errorf("encoding %q was not asked for", encoding)
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("longer than %d bytes", limit)
	}
	return body, err
}

// counted adds up what is read through it.
type counted struct {
	io.Reader
	sum *atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.sum.Add(int64(n))
	return n, err
}
