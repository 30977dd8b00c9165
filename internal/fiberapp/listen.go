package fiberapp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
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

// Accept waits where the machine is out of something for now, file descriptors
// above all: fasthttp would end the program.
func (l listener) Accept() (net.Conn, error) {
	for wait := acceptWait; ; wait = min(2*wait, maxAcceptWait) {
		c, err := l.Listener.Accept()
		if err == nil {
			return &conn{Conn: c}, nil
		}
		if !scarce(err) {
			return nil, err
		}
		time.Sleep(wait)
	}
}

const (
	acceptWait    = 5 * time.Millisecond
	maxAcceptWait = time.Second
)

func scarce(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
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
