package servers

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands between clients and one server and spoils the line as a test asks.
// It knows no protocol: a request is what a client sends from the start, or since
// the server last spoke. That fits clients which wait for each reply.
type Proxy struct {
	listener net.Listener
	target   string
	wait     sync.WaitGroup

	mu     sync.Mutex
	closed bool
	refuse bool
	delay  time.Duration
	faults []*Fault
	lines  map[*line]bool
}

// Harm is what befalls a request, and the connection with it.
type Harm int

const (
	// LoseRequest: the server never sees it whole. Nothing took effect.
	LoseRequest Harm = iota
	// LoseReply: the server answers, so that the request took effect, and the
	// client sees nothing of the answer.
	LoseReply
)

// Fault says which requests come to harm. A request whose bytes contain Match
// counts; of those each Every-th (0 and 1: each) is harmed, Times of them in all
// (0: no end).
type Fault struct {
	Harm  Harm
	Match string // "": every request, the clients' own hellos and pings too
	Every int
	Times int

	seen, done int
}

// NewProxy starts a proxy to the server at target (host:port), which need not run
// yet. It ends with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: target, lines: map[*line]bool{}}
	p.wait.Go(p.accept)
	t.Cleanup(func() {
		p.mu.Lock()
		p.closed = true
		p.mu.Unlock()
		l.Close()
		p.Cut()
		p.wait.Wait()
	})
	return p
}

// Addr is where clients connect: host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut breaks all connections there are, at once, and says how many there were.
func (p *Proxy) Cut() int {
	p.mu.Lock()
	lines := p.lines
	p.lines = map[*line]bool{}
	p.mu.Unlock()
	for l := range lines {
		l.cut()
	}
	return len(lines)
}

// Refuse lets no new connection through, or again does.
func (p *Proxy) Refuse(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = refuse
}

// Delay holds back whatever passes, in each direction, from now on.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Fail replaces the faults; none heals the line. Each request suffers the first
// that applies.
func (p *Proxy) Fail(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	for _, f := range faults {
		f.seen, f.done = 0, 0
		p.faults = append(p.faults, &f)
	}
}

// Done says how many requests have come to harm since Fail: a test whose fault
// never came about proves nothing.
func (p *Proxy) Done() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		n += f.done
	}
	return n
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wait.Go(func() { p.connect(client.(*net.TCPConn)) })
	}
}

func (p *Proxy) connect(client *net.TCPConn) {
	var server net.Conn
	err := net.ErrClosed
	if !p.refusing() {
		server, err = net.DialTimeout("tcp", p.target, 5*time.Second)
	}
	if err != nil {
		client.SetLinger(0)
		client.Close()
		return
	}
	l := &line{proxy: p, client: client, server: server.(*net.TCPConn)}
	p.mu.Lock()
	if p.closed || p.refuse {
		p.mu.Unlock()
		l.cut()
		return
	}
	p.lines[l] = true
	p.mu.Unlock()
	l.run()
	p.mu.Lock()
	delete(p.lines, l)
	p.mu.Unlock()
}

func (p *Proxy) refusing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refuse || p.closed
}
