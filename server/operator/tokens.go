package operator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zoufang"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// maxTokenDays bounds how long an API token is good.
const maxTokenDays = 366

// NewToken is an API token that is asked for. What is empty narrows nothing.
type NewToken struct {
	User  zoufang.UserID
	Days  int
	Read  bool
	Kinds []string
	Areas []zoufang.AreaID
}

// AddToken hands out an API token with a person's rights. The store keeps its hash
// alone; token is shown this once.
func (o *Operator) AddToken(ctx context.Context, n NewToken) (t storage.Token, token string, err error) {
	if n.Days < 1 || n.Days > maxTokenDays {
		return t, "", fmt.Errorf("a token is good for 1 to %d days", maxTokenDays)
	}
	u, err := o.Accounts.User(ctx, n.User)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return t, "", errors.New("no user has this id")
	case err != nil:
		return t, "", err
	case u.Disabled:
		return t, "", errors.New("the user is disabled")
	}
	for _, kind := range n.Kinds {
		if zoufang.KindOf(kind) == nil {
			return t, "", fmt.Errorf("there is no kind %q", kind)
		}
	}
	for _, a := range n.Areas {
		if !a.Valid() || !u.Covers(a) {
			return t, "", fmt.Errorf("%q is no area of the user's", a)
		}
	}
	now := o.Now()
	token, id, hash := tokens.NewAccess()
	t = storage.Token{ID: id, User: u.ID, Hash: hash, Added: now.UnixMilli(), Expires: now.Add(time.Duration(n.Days) * 24 * time.Hour).UnixMilli(),
		Read: n.Read, Kinds: slices.Clone(n.Kinds), Areas: slices.Clone(n.Areas)}
	return t, token, o.Accounts.AddToken(ctx, t, o.told(zoufang.AuditTokenAdded, id))
}

// RevokeToken ends an API token, at once; storage.ErrNotFound.
func (o *Operator) RevokeToken(ctx context.Context, id string) error {
	told := storage.NewAudited(o.Now(), zoufang.AuditTokenRevoked, cmp.Or(o.By, zoufang.System), o.From)
	told.Field = id
	return o.Accounts.RevokeToken(ctx, id, told.At, told.About)
}
