package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// readers is a small pool of read-only connections, opened as they are needed.
type readers struct {
	path  string
	slots chan struct{} // one for each connection in use
	mu    sync.Mutex
	idle  []*conn
	shut  bool
}

func (p *readers) init(path string, n int) {
	p.path, p.slots = path, make(chan struct{}, n)
}

func (p *readers) get(ctx context.Context) (*conn, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	if p.shut {
		p.mu.Unlock()
		<-p.slots
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := connect(p.path, readerPragmas...)
	if err != nil {
		<-p.slots
		return nil, fmt.Errorf("storage: open a reader: %w", err)
	}
	return c, nil
}

// put gives a connection back; a broken one is closed.
func (p *readers) put(c *conn, broken bool) {
	p.mu.Lock()
	if broken || p.shut {
		p.mu.Unlock()
		c.close()
	} else {
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	<-p.slots
}

// close closes the idle connections; those in use follow when they come back.
func (p *readers) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut = true
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	p.idle = nil
	return errors.Join(errs...)
}

// read runs f on one snapshot.
func (s *Store) read(ctx context.Context, f func(v *view) error) error {
	return s.readFrom(ctx, &s.readers, f)
}

func (s *Store) readFrom(ctx context.Context, pool *readers, f func(v *view) error) error {
	return s.lend(ctx, pool, func(v *view) (broken bool, err error) {
		c := v.c
		if _, err := c.exec("BEGIN"); err != nil {
			return true, fmt.Errorf("storage: begin to read: %w", err)
		}
		err = f(v)
		_, end := c.exec("COMMIT")
		return end != nil, err
	})
}

// readOne is read for a single statement, which is a snapshot by itself.
func (s *Store) readOne(ctx context.Context, f func(v *view) error) error {
	return s.lend(ctx, &s.readers, func(v *view) (bool, error) { return false, f(v) })
}

// lend gives f a connection of the pool for as long as it runs. One that f calls
// broken, or panics on, is closed.
func (s *Store) lend(ctx context.Context, pool *readers, f func(v *view) (broken bool, err error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := pool.get(ctx)
	if err != nil {
		return err
	}
	broken := true
	defer func() { pool.put(c, broken) }()
	v := &view{s: s, c: c, ctx: ctx}
	broken, err = f(v)
	v.c = nil // a function that kept it can do no harm
	return err
}
