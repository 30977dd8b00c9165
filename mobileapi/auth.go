package mobileapi

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// caller is who asks, as the store has them at this moment.
type caller struct {
	User   *zoufang.User
	Device *zoufang.Device
}

type callerKey struct{}

// callerOf gives who asks, on a route behind auth.
func callerOf(c *fiber.Ctx) caller {
	return c.Context().UserValue(callerKey{}).(caller)
}

// auth lets a device with a good access token through. The device is looked up
// each time: one that was revoked is shut out at once.
func (a *API) auth(c *fiber.Ctx) error {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return problem.Of(problem.Token)
	}
	ctx := c.UserContext()
	bearer, err := a.cfg.Tokens.CheckPhone(ctx, strings.TrimSpace(token))
	if errors.Is(err, tokens.ErrToken) {
		return problem.Of(problem.Token)
	}
	if err != nil {
		return err
	}
	d, u, err := a.cfg.Accounts.Device(ctx, bearer.Device)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return problem.Of(problem.Unknown)
	case err != nil:
		return err
	case u.ID != bearer.User:
		return problem.Of(problem.Token)
	case revoked(d, u):
		return problem.Of(problem.Revoked)
	case !bearer.Of(u): // of before the user was disabled
		return problem.Of(problem.Token)
	}
	if err := fiberapp.Known(c, string(u.ID)); err != nil {
		return err
	}
	c.Context().SetUserValue(callerKey{}, caller{u, d})
	return c.Next()
}
