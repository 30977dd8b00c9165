package durable

import (
	"os"
	"path/filepath"
	"sync"
)

// Dir is a directory whose fsync is shared: callers that come while one runs
// wait for the next, which covers all their changes at once.
type Dir struct {
	Path string

	mu      sync.Mutex
	waiting *round     // not begun; may be joined
	running sync.Mutex // held during fsync
}

type round struct {
	done chan struct{}
	err  error
}

// Sync returns once every change made in the directory before the call is
// durable.
func (d *Dir) Sync() error {
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
	r.err = SyncDir(d.Path)
	d.running.Unlock()
	close(r.done)
	return r.err
}

// Create begins a file in the directory; see the function of this name.
func (d *Dir) Create(pattern string) (*File, error) {
	f, err := os.CreateTemp(d.Path, pattern) // mode 0600
	if err != nil {
		return nil, err
	}
	return &File{File: f, dir: d}, nil
}

// Take moves a file of the same file system, whose bytes are durable, to a name in
// the directory; what had the name is replaced.
func (d *Dir) Take(from, name string, step Step) error {
	return d.take(name, step, func(to string) error { return os.Rename(from, to) })
}

func (d *Dir) take(name string, step Step, put func(to string) error) error {
	if err := step.do("rename", func() error { return put(filepath.Join(d.Path, name)) }); err != nil {
		return err
	}
	return step.do("dirsync", d.Sync)
}
