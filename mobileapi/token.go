package mobileapi

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// token gives a device that proves to hold its key an access token. A stranger
// learns no more than whether the device exists.
func (a *API) token(c *fiber.Ctx) error {
	var r struct {
		Device zoufang.DeviceID `json:"device"`
		Nonce  string           `json:"nonce"`
		Sig    string           `json:"sig"`
	}
	if err := readJSON(c, &r); err != nil {
		return err
	}
	if err := slowDown(a.tokens, c, r.Device); err != nil {
		return err
	}
	ctx := c.UserContext()
	d, u, err := a.cfg.Accounts.Device(ctx, r.Device)
	if errors.Is(err, storage.ErrNotFound) {
		return problem.Of(problem.Unknown)
	}
	if err != nil {
		return err
	}
	fresh, err := a.cfg.Tokens.CheckNonce(ctx, d.ID, r.Nonce)
	if err != nil {
		return err
	}
	if !fresh || !tokens.Signed(d, tokens.TokenText(d.ID, r.Nonce), r.Sig) {
		return problem.Of(problem.Proof)
	}
	if revoked(d, u) {
		return problem.Of(problem.Revoked)
	}
	token, err := a.cfg.Tokens.Phone(ctx, u, d.ID)
	if err != nil {
		return err
	}
	a.touch(ctx, d)
	return c.JSON(fiber.Map{"token": token, "expires_in": int(tokens.Lifetime.Seconds())})
}

// revoked reports whether a device is shut out: itself or with its user.
func revoked(d *zoufang.Device, u *zoufang.User) bool { return d.Revoked != 0 || u.Disabled }
