package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/internal/ratelimit"
)

const maxDeviceID = 64 // bytes

// challenge gives whoever asks a nonce for a device to sign.
func (a *API) challenge(c *fiber.Ctx) error {
	var r struct {
		Device zoufang.DeviceID `json:"device"`
	}
	if err := readJSON(c, &r); err != nil {
		return err
	}
	if err := slowDown(a.challenges, c, r.Device); err != nil {
		return err
	}
	ctx := c.UserContext()
	nonce, err := a.cfg.Tokens.Nonce(ctx, r.Device)
	if err != nil {
		return err
	}
	now, err := a.cfg.Upkeep.Clock(ctx)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"nonce": nonce, "time": now})
}

// slowDown counts a request of a device from an address.
func slowDown(l *ratelimit.Limiter, c *fiber.Ctx, device zoufang.DeviceID) error {
	if device == "" || len(device) > maxDeviceID {
		return problem.Of(problem.Body)
	}
	if wait, ok := l.Take(fiberapp.Address(c) + " " + string(device)); !ok {
		return problem.Of(problem.SlowDown).Wait(wait)
	}
	return nil
}
