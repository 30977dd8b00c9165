package fiberapp

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"zoufang/internal/problem"
)

type streamKey struct{}

// Body is a request's body as it comes. A pause of half a minute ends it.
type Body struct {
	r      io.Reader
	conn   net.Conn
	left   int // bytes; -1 while unknown, in chunked encoding
	end    time.Time
	failed error
	done   bool
	given  atomic.Bool // see GiveUp
}

// Stream gives the body of a request for which Config.Body said Streamed.
func Stream(c *fiber.Ctx) *Body {
	return c.Context().UserValue(streamKey{}).(*Body)
}

func newStream(ctx *fasthttp.RequestCtx) *Body {
	b := &Body{r: ctx.RequestBodyStream(), conn: ctx.Conn(), left: ctx.Request.Header.ContentLength(), end: time.Now().Add(streamTime)}
	if b.r == nil || b.left == 0 || b.left == -2 {
		b.left, b.done = 0, true
	}
	return b
}

// Length gives how many bytes are still to come, -1 if that is unknown.
func (b *Body) Length() int { return b.left }

// GiveUp ends a Read of another goroutine, and all that follow. It must not be
// called once the handler has returned.
func (b *Body) GiveUp() {
	b.given.Store(true)
	b.conn.SetReadDeadline(time.Unix(1, 0)) // a connection that fails here fails the Read as well
}

// Failed reports whether a Read failed: the client is gone, or was given up.
func (b *Body) Failed() bool { return b.failed != nil }

// Read reads. It fails with io.EOF only at the end of the body: a connection
// that dies before is io.ErrUnexpectedEOF or another error.
func (b *Body) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	if b.done {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	deadline := time.Now().Add(pause)
	if b.end.Before(deadline) {
		deadline = b.end
	}
	if err := b.conn.SetReadDeadline(deadline); err != nil {
		b.failed = err
		return 0, err
	}
	if b.given.Load() { // looked at after the deadline was set: either is seen
		b.failed = os.ErrDeadlineExceeded
		return 0, b.failed
	}
	n, err := b.r.Read(p)
	if b.left > 0 {
		b.left -= n
		b.done = b.left == 0
		if err == io.EOF && !b.done {
			err = io.ErrUnexpectedEOF
		}
	} else if err == io.EOF {
		// fasthttp takes a connection that dies between two chunks for the end.
		if c := connOf(b.conn); c != nil && c.ended {
			err = io.ErrUnexpectedEOF
		} else {
			b.left, b.done = 0, true
		}
	}
	if err != nil && err != io.EOF {
		b.failed = err
		return n, err
	}
	if b.done {
		return n, io.EOF
	}
	return n, nil
}

// drain reads what is left, within bounds, and reports whether the connection
// stands at the next request.
func (b *Body) drain(ctx *fasthttp.RequestCtx) bool {
	if b.done || b.failed != nil {
		return b.done
	}
	if !ctx.Request.IsBodyStream() { // somebody else has read it, who knows how far
		return false
	}
	if b.left > drainLimit {
		return false
	}
	b.end = time.Now().Add(drainTime)
	_, err := io.CopyN(io.Discard, b, drainLimit+1)
	return err == io.EOF && b.done
}

// whole reads a body into memory before any handler runs, so that c.Body and
// c.BodyRaw can neither grow without limit nor stop half way.
func (cfg Config) whole(c *fiber.Ctx) error {
	limit := 0
	if cfg.Body != nil {
		limit = cfg.Body(c.Method(), c.Path())
	}
	if limit == Streamed {
		return c.Next()
	}
	if limit == 0 {
		limit = BodyLimit
	}
	b := Stream(c)
	if b.left > limit {
		return problem.Of(problem.TooLarge)
	}
	b.end = time.Now().Add(wholeTime)
	body, err := io.ReadAll(io.LimitReader(b, int64(limit)+1))
	var timeout net.Error
	switch {
	case len(body) > limit:
		return problem.Of(problem.TooLarge)
	case errors.As(err, &timeout) && timeout.Timeout():
		return problem.Of(problem.Timeout)
	case err != nil:
		return problem.Of(problem.Body)
	}
	c.Request().SetBodyRaw(body)
	return c.Next()
}
