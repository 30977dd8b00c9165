package main

import (
	"context"
	"errors"
	"strings"

	"zoufang"
	"zoufang/server/operator"
	"zoufang/storage"
)

type addedToken struct {
	ID      string `json:"id"`
	Token   string `json:"token"`
	Expires int64  `json:"expires"` // Unix ms
}

func tokenAdd(ctx context.Context, c *call) (any, error) {
	if err := need("user", c.User); err != nil {
		return nil, err
	}
	n := operator.NewToken{User: zoufang.UserID(c.User), Days: c.TokenDays, Read: c.ReadOnly, Areas: areaCodes(c.Area),
		Kinds: strings.FieldsFunc(c.Kinds, func(r rune) bool { return r == ',' || r == ' ' })}
	return with(ctx, c.read, func(s *store) (any, error) {
		t, token, err := s.operator(c.now).AddToken(ctx, n)
		if err != nil {
			return nil, err
		}
		c.say("The token is shown this once.")
		return addedToken{t.ID, token, t.Expires}, nil
	})
}

type listedToken struct {
	ID      string           `json:"id"`
	User    zoufang.UserID   `json:"user"`
	Added   int64            `json:"added"` // Unix ms, as all times here
	Expires int64            `json:"expires"`
	Read    bool             `json:"read"`
	Kinds   []string         `json:"kinds,omitempty"`
	Areas   []zoufang.AreaID `json:"areas,omitempty"`
	Used    *int64           `json:"used"`    // null: never; exact to an hour
	Revoked *int64           `json:"revoked"` // null while live
}

func listToken(t storage.Token) listedToken {
	l := listedToken{ID: t.ID, User: t.User, Added: t.Added, Expires: t.Expires, Read: t.Read, Kinds: t.Kinds, Areas: t.Areas}
	if t.Used != 0 {
		l.Used = &t.Used
	}
	if t.Revoked != 0 {
		l.Revoked = &t.Revoked
	}
	return l
}

func tokenList(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		all, err := s.Tokens(ctx)
		out := make([]listedToken, 0, len(all))
		for _, t := range all {
			out = append(out, listToken(t))
		}
		return out, err
	})
}

func tokenRevoke(ctx context.Context, c *call) (any, error) {
	id := c.args[0]
	return with(ctx, c.read, func(s *store) (any, error) {
		err := s.operator(c.now).RevokeToken(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return nil, errors.New("no token has this id")
		}
		if err != nil {
			return nil, err
		}
		t, _, err := s.Token(ctx, id)
		if err != nil {
			return nil, err
		}
		return listToken(*t), nil
	})
}
