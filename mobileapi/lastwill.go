package mobileapi

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
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
	proof := c.Get(headerProof)
	if !tokens.Shaped(proof) {
		return problem.Of(problem.Proof)
	}
	device, user, err := a.testator(c)
	if err != nil {
		return err
	}
	sent, err := fiberapp.Whole(c, maxSent)
	if err != nil {
		return err
	}
	if !tokens.Signed(device, tokens.WillText(device.ID, sent), proof) {
		return problem.Of(problem.Proof)
	}
	for _, l := range []*ratelimit.Limiter{a.willRate, a.willDays} {
		if wait, ok := l.Take(string(device.ID)); !ok { // nothing is stored: the phone keeps it and comes again
			return problem.Of(problem.SlowDown).Wait(wait)
		}
	}
	if err := a.roomForLines(); err != nil {
		return err
	}
	req, err := readSync(c, sent)
	if err != nil {
		return err
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

// testator finds the revoked device whose last will it is said to be, in the
// body's beginning: of what a stranger sends no more is read.
func (a *API) testator(c *fiber.Ctx) (*zoufang.Device, *zoufang.User, error) {
	first, whole, err := fiberapp.First(c, fiberapp.StrangerLimit)
	if err != nil {
		return nil, nil, err
	}
	head, err := headOf(first, whole, c.Get(fiber.HeaderContentEncoding))
	if err != nil {
		return nil, nil, refusal(err)
	}
	var req syncRequest
	if err := req.head(head); err != nil {
		return nil, nil, refusal(err)
	}
	device, user, err := a.cfg.Accounts.Device(c.UserContext(), req.device)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, problem.Of(problem.Proof)
	}
	if err != nil {
		return nil, nil, err
	}
	if !revoked(device, user) {
		return nil, nil, problem.Of(problem.Proof)
	}
	return device, user, fiberapp.Known(c, string(user.ID))
}
