package e2e_test

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// With few descriptors there are few connections, and some are left for the stores:
// whoever takes all that are to be had keeps nobody from working.
func TestDescriptorsAreKeptInReserve(t *testing.T) {
	s := prepare(t)
	s.descriptors = 200
	s.start()
	wang := s.handset("coordinator", dong)
	var conns []net.Conn
	for range 400 {
		c, err := net.Dial("tcp", s.address)
		s.must(err)
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(2 * time.Minute))
		fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		conns = append(conns, c)
	}
	s.do("GET", s.base+"/healthz", nil).is(200, "")
	s.do("GET", s.base+"/readyz", nil).is(200, "")
	b, digest := photo(200_000)
	wang.uploads(b)
	wang.saves(L{"new", wang.NewID(), "visit", dong, M{"type": "routine", "photos": S{digest}}})
	wang.gets(digest).is(200, "")
	f := &flood{s, conns}
	if got := f.answers(); got[0] < 300 || got[408]+got[0] != len(conns) || got[408] == 0 {
		t.Errorf("%v: of 200 descriptors 50 are for connections", got)
	}
}
