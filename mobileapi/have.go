package mobileapi

import (
	"context"
	"errors"
	"sync"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/storage"
)

const (
	maxDigests = 500
	statsAtOne = 8 // looks into the blobs at a time
)

// have tells which of the media are stored for the caller, each once. On its word a
// phone deletes the only copy: the bytes themselves are looked for, and the time is
// read after that.
func (a *API) have(c *fiber.Ctx) error {
	var r struct {
		SHA256 []zoufang.Digest `json:"sha256"`
	}
	if err := readJSON(c, &r); err != nil {
		return err
	}
	if len(r.SHA256) > maxDigests {
		return problem.Of(problem.TooLarge)
	}
	ctx, who := c.UserContext(), callerOf(c)
	known := []zoufang.Digest{}
	var epoch string
	err := a.cfg.Records.View(ctx, func(v storage.View) error {
		known = known[:0]
		found, err := readable(v, who, r.SHA256...)
		if err != nil {
			return err
		}
		for _, m := range found {
			known = append(known, m.Digest)
		}
		meta, err := v.Meta()
		epoch = meta.Epoch
		return err
	})
	if err != nil {
		return err
	}
	stored, err := a.stored(ctx, known)
	if err != nil {
		return err
	}
	now, err := a.cfg.Upkeep.Clock(ctx)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"have": stored, "epoch": epoch, "time": now})
}

// stored gives those of the media whose bytes are there, in order.
func (a *API) stored(ctx context.Context, media []zoufang.Digest) ([]zoufang.Digest, error) {
	errs := make([]error, len(media))
	places := make(chan struct{}, statsAtOne)
	var wg sync.WaitGroup
	for i, d := range media {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			_, errs[i] = a.cfg.Blobs.Stat(ctx, d)
		})
	}
	wg.Wait()
	out := []zoufang.Digest{}
	for i, err := range errs {
		switch {
		case err == nil:
			out = append(out, media[i])
		case !errors.Is(err, storage.ErrNotFound):
			return nil, err
		}
	}
	return out, nil
}
