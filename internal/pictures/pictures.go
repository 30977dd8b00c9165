// Package pictures owns small pictures of media: each is made once, by one maker at a
// time, and kept beside its medium; and so is the word for one that cannot be seen.
//
// Readers wait in queues of their own, which are short and served in turn, so that
// what one asks for holds up no other. What is looked at because it just arrived
// waits for all of them.
package pictures

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"zoufang"
	"zoufang/internal/thumb"
	"zoufang/storage"
)

// Size is the one size there is, in pixels of the longer side.
const Size = 320

// maxMedium bounds what is read of a medium, in bytes; phones send no more.
const maxMedium = 20 << 20

// ErrBusy: a queue is full, or a place in it was waited for too long. Ask again.
var ErrBusy = storage.Passing(errors.New("too many pictures wait to be made smaller"))

// Config is what pictures are made of.
type Config struct {
	Blobs storage.Blobs
	// Mark notes of a medium that it cannot be seen, durably; again is no error.
	Mark func(ctx context.Context, d zoufang.Digest, f zoufang.Flaw) error
	// Room reports whether what is derived may be kept; nil: always.
	Room func() bool
	Log  *slog.Logger
}

// Pictures makes and keeps small pictures.
type Pictures struct {
	cfg  Config
	make func(b []byte, max int) ([]byte, error)
	most time.Duration // that a request waits

	mu      sync.Mutex
	queue   queue
	working bool
	stopped bool
	idle    sync.WaitGroup
}

// New makes pictures of a store's media.
func New(cfg Config) *Pictures {
	return &Pictures{cfg: cfg, make: thumb.Make, most: patience, queue: newQueue()}
}

// patience is how long a request waits for its picture.
const patience = 10 * time.Second

// Small gives a medium's small picture, a JPEG. reader is who asks. Beside failures
// of the store: storage.ErrNotFound, ErrBusy, thumb.Flawed, thumb.ErrTooLarge.
func (p *Pictures) Small(ctx context.Context, reader string, d zoufang.Digest) ([]byte, error) {
	b, err := p.kept(ctx, d)
	if !errors.Is(err, storage.ErrNotFound) {
		return b, err
	}
	j, err := p.enter(reader, d)
	if err != nil {
		return nil, err
	}
	defer p.leave(j)
	timer := time.NewTimer(p.most)
	defer timer.Stop()
	select {
	case <-j.done:
		return j.small, j.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, ErrBusy
	}
}

// arrival is how long the reply to a phone waits for its medium to be looked at, and
// crowd how many of these may wait.
const (
	arrival = 5 * time.Second
	crowd   = 8
)

// Arriving looks at a medium whose bytes have come and gives what is wrong with it, if
// that can be told soon; else known is false, and Look is to be called once the
// medium is known.
func (p *Pictures) Arriving(ctx context.Context, d zoufang.Digest) (f zoufang.Flaw, known bool) {
	p.mu.Lock()
	if p.stopped || len(p.queue.arrived) >= crowd {
		p.mu.Unlock()
		return "", false
	}
	j := p.queue.later(d)
	p.work()
	p.mu.Unlock()
	timer := time.NewTimer(arrival)
	defer timer.Stop()
	select {
	case <-j.done:
	case <-timer.C:
		return "", false
	case <-ctx.Done():
		return "", false
	}
	var flawed thumb.Flawed
	errors.As(j.err, &flawed)
	return zoufang.Flaw(flawed), j.err == nil || flawed != "" || errors.Is(j.err, thumb.ErrTooLarge)
}

// Look has a medium looked at, when nobody waits, and marked. It may come to nothing:
// whoever asks for the picture has it looked at then.
func (p *Pictures) Look(d zoufang.Digest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped && len(p.queue.arrived) < mostLater {
		p.queue.later(d)
		p.work()
	}
}

// Stop takes no more and returns when nothing is under way.
func (p *Pictures) Stop() {
	p.mu.Lock()
	p.stopped = true
	p.queue.clear()
	p.mu.Unlock()
	p.idle.Wait()
}

func (p *Pictures) enter(reader string, d zoufang.Digest) (*job, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return nil, ErrBusy
	}
	j := p.queue.enter(reader, d)
	if j == nil {
		return nil, ErrBusy
	}
	p.work()
	return j, nil
}

func (p *Pictures) leave(j *job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.waiting--
}

// work sees to it that somebody works, until the queue is empty.
func (p *Pictures) work() {
	if p.working {
		return
	}
	p.working = true
	p.idle.Go(func() {
		for {
			p.mu.Lock()
			j := p.queue.next()
			p.working = j != nil
			p.mu.Unlock()
			if j == nil {
				return
			}
			j.small, j.err = p.once(j.digest)
			p.mu.Lock()
			p.queue.end(j)
			p.mu.Unlock()
		}
	})
}

// once makes a picture, unless somebody else, on another copy, has.
func (p *Pictures) once(d zoufang.Digest) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	b, err := p.kept(ctx, d)
	if !errors.Is(err, storage.ErrNotFound) {
		var flawed thumb.Flawed
		if errors.As(err, &flawed) { // it may not have been known when it was looked at
			err = errors.Join(p.cfg.Mark(ctx, d, zoufang.Flaw(flawed)), err)
		}
		return b, err
	}
	object, err := p.cfg.Blobs.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	whole, err := io.ReadAll(io.LimitReader(object, maxMedium))
	object.Close()
	if err != nil {
		return nil, err
	}
	small, err := p.make(whole, Size)
	p.keep(ctx, d, small, err)
	return small, err
}

// The stored form: a JPEG, or a note of why there is none. Another name where
// pictures are made differently.
const (
	name     = "320v1"
	noteFlaw = "flaw "
	noteSize = "too large"
)

func (p *Pictures) kept(ctx context.Context, d zoufang.Digest) ([]byte, error) {
	b, err := p.cfg.Blobs.Derived(ctx, d, name)
	if err != nil {
		return nil, err
	}
	if f, is := strings.CutPrefix(string(b), noteFlaw); is {
		return nil, thumb.Flawed(f)
	}
	if string(b) == noteSize {
		return nil, thumb.ErrTooLarge
	}
	return b, nil
}

// keep stores the outcome; a flaw is marked first, so that a note says it was. What
// cannot be kept is made again.
func (p *Pictures) keep(ctx context.Context, d zoufang.Digest, small []byte, made error) {
	var flawed thumb.Flawed
	var err error
	switch {
	case errors.As(made, &flawed):
		small = []byte(noteFlaw + flawed)
		err = p.cfg.Mark(ctx, d, zoufang.Flaw(flawed))
	case errors.Is(made, thumb.ErrTooLarge):
		small = []byte(noteSize)
	case made != nil:
		return
	}
	if err == nil && (p.cfg.Room == nil || p.cfg.Room()) {
		err = p.cfg.Blobs.PutDerived(ctx, d, name, small)
	}
	if err != nil && !storage.IsFull(err) {
		p.cfg.Log.Warn("a small picture was not kept", "cause", err)
	}
}
