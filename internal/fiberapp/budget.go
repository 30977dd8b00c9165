package fiberapp

import (
	"sync"
	"time"

	"zoufang/internal/problem"
)

// The bytes of bodies that this process may hold at once, inflated ones included.
// Strangers have an account of their own, so that they take nothing from phones
// and staff. Garbage may double what is held: these keep the whole under 150 MB.
const (
	knownBytes    = 32 << 20
	inflateBytes  = 8 << 20 // of knownBytes, for what is inflated alone: a body never waits for itself
	userBytes     = 8 << 20 // of one user, with all devices
	strangerBytes = 4 << 20
	addressBytes  = 1 << 20
	requestBytes  = 16 << 10 // that a request with a body holds beside it
	roomTime      = 2 * time.Second
)

// pool is one account of bytes, of which nobody has more than a share.
//
// Where there is no room for one more, who holds most gives way, its oldest body
// that is still on the way first: whoever sends whole bodies is not kept out by
// who sends halves.
type pool struct {
	size, share int

	mu    sync.Mutex
	held  int
	of    map[string]*holder
	freed chan struct{} // closed, and made anew, whenever something is given back
}

type holder struct {
	held int
	open []*grant // oldest first
}

// grant is room for some bytes. It is given back by release.
type grant struct {
	pool  *pool
	who   string
	n     int
	yield func() // ends the reading that it is for; nil once that is over
	asked bool   // to yield
	gone  bool
}

func newPool(size, share int) *pool {
	return &pool{size: size, share: share, of: map[string]*holder{}, freed: make(chan struct{})}
}

// take gives somebody room for n bytes and leaves spare bytes for others. It
// waits a moment for it, then fails with busy. yield is called, with the pool
// locked, when the room is needed by somebody else.
func (p *pool) take(who string, n, spare int, yield func()) (*grant, error) {
	var giving *grant
	var timeout <-chan time.Time
	for {
		p.mu.Lock()
		h := p.of[who]
		if h == nil {
			h = &holder{}
		}
		full := h.held+n > p.share
		if !full && p.held+n <= p.size-spare {
			g := &grant{pool: p, who: who, n: n, yield: yield}
			p.held, h.held, h.open, p.of[who] = p.held+n, h.held+n, append(h.open, g), h
			p.mu.Unlock()
			return g, nil
		}
		if giving == nil || giving.gone {
			if !full {
				h = p.largest(h.held + n)
			}
			if giving = h.oldest(); giving != nil {
				giving.asked = true
				giving.yield()
			}
		}
		freed := p.freed
		p.mu.Unlock()
		if timeout == nil {
			timer := time.NewTimer(roomTime)
			defer timer.Stop()
			timeout = timer.C
		}
		select {
		case <-freed:
		case <-timeout:
			return nil, problem.Of(problem.Busy)
		}
	}
}

// largest gives who holds most of those that hold more than n bytes; else one
// that holds nothing.
func (p *pool) largest(n int) *holder {
	most := &holder{}
	for _, h := range p.of {
		if h.held > max(n, most.held) && h.oldest() != nil {
			most = h
		}
	}
	return most
}

// oldest gives the first grant that can still give way.
func (h *holder) oldest() *grant {
	for _, g := range h.open {
		if g.yield != nil && !g.asked {
			return g
		}
	}
	return nil
}

// keep gives back what is over n bytes. The reading is over then: it does not
// give way any more.
func (g *grant) keep(n int) {
	g.pool.mu.Lock()
	defer g.pool.mu.Unlock()
	g.yield = nil
	if n < g.n {
		g.pool.give(g.who, g.n-n)
		g.n = n
	}
}

// release gives everything back.
func (g *grant) release() {
	p := g.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if g.gone {
		return
	}
	g.gone, g.yield = true, nil
	h := p.of[g.who]
	for i, o := range h.open {
		if o == g {
			h.open = append(h.open[:i], h.open[i+1:]...)
			break
		}
	}
	p.give(g.who, g.n)
	if len(h.open) == 0 {
		delete(p.of, g.who)
	}
}

func (p *pool) give(who string, n int) {
	p.held -= n
	p.of[who].held -= n
	close(p.freed)
	p.freed = make(chan struct{})
}
