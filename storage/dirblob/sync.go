package dirblob

import (
	"os"
	"sync"
)

// dir is a directory whose fsync is shared: callers that come while one runs
// wait for the next, which covers all their changes at once.
type dir struct {
	path string

	mu      sync.Mutex
	waiting *round     // not begun; may be joined
	running sync.Mutex // held during fsync
}

type round struct {
	done chan struct{}
	err  error
}

// sync returns once every change made in the directory before the call is
// durable.
func (d *dir) sync() error {
	d.mu.Lock()
	if r := d.waiting; r != nil {
		d.mu.Unlock()
		<-r.done
		return r.err
	}
	r := &round{done: make(chan struct{})}
	d.waiting = r
	d.mu.Unlock()

	d.running.Lock()
	d.mu.Lock()
	d.waiting = nil // whoever comes now may have changed something too late for us
	d.mu.Unlock()
	r.err = fsyncDir(d.path)
	d.running.Unlock()
	close(r.done)
	return r.err
}

func fsyncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// step does one thing to the disk, or fails as a test asked for.
func (s *Store) step(name string, do func() error) error {
	if s.fault == nil {
		return do()
	}
	if err := s.fault(name, false); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return s.fault(name, true)
}
