package fiberapp

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"time"

	"zoufang/internal/problem"
)

// crowd bounds the connections that are open, in all and from each address. Where
// it is full the one makes way on which nothing has happened for longest, of those
// on which nobody has proven yet who they are, then of those on which nothing is
// under way: so a flood of halves keeps nobody out, not even behind the same
// address, where a whole carrier may be.
type crowd struct {
	all, each int
	proxies   []netip.Prefix

	mu   sync.Mutex
	open *list.List     // of *conn, by what happened last on them: a request begun or answered
	from map[string]int // connections of an address
	busy map[string]int // of a user's, those on which they are being answered
	sum  int            // of busy
}

// place is a connection's place in the crowd.
type place struct {
	from string // the address it counts for, "" for a proxy's
	user string // who has asked something on it, "" for a stranger
	busy bool   // and is being answered
	sent bool   // and has sent their request whole
	at   *list.Element
}

func newCrowd(all, each int, proxies []netip.Prefix) *crowd {
	return &crowd{all: all, each: each, proxies: proxies, open: list.New(), from: map[string]int{}, busy: map[string]int{}}
}

// admit takes a connection in, or gives nil where there is no place for it.
func (w *crowd) admit(c net.Conn) *conn {
	own := &conn{Conn: c, crowd: w}
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		if peer := plain(a.AddrPort().Addr()); !trusts(w.proxies, peer) {
			own.place.from = counted(peer)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	from := own.place.from
	if from != "" && w.from[from] >= w.each && !w.makeWay(from) || w.open.Len() >= w.all && !w.makeWay("") {
		return nil
	}
	own.place.at = w.open.PushBack(own)
	if from != "" {
		w.from[from]++
	}
	return own
}

// makeWay closes the connection that can be spared best, of those from an address
// if one is given.
func (w *crowd) makeWay(from string) bool {
	here := func(c *conn) bool { return (from == "" || c.place.from == from) && !c.place.busy }
	return w.drop(func(c *conn) bool { return here(c) && c.place.user == "" }) || w.drop(here)
}

// drop closes the first connection that is so.
func (w *crowd) drop(so func(*conn) bool) bool {
	for e := w.open.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*conn); so(c) {
			w.forget(c)
			c.Conn.Close()
			return true
		}
	}
	return false
}

// known notes that a user is being answered on the connection, and reports whether
// that is possible. A user may take an eighth of all places, where the oldest that
// is half-sent makes way; another eighth is left for who is not known yet.
func (w *crowd) known(c *conn, user string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pause(c)
	eighth := max(w.all/8, 1)
	halves := func(c *conn) bool { return c.place.busy && !c.place.sent && c.place.user == user }
	if w.busy[user] >= eighth && !w.drop(halves) {
		return false
	}
	if w.sum >= w.all-eighth || c.place.at == nil {
		return false
	}
	c.place.user, c.place.busy, c.place.sent = user, true, false
	w.open.MoveToBack(c.place.at)
	w.busy[user]++
	w.sum++
	return true
}

// sent notes that a request is there as a whole.
func (w *crowd) sent(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.place.sent = true
}

// turns notes that a request begins on the connection, or that it was answered.
func (w *crowd) turns(c *conn, answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if answered {
		w.pause(c)
	}
	if c.place.at != nil {
		w.open.MoveToBack(c.place.at)
	}
}

// end notes that nothing more will be asked on the connection, which may still
// linger: it is the first to make way.
func (w *crowd) end(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pause(c)
	c.place.user = ""
}

func (w *crowd) pause(c *conn) {
	if !c.place.busy {
		return
	}
	c.place.busy = false
	w.sum--
	if w.busy[c.place.user]--; w.busy[c.place.user] == 0 {
		delete(w.busy, c.place.user)
	}
}

func (w *crowd) leave(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(c)
}

func (w *crowd) forget(c *conn) {
	if c.place.at == nil {
		return
	}
	w.pause(c)
	w.open.Remove(c.place.at)
	c.place.at = nil
	if from := c.place.from; from != "" {
		if w.from[from]--; w.from[from] == 0 {
			delete(w.from, from)
		}
	}
}

// refuse tells a client that there is no place for it.
func refuse(c net.Conn) {
	if c.SetWriteDeadline(time.Now().Add(10*time.Millisecond)) == nil {
		c.Write(problem.Of(problem.Busy).Bare()) // heard or not
	}
	c.Close()
}
