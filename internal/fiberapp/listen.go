package fiberapp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Listen listens on a TCP address for an app to serve, and bounds its connections:
// in all and from each address, but for those of trusted proxies, behind which
// everybody comes from one. A connection that is closed on a client that still
// sends waits a moment for it to read the reply: a close with unread bytes would
// make the kernel reset the connection, and the reply (an expired token, say)
// would be lost with it.
func Listen(address string, proxies ...netip.Prefix) (net.Listener, error) {
	all, err := connections()
	if err != nil {
		return nil, err
	}
	return listen(address, newCrowd(all, all/2, proxies))
}

func listen(address string, w *crowd) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return listener{ln, w}, nil
}

// Bounds of what connections may take.
const (
	// A county's 600 phones hold two at most. One that does nothing takes some 35 kB.
	maxConnections = 2048
	// Open files for stores, logs and the network's other side.
	spareFiles = 256
)

// connections is how many connections this process has descriptors for. Each may
// need a second one, for the medium that it reads or writes.
func connections() (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("limit of open files: %w", err)
	}
	return connectionsOf(uint64(limit.Cur)), nil
}

func connectionsOf(files uint64) int {
	spare := min(spareFiles, files/2)
	return int(min((files-spare)/2, maxConnections))
}

type listener struct {
	net.Listener
	crowd *crowd
}

// Accept waits where the machine is out of something for now, file descriptors
// above all: fasthttp would end the program. Whom there is no place for is told so
// and does not come out of here.
func (l listener) Accept() (net.Conn, error) {
	for wait := acceptWait; ; {
		c, err := l.Listener.Accept()
		if err == nil {
			if own := l.crowd.admit(c); own != nil {
				return own, nil
			}
			refuse(c)
			continue
		}
		if !scarce(err) {
			return nil, err
		}
		time.Sleep(wait)
		wait = min(2*wait, maxAcceptWait)
	}
}

const (
	acceptWait    = 5 * time.Millisecond
	maxAcceptWait = time.Second
)

func scarce(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
