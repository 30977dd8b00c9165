package mobileapi

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/recovery"
	"zoufang/storage"
)

const recoveryPurpose = "recovery"

// RotateRecovery adds a recovery key, which is in use from now on: phones wrap to it
// at their next sync after a day. The older ones stay.
func RotateRecovery(ctx context.Context, accounts storage.Accounts, now time.Time) error {
	k, err := recovery.New()
	if err != nil {
		return err
	}
	return accounts.AddKey(ctx, storage.Key{ID: k.ID, Purpose: recoveryPurpose, Secret: k.Secret(), Created: now.UnixMilli()})
}

// RecoveryKeys lists the server's recovery keys, the one in use first; the first
// is made where there is none. Older ones stay: files wrapped to them still open.
func RecoveryKeys(ctx context.Context, accounts storage.Accounts, now time.Time) ([]recovery.Key, error) {
	stored, err := accounts.Keys(ctx, recoveryPurpose)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		// Two servers may make one each at once: the order of the list says for both
		// which is in use, and each opens what was wrapped to it.
		if err := RotateRecovery(ctx, accounts, now); err != nil {
			return nil, err
		}
		if stored, err = accounts.Keys(ctx, recoveryPurpose); err != nil {
			return nil, err
		}
	}
	keys := make([]recovery.Key, len(stored))
	for i, s := range stored {
		if keys[i], err = recovery.Parse(s.Secret); err != nil {
			return nil, err
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("a recovery key that was just stored is not there")
	}
	return keys, nil
}

type recoveryReply struct {
	ID  string       `json:"kid"`
	Key recovery.JWK `json:"key"`
}

// recovery gives the public key that a phone wraps its content key to.
func (a *API) recovery(c *fiber.Ctx) error {
	keys, err := RecoveryKeys(c.UserContext(), a.cfg.Accounts, a.cfg.Clock())
	if err != nil {
		return err
	}
	return c.JSON(recoveryReply{keys[0].ID, keys[0].Public()})
}
