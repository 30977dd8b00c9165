package fiberapp

import (
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// hall is a listener whose connections are kept as they are accepted.
type hall struct {
	*testing.T
	crowd *crowd
	ln    net.Listener
	in    chan *conn
}

func open(t *testing.T, all, each int, proxies ...netip.Prefix) *hall {
	t.Helper()
	h := &hall{T: t, crowd: newCrowd(all, each, proxies), in: make(chan *conn)}
	var err error
	if h.ln, err = listen("127.0.0.1:0", h.crowd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.ln.Close() })
	go func() {
		defer close(h.in)
		for {
			c, err := h.ln.Accept()
			if err != nil {
				return
			}
			h.in <- c.(*conn)
		}
	}()
	return h
}

// enters is a client's connection and the server's end of it.
func (h *hall) enters() (client net.Conn, own *conn) {
	h.Helper()
	client, err := net.Dial("tcp", h.ln.Addr().String())
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { client.Close() })
	client.SetDeadline(time.Now().Add(20 * time.Second))
	return client, <-h.in
}

// closed waits for the server's end of a connection's life.
func closed(c net.Conn) bool {
	_, err := c.Read(make([]byte, 1))
	return err == io.EOF
}

// there reports whether the server's end of a connection is still open.
func (h *hall) there(c *conn) bool {
	h.crowd.mu.Lock()
	defer h.crowd.mu.Unlock()
	return c.place.at != nil
}

func TestTheOldestStrangerMakesWay(t *testing.T) {
	h := open(t, 4, 4)
	_, known := h.enters()
	if !h.crowd.known(known, "somebody") {
		t.Fatal("no place for the first")
	}
	h.crowd.turns(known, true) // answered, and idle
	first, _ := h.enters()
	second, _ := h.enters()
	h.enters()
	h.enters()
	if !closed(first) {
		t.Error("the oldest stranger is still there")
	}
	h.enters()
	if !closed(second) {
		t.Error("the next stranger is still there")
	}
	if n := h.crowd.open.Len(); n != 4 || !h.there(known) {
		t.Errorf("%d connections are counted; somebody known is there: %v", n, h.there(known))
	}
}

func TestWhoIsBeingAnsweredStays(t *testing.T) {
	h := open(t, 8, 8)
	var busy []*conn
	var stranger net.Conn
	for i := range 8 {
		c, own := h.enters()
		if h.crowd.known(own, string(rune('a'+i))) {
			busy = append(busy, own)
		} else {
			stranger = c
		}
	}
	if len(busy) != 7 {
		t.Fatalf("%d of 8 places are answered at once: one is for who has not spoken yet", len(busy))
	}
	_, late := h.enters()
	if !closed(stranger) {
		t.Error("the one stranger is still there")
	}
	h.crowd.turns(busy[3], true)
	if !h.crowd.known(late, "late") {
		t.Error("no place once an answer has gone out")
	}
	h.enters() // nobody is a stranger now: who is idle makes way
	if h.there(busy[3]) || !h.there(busy[0]) || !h.there(late) {
		t.Error("another than the idle one made way")
	}
}

// One user's many requests make way for each other, and not anybody else.
func TestAUsersConnectionsMakeWayForTheirOwn(t *testing.T) {
	h := open(t, 32, 32)
	_, other := h.enters()
	h.crowd.known(other, "other")
	h.crowd.turns(other, true) // idle, and the oldest of all
	var mine []*conn
	for range 100 {
		_, own := h.enters()
		if !h.crowd.known(own, "me") {
			t.Fatal("the newest is refused")
		}
		mine = append(mine, own)
	}
	for i, c := range mine {
		if h.there(c) != (i >= 96) {
			t.Errorf("connection %d of 100: there %v", i, h.there(c))
		}
	}
	// The oldest connection has the newest request: it is not the oldest request.
	h.crowd.turns(mine[96], true)
	h.crowd.known(mine[96], "me")
	_, more := h.enters()
	h.crowd.known(more, "me")
	if !h.there(mine[96]) || h.there(mine[97]) {
		t.Error("a request made way for being on an old connection")
	}
	// What was sent whole is answered: then the newest hears busy.
	for _, c := range append(mine[96:], more) {
		h.crowd.sent(c)
	}
	_, last := h.enters()
	if h.crowd.known(last, "me") || !h.there(mine[98]) {
		t.Error("what was sent whole made way")
	}
	if !h.there(other) {
		t.Error("another's idle connection made way")
	}
}

// What only lingers makes way before what somebody known may use again.
func TestLingeringMakesWayFirst(t *testing.T) {
	h := open(t, 2, 2)
	_, idle := h.enters()
	h.crowd.known(idle, "a")
	h.crowd.turns(idle, true)
	_, lingers := h.enters()
	h.crowd.known(lingers, "b")
	h.crowd.end(lingers)
	h.enters()
	if !h.there(idle) || h.there(lingers) {
		t.Errorf("idle there: %v, lingering there: %v", h.there(idle), h.there(lingers))
	}
}

func TestWhereNobodyCanMakeWayTheNewestIsToldSo(t *testing.T) {
	h := open(t, 4, 4)
	for range 4 {
		_, own := h.enters()
		h.crowd.mu.Lock()
		own.place.busy = true
		h.crowd.mu.Unlock()
	}
	c, err := net.Dial("tcp", h.ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	said, _ := io.ReadAll(c)
	if got := string(said); len(got) < 20 || got[:12] != "HTTP/1.1 503" {
		t.Errorf("the fifth was told %q", got)
	}
}

func TestOneAddressIsBoundedAndAProxyIsNot(t *testing.T) {
	h := open(t, 100, 3)
	first, gone := h.enters()
	for range 3 {
		h.enters()
	}
	// Where its answer would have begun, fasthttp sets this and panics on a failure.
	if err := gone.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Error(err)
	}
	if _, err := gone.Write([]byte("x")); err == nil {
		t.Error("something was written to a connection that is closed")
	}
	if !closed(first) || h.crowd.open.Len() != 3 {
		t.Errorf("%d connections of one address", h.crowd.open.Len())
	}
	behind := open(t, 100, 3, netip.MustParsePrefix("127.0.0.0/8"))
	for range 50 {
		behind.enters()
	}
	if n := behind.crowd.open.Len(); n != 50 {
		t.Errorf("%d of 50 connections of a proxy", n)
	}
}

func TestWhoLeavesIsNotCounted(t *testing.T) {
	h := open(t, 10, 10)
	for range 50 {
		client, own := h.enters()
		h.crowd.known(own, "me")
		own.linger = true
		client.Close()
		own.Close()
		own.Close()
	}
	if n, busy := h.crowd.open.Len(), h.crowd.sum; n != 0 || busy != 0 || len(h.crowd.busy) != 0 || len(h.crowd.from) != 0 {
		t.Errorf("%d counted, %d busy, from %v", n, busy, h.crowd.from)
	}
}

func TestConnectionsLeaveDescriptors(t *testing.T) {
	for files, want := range map[uint64]int{1 << 40: 2048, 65536: 2048, 4096: 1920, 1024: 384, 512: 128, 256: 64, 64: 16} {
		got := connectionsOf(files)
		if got != want || uint64(2*got) >= files && files < 1<<40 {
			t.Errorf("%d connections of %d descriptors, want %d", got, files, want)
		}
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if n, err := connections(); err != nil || n != connectionsOf(uint64(limit.Cur)) {
		t.Errorf("%d %v", n, err)
	}
}
