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

func TestTheOldestStrangerMakesWay(t *testing.T) {
	h := open(t, 4, 4)
	known, own := h.enters()
	if !own.known() {
		t.Fatal("no place for the first")
	}
	own.rest() // answered, and idle
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
	known.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if closed(known) {
		t.Error("somebody known made way for strangers")
	}
	if n := h.crowd.open.Len(); n != 4 {
		t.Errorf("%d connections are counted", n)
	}
}

func TestWhoIsBeingAnsweredStays(t *testing.T) {
	h := open(t, 8, 8)
	var busy []*conn
	var clients []net.Conn
	for range 8 {
		c, own := h.enters()
		clients = append(clients, c)
		if own.known() {
			busy = append(busy, own)
		}
	}
	if len(busy) != 7 {
		t.Fatalf("%d of 8 places are answered at once: one is for who has not spoken yet", len(busy))
	}
	h.enters() // the eighth made way
	if !closed(clients[7]) {
		t.Error("the one stranger is still there")
	}
	busy[3].rest()
	_, late := h.enters()
	if !late.known() {
		t.Error("no place once an answer has gone out")
	}
	h.crowd.begin() // all places answered: only a full crowd of them is refused
	c, err := net.Dial("tcp", h.ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	select {
	case <-h.in: // idle ones made way
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was let in")
	}
}

func TestWhereNobodyCanMakeWayTheNewestIsToldSo(t *testing.T) {
	h := open(t, 4, 4)
	for range 4 {
		_, own := h.enters()
		own.busy.Store(true)
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
	first, _ := h.enters()
	for range 3 {
		h.enters()
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
		own.known()
		own.linger = true
		client.Close()
		own.Close()
		own.Close()
	}
	if n, busy := h.crowd.open.Len(), h.crowd.busy.Load(); n != 0 || busy != 0 || len(h.crowd.from) != 0 {
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
