package mobileapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/storage"
)

// uploads are the bodies that are being taken in by this process. A phone whose
// connection died unnoticed comes back on another one: the old body, which waits
// for bytes that never come, then makes way.
type uploads struct {
	mu     sync.Mutex
	bodies map[string]*fiberapp.Body // by upload id
}

func (u *uploads) begin(id string, b *fiberapp.Body) (end func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.bodies[id] = b
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.bodies[id] == b {
			delete(u.bodies, id)
		}
	}
}

func (u *uploads) giveUp(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if b := u.bodies[id]; b != nil {
		b.GiveUp()
	}
}

const (
	lockTries = 30
	lockPause = 100 * time.Millisecond
)

// upload finds an upload of whoever asks, in nobody else's hands.
func (a *API) upload(c *fiber.Ctx, id string) (storage.Upload, caller, error) {
	if d, ok := wholeOf(id); ok {
		return a.whole(c, d)
	}
	ctx := c.UserContext()
	for try := 0; ; try++ {
		u, err := a.cfg.Blobs.Upload(ctx, id)
		locked := errors.Is(err, storage.ErrLocked)
		if err != nil && !locked && !errors.Is(err, storage.ErrChecksum) {
			return u, caller{}, uploadProblem(err)
		}
		if u.Digest == "" { // discarded, and its owner with it
			return u, caller{}, problem.Of(problem.NotFound)
		}
		who, refused := a.owns(c, u)
		switch {
		case refused != nil:
			return u, who, refused
		case u.Expires <= a.cfg.Clock().UnixMilli():
			return u, who, problem.Of(problem.NotFound)
		case !locked && err != nil:
			return u, who, uploadProblem(err)
		case !locked:
			return u, who, nil
		case try == lockTries:
			return u, who, problem.Of(problem.Busy).Wait(time.Second).Because(err)
		}
		a.uploads.giveUp(id)
		if err := sleep(ctx, lockPause); err != nil {
			return u, who, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// uploadProblem says in the protocol's codes what kept bytes from being taken in.
func uploadProblem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrNotFound):
		return problem.Of(problem.NotFound)
	case errors.Is(err, storage.ErrOffset), errors.Is(err, storage.ErrLocked):
		return problem.Of(problem.Offset)
	case errors.Is(err, storage.ErrChecksum), errors.Is(err, storage.ErrChunkChecksum):
		return problem.Of(problem.Checksum).Because(err)
	case errors.Is(err, storage.ErrBlobInvalid):
		return problem.Of(problem.Metadata)
	}
	full := storage.IsFull(err)
	var path *fs.PathError
	if errors.As(err, &path) { // its path names the medium, which logs don't
		err = fmt.Errorf("media: %s: %w", path.Op, path.Err)
	}
	if full {
		return problem.Of(problem.Full).Wait(fullWait).Because(err)
	}
	return storage.Passing(err)
}
