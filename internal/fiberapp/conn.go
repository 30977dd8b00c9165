package fiberapp

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	lingerTime  = 2 * time.Second
	lingerLimit = 32 << 20 // bytes
)

// conn is used by one goroutine at a time, but for what is atomic and what the
// crowd does to it.
type conn struct {
	net.Conn
	crowd  *crowd
	place  place // the crowd's
	linger bool
	ended  bool // a read has failed
	closed bool // for reading, see shut
}

// connOf finds the connection an app was served on, beneath TLS too, or nil.
func connOf(c net.Conn) *conn {
	if outer, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = outer.NetConn()
	}
	own, _ := c.(*conn)
	return own
}

var errShut = errors.New("a body was read that nobody had paid for")

func (c *conn) Read(p []byte) (int, error) {
	if c.closed {
		return 0, errShut
	}
	n, err := c.Conn.Read(p)
	c.ended = c.ended || err != nil
	return n, err
}

// shut says whether reading fails from now on, and gives what was so before.
func (c *conn) shut(now bool) (before bool) {
	before, c.closed = c.closed, now
	return before
}

// answered hears from fasthttp of a connection's states.
func answered(c net.Conn, state fasthttp.ConnState) {
	if own := connOf(c); own != nil && (state == fasthttp.StateActive || state == fasthttp.StateIdle) {
		own.crowd.turns(own, state == fasthttp.StateIdle)
	}
}

// SetWriteDeadline does not fail on a connection that had to make way: fasthttp
// would panic. Writing to it fails as it must.
func (c *conn) SetWriteDeadline(t time.Time) error {
	if err := c.Conn.SetWriteDeadline(t); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func (c *conn) Close() error {
	defer c.crowd.leave(c)
	c.crowd.end(c)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && c.linger {
		c.linger = false
		if half.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
			io.CopyN(io.Discard, c.Conn, lingerLimit) // whatever ends it, the close follows
		}
	}
	return c.Conn.Close()
}
