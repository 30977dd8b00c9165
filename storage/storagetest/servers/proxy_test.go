package servers

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo is a server that answers each line and remembers it.
type echo struct {
	addr string

	mu    sync.Mutex
	heard []string
}

func newEcho(t *testing.T) *echo {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	e := &echo{addr: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					e.mu.Lock()
					e.heard = append(e.heard, lines.Text())
					e.mu.Unlock()
					fmt.Fprintln(c, lines.Text())
				}
			}()
		}
	}()
	return e
}

func (e *echo) has(line string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.heard {
		if h == line {
			return true
		}
	}
	return false
}

// caller asks through the proxy, and connects anew when the line broke.
type caller struct {
	t    *testing.T
	addr string
	conn net.Conn
}

func (c *caller) ask(pieces ...string) error {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.t.Cleanup(func() { conn.Close() })
		c.conn = conn
	}
	c.conn.SetDeadline(time.Now().Add(5 * time.Second))
	err := func() error {
		for _, piece := range pieces {
			if _, err := c.conn.Write([]byte(piece)); err != nil {
				return err
			}
			time.Sleep(2 * time.Millisecond) // that it arrives as a piece
		}
		if _, err := c.conn.Write([]byte("\n")); err != nil {
			return err
		}
		got, err := bufio.NewReader(c.conn).ReadString('\n')
		if want := strings.Join(pieces, "") + "\n"; err == nil && got != want {
			c.t.Errorf("the answer to %q is %q", want, got)
		}
		return err
	}()
	if err != nil {
		c.conn.Close()
		c.conn = nil
	}
	return err
}

func TestProxy(t *testing.T) {
	e := newEcho(t)
	p := NewProxy(t, e.addr)
	c := &caller{t: t, addr: p.Addr()}
	ok := func(what string) {
		t.Helper()
		if err := c.ask(what); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	broken := func(pieces ...string) {
		t.Helper()
		if err := c.ask(pieces...); err == nil {
			t.Errorf("%q came through", pieces)
		}
	}

	ok("plain")
	p.Fail(Fault{Harm: LoseRequest, Match: "commit", Times: 1})
	ok("other")
	broken("com", "mit 1")
	if e.has("commit 1") || p.Done() != 1 {
		t.Errorf("the lost request arrived, or %d faults", p.Done())
	}
	ok("commit 2")

	p.Fail(Fault{Harm: LoseReply, Match: "commit", Every: 2})
	ok("commit 3")
	broken("commit 4")
	if !e.has("commit 4") || p.Done() != 1 {
		t.Errorf("the request whose reply was lost did not arrive, or %d faults", p.Done())
	}
	ok("commit 5")
	broken("com", "mit 6")
	p.Fail()
	ok("commit 7")

	if n := p.Cut(); n != 1 {
		t.Errorf("%d connections were cut", n)
	}
	broken("after the cut")
	ok("again")

	p.Refuse(true)
	ok("old connections go on")
	p.Cut()
	broken("cut")
	broken("refused")
	p.Refuse(false)
	ok("let in")

	p.Delay(20 * time.Millisecond)
	start := time.Now()
	ok("slow")
	if d := time.Since(start); d < 40*time.Millisecond {
		t.Errorf("delayed by %v", d)
	}
}

// A server that is away looks like one that breaks its connections.
func TestProxyWithoutServer(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, addr: NewProxy(t, address(port)).Addr()}
	if err := c.ask("anybody?"); err == nil {
		t.Error("somebody answered")
	}
}
