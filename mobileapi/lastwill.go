package mobileapi

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
	"zoufang/internal/ratelimit"
	"zoufang/internal/tokens"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// lastWill takes what a revoked phone still holds: every line is stored and held
// for a person to judge. The phone proves itself by its key over the body as it
// was sent; a live phone is refused like a stranger.
func (a *API) lastWill(c *fiber.Ctx) error {
	sent := c.Request().Body()
	req, err := readSync(c)
	if err != nil {
		return err
	}
	device, user, err := a.cfg.Accounts.Device(c.UserContext(), req.device)
	if errors.Is(err, storage.ErrNotFound) {
		return problem.Of(problem.Proof)
	}
	if err != nil {
		return err
	}
	if !revoked(device, user) || !tokens.Signed(device, tokens.WillText(device.ID, sent), c.Get("Zoufang-Proof")) {
		return problem.Of(problem.Proof)
	}
	for _, l := range []*ratelimit.Limiter{a.willRate, a.willDays} {
		if wait, ok := l.Take(string(device.ID)); !ok { // nothing is stored: the phone keeps it and comes again
			return problem.Of(problem.SlowDown).Wait(wait)
		}
	}
	out, err := a.intake.Push(c.UserContext(), intake.Sender{User: user, Device: device, Will: true}, req.expect, read(req.lines))
	if err != nil {
		return err
	}
	now, err := a.cfg.Upkeep.Clock(c.UserContext())
	if err != nil {
		return err
	}
	var r reply
	if out.Restored {
		r.restart(out.Meta, now, out.Again)
	} else {
		r.first(out.Meta, now, false, nil)
		r.answers(out.Answers)
		r.raw(`{"end":true,"cursor":null,"more":false,"sum":{}}` + "\n")
	}
	return sendNDJSON(c, r.b)
}
