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
)

type streamKey struct{}

// Body is a request's body as it comes. One that comes too slowly ends, see pace.
type Body struct {
	r      io.Reader
	conn   net.Conn
	left   int // bytes; -1 while unknown, in chunked encoding
	pace   pace
	end    time.Time // zero for none
	failed error
	done   bool
	given  atomic.Bool // see GiveUp

	purses *purses
	user   string // see Known; "" for a stranger
	room   []*grant
	first  []byte // see First
}

// Stream gives the body of a request, for a handler that reads it itself.
func Stream(c *fiber.Ctx) *Body {
	return c.Context().UserValue(streamKey{}).(*Body)
}

func newStream(ctx *fasthttp.RequestCtx, p *purses) *Body {
	b := &Body{r: ctx.RequestBodyStream(), conn: ctx.Conn(), left: ctx.Request.Header.ContentLength(), purses: p}
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
	began := time.Now()
	deadline := began.Add(b.pace.patience())
	if !b.end.IsZero() && b.end.Before(deadline) {
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
	n, err := b.pull(p)
	b.pace.came(n, time.Since(began))
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

// pull reads from the connection, which gives bytes of a body to nobody else.
func (b *Body) pull(p []byte) (int, error) {
	if c := connOf(b.conn); c != nil {
		defer c.shut(c.shut(false))
	}
	return b.r.Read(p)
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
	for end, n := time.Now().Add(drainTime), 0; n <= drainLimit; {
		b.pace = pace{waited: pause - drainPause}
		b.end = end
		more, err := io.CopyN(io.Discard, b, drainStep)
		n += int(more)
		if err != nil {
			return err == io.EOF && b.done
		}
	}
	return false
}

// timedOut reports whether a read ended because nothing came in time.
func timedOut(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}
