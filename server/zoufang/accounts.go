package main

import (
	"context"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/internal/tokens"
	"zoufang/server/operator"
	"zoufang/storage"
)

func userAreas(ctx context.Context, c *call) (any, error) {
	if err := need("area", c.Area); err != nil {
		return nil, err
	}
	return c.changeUser(ctx, func(r *operator.Operator, id zoufang.UserID) (*zoufang.User, error) {
		return r.SetAreas(ctx, id, areaCodes(c.Area))
	})
}

func userDisable(ctx context.Context, c *call) (any, error) {
	return c.changeUser(ctx, func(r *operator.Operator, id zoufang.UserID) (*zoufang.User, error) {
		return r.Disable(ctx, id, true)
	})
}

func userEnable(ctx context.Context, c *call) (any, error) {
	return c.changeUser(ctx, func(r *operator.Operator, id zoufang.UserID) (*zoufang.User, error) {
		return r.Disable(ctx, id, false)
	})
}

func (c *call) changeUser(ctx context.Context, f func(*operator.Operator, zoufang.UserID) (*zoufang.User, error)) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		u, err := f(s.operator(c.now), zoufang.UserID(c.args[0]))
		if err != nil {
			return nil, err
		}
		return listUser(*u), nil
	})
}

func userPassword(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		u, first, err := s.operator(c.now).ResetPassword(ctx, zoufang.UserID(c.args[0]))
		if err != nil {
			return nil, err
		}
		c.say("The password is shown this once; it must be changed at the first sign-in.")
		return addedUser{u.ID, u.Login, first}, nil
	})
}

type rotated struct {
	Rotated bool `json:"rotated"`
}

// tellRotated puts into the account log which key is about to be changed.
func (c *call) tellRotated(ctx context.Context, s *store, which string) error {
	e := storage.NewAudited(c.now(), zoufang.AuditKeyRotated, zoufang.System, "")
	e.Field = which
	return s.AppendAudit(ctx, e)
}

func keysRotate(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		if err := c.tellRotated(ctx, s, "seal"); err != nil {
			return nil, err
		}
		if err := s.keys.Rotate(); err != nil {
			return nil, err
		}
		c.say("What was sealed before is opened by the older keys, which stay in the ring: keep a copy of it.")
		return rotated{true}, nil
	})
}

func recoveryRotate(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		if err := c.tellRotated(ctx, s, "recovery"); err != nil {
			return nil, err
		}
		return rotated{true}, recovery.Rotate(ctx, s, c.now())
	})
}

func tokensRotate(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		if err := c.tellRotated(ctx, s, "tokens"); err != nil {
			return nil, err
		}
		return rotated{true}, tokens.New(s, "", c.now).Rotate(ctx)
	})
}
