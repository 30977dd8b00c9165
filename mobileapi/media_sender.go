package mobileapi

import (
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

const headerProof = "Zoufang-Proof"

// maxWills bounds the devices whose last wills name one medium: only a clone's
// would be a second.
const maxWills = 20

// authOrProof lets a token through like auth, and a proof on to sender: which
// device made it is known only when the medium is.
func (a *API) authOrProof(c *fiber.Ctx) error {
	if c.Get(fiber.HeaderAuthorization) == "" && c.Get(headerProof) != "" {
		return c.Next()
	}
	return a.auth(c)
}

// sender gives the device that sends a medium: the token's, or a revoked one with
// a proof over this medium, which a line of its last will must name.
func (a *API) sender(c *fiber.Ctx, digest zoufang.Digest) (caller, error) {
	if who, ok := c.Context().UserValue(callerKey{}).(caller); ok {
		return who, nil
	}
	ctx := c.UserContext()
	wills, err := a.wills(ctx, digest)
	if err != nil {
		return caller{}, err
	}
	proof := c.Get(headerProof)
	for _, id := range wills[:min(len(wills), maxWills)] {
		d, u, err := a.cfg.Accounts.Device(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return caller{}, err
		}
		if revoked(d, u) && tokens.Signed(d, tokens.WillMediaText(d.ID, digest), proof) {
			return caller{u, d}, fiberapp.Known(c, string(u.ID))
		}
	}
	return caller{}, problem.Of(problem.Proof)
}

// owns holds an upload to who began it: the same user, or with a proof the same
// device. To all others it does not exist.
func (a *API) owns(c *fiber.Ctx, u storage.Upload) (caller, error) {
	_, byToken := c.Context().UserValue(callerKey{}).(caller)
	who, err := a.sender(c, u.Digest)
	if err != nil {
		return who, err
	}
	if byToken && who.User.ID != u.User || !byToken && who.Device.ID != u.Device {
		return who, problem.Of(problem.NotFound)
	}
	return who, nil
}

// wills lists the devices whose last wills name the medium.
func (a *API) wills(ctx context.Context, digest zoufang.Digest) (out []zoufang.DeviceID, err error) {
	err = a.cfg.Records.View(ctx, func(v storage.View) error {
		names, err := v.Names(digest)
		out = slices.Clone(names.Wills)
		return err
	})
	return out, err
}
