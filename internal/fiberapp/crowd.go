package fiberapp

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"zoufang/internal/problem"
)

// crowd bounds the connections that are open, in all and from each address. Where
// it is full the oldest makes way, of those on which nobody has proven yet who
// they are, then of those on which nothing is under way: so a flood of halves
// keeps nobody out, not even behind the same address, where a whole carrier may be.
type crowd struct {
	all, each int
	proxies   []netip.Prefix
	busy      atomic.Int64 // on which somebody known is being answered

	mu   sync.Mutex
	open *list.List // of *conn, oldest first
	from map[string]int
}

// place is a connection's place in the crowd.
type place struct {
	from string // the address it counts for, "" for a proxy's
	at   *list.Element
}

func newCrowd(all, each int, proxies []netip.Prefix) *crowd {
	return &crowd{all: all, each: each, proxies: proxies, open: list.New(), from: map[string]int{}}
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
	var idle *conn
	for e := w.open.Front(); e != nil; e = e.Next() {
		c := e.Value.(*conn)
		if from != "" && c.place.from != from || c.busy.Load() {
			continue
		}
		if !c.vouched.Load() {
			w.forget(c)
			c.Conn.Close()
			return true
		}
		if idle == nil {
			idle = c
		}
	}
	if idle == nil {
		return false
	}
	w.forget(idle)
	idle.Conn.Close()
	return true
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
	w.open.Remove(c.place.at)
	c.place.at = nil
	if from := c.place.from; from != "" {
		if w.from[from]--; w.from[from] == 0 {
			delete(w.from, from)
		}
	}
}

// begin takes one of the places for those that are being answered. An eighth of
// all is left for who has not said yet who they are.
func (w *crowd) begin() bool {
	if w.busy.Add(1) > int64(w.all-max(w.all/8, 1)) {
		w.busy.Add(-1)
		return false
	}
	return true
}

func (w *crowd) end() { w.busy.Add(-1) }

// refuse tells a client that there is no place for it.
func refuse(c net.Conn) {
	if c.SetWriteDeadline(time.Now().Add(10*time.Millisecond)) == nil {
		c.Write(problem.Of(problem.Busy).Bare()) // heard or not
	}
	c.Close()
}
