package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"zoufang/internal/recovery"
)

type recoveryReply struct {
	ID  string       `json:"kid"`
	Key recovery.JWK `json:"key"`
}

// recovery gives the public key that a phone wraps its content key to.
func (a *API) recovery(c *fiber.Ctx) error {
	keys, err := recovery.Keys(c.UserContext(), a.cfg.Accounts, a.cfg.Clock())
	if err != nil {
		return err
	}
	return c.JSON(recoveryReply{keys[0].ID, keys[0].Public()})
}
