package fiberapp

import (
	"fmt"
	"io"
	"net"
	"time"
)

const (
	lingerTime  = 2 * time.Second
	lingerLimit = 32 << 20 // bytes
)

// Listen listens on a TCP address for an app to serve. Its connections, when
// closed on a client that still sends, wait a moment for it to read the reply: a
// close with unread bytes would make the kernel reset the connection, and the
// reply (an expired token, say) would be lost with it.
func Listen(address string) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return listener{ln}, nil
}

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// conn is used by one goroutine at a time.
type conn struct {
	net.Conn
	linger bool
	ended  bool // a read has failed
}

// connOf finds the connection an app was served on, beneath TLS too, or nil.
func connOf(c net.Conn) *conn {
	if outer, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = outer.NetConn()
	}
	own, _ := c.(*conn)
	return own
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.ended = c.ended || err != nil
	return n, err
}

func (c *conn) Close() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && c.linger {
		c.linger = false
		if half.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
			io.CopyN(io.Discard, c.Conn, lingerLimit) // whatever ends it, the close follows
		}
	}
	return c.Conn.Close()
}
