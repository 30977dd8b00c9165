package fiberapp

import (
	"net"
	"os"
	"syscall"
	"testing"
)

// poor is a machine that is out of descriptors a few times.
type poor struct {
	net.Listener
	times int
	end   error
}

func (p *poor) Accept() (net.Conn, error) {
	if p.times--; p.times >= 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	if p.end != nil {
		return nil, p.end
	}
	a, _ := net.Pipe()
	return a, nil
}

func TestAcceptWaitsForDescriptors(t *testing.T) {
	c, err := listener{&poor{times: 3}, newCrowd(9, 9, nil)}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := (listener{&poor{end: net.ErrClosed}, newCrowd(9, 9, nil)}).Accept(); err != net.ErrClosed {
		t.Fatal(err)
	}
}
