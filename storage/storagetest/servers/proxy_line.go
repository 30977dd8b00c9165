package servers

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// line is one client's connection through the proxy.
type line struct {
	proxy          *Proxy
	client, server *net.TCPConn

	mu       sync.Mutex
	answered bool // the server has spoken: what the client says next is new
	swallow  bool // the reply to come is lost
	request  request
}

// cut breaks both sides with a reset, as a crash or a torn cable would.
func (l *line) cut() {
	for _, c := range []*net.TCPConn{l.client, l.server} {
		c.SetLinger(0)
		c.Close()
	}
}

// run carries bytes until either side ends or the line is cut.
func (l *line) run() {
	var both sync.WaitGroup
	both.Go(func() { pass(l.client, l.server, l.sent) })
	both.Go(func() { pass(l.server, l.client, l.replied) })
	both.Wait()
	l.client.Close()
	l.server.Close()
}

// pass carries bytes one way as long as may allows.
func pass(from, to *net.TCPConn, may func([]byte) bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if !may(buffer[:n]) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				from.Close()
				return
			}
		}
		if err != nil {
			to.CloseWrite()
			return
		}
	}
}

// sent judges what the client says before the server hears it.
func (l *line) sent(b []byte) bool {
	l.proxy.hold()
	l.mu.Lock()
	if l.answered {
		l.answered, l.request = false, request{}
	}
	harm, harmed := l.proxy.judge(&l.request, b)
	l.swallow = l.swallow || harmed && harm == LoseReply
	l.mu.Unlock()
	if harmed && harm == LoseRequest {
		l.cut()
		return false
	}
	return true
}

// replied judges what the server says before the client hears it.
func (l *line) replied([]byte) bool {
	l.proxy.hold()
	l.mu.Lock()
	l.answered = true
	swallow := l.swallow
	l.mu.Unlock()
	if swallow {
		l.cut()
	}
	return !swallow
}

// request is what is known of a request that comes in pieces.
type request struct {
	end    []byte          // its last bytes so far: a match may lie across pieces
	judged map[*Fault]bool // faults that it has counted for
}

// longest is how long a Match may be and still be found across two pieces.
const longest = 256

// judge counts the request for each fault that it matches, once, and gives the
// harm that it comes to.
func (p *Proxy) judge(r *request, piece []byte) (harm Harm, harmed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) == 0 {
		r.end = r.end[:0]
		return 0, false
	}
	seen := append(r.end, piece...)
	for _, f := range p.faults {
		if r.judged[f] || f.Times > 0 && f.done == f.Times || !bytes.Contains(seen, []byte(f.Match)) {
			continue
		}
		if r.judged == nil {
			r.judged = map[*Fault]bool{}
		}
		r.judged[f] = true
		f.seen++
		if f.seen%max(1, f.Every) == 0 && !harmed {
			f.done++
			harm, harmed = f.Harm, true
		}
	}
	r.end = bytes.Clone(seen[max(0, len(seen)-longest):])
	return harm, harmed
}

func (p *Proxy) hold() {
	p.mu.Lock()
	d := p.delay
	p.mu.Unlock()
	if d > 0 {
		time.Sleep(d)
	}
}
