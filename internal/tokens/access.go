package tokens

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zoufang"
)

// Lifetime is how long an access token is good.
const Lifetime = 15 * time.Minute

const (
	forPhone = "phone"
	forStaff = "staff"
	maxToken = 2 << 10 // bytes
)

// ErrToken says that a token is missing, expired, tampered with or for something
// else. Any other error of a check is a failure of the store.
var ErrToken = errors.New("no valid token")

// Tokens issues and checks. It may be used from many goroutines at once.
type Tokens struct {
	issuer string
	now    func() time.Time
	keys   ring
	parser map[string]*jwt.Parser // by audience
}

// New makes Tokens that name issuer as theirs and take the time from now.
func New(store KeyStore, issuer string, now func() time.Time) *Tokens {
	t := &Tokens{issuer: issuer, now: now, keys: ring{store: store, now: now}, parser: map[string]*jwt.Parser{}}
	for _, audience := range []string{forPhone, forStaff} {
		t.parser[audience] = jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithAudience(audience),
			jwt.WithIssuer(issuer),
			jwt.WithExpirationRequired(),
			jwt.WithStrictDecoding(),
			jwt.WithTimeFunc(now),
		)
	}
	return t
}

// Rotate makes a new key to sign with. What older keys signed is accepted for an
// hour more.
func (t *Tokens) Rotate(ctx context.Context) error { return t.keys.rotate(ctx) }

type claims struct {
	jwt.RegisteredClaims
	Device  string `json:"dev,omitempty"`
	Session string `json:"sid,omitempty"`
	Round   int64  `json:"rnd,omitempty"`
}

// Phone issues a token for a user's device, in the user's present round.
func (t *Tokens) Phone(ctx context.Context, user *zoufang.User, device zoufang.DeviceID) (string, error) {
	return t.issue(ctx, forPhone, user.ID, claims{Device: string(device), Round: user.Round})
}

// Staff issues a token for a staff sign-in.
func (t *Tokens) Staff(ctx context.Context, user zoufang.UserID, session string) (string, error) {
	return t.issue(ctx, forStaff, user, claims{Session: session})
}

// Bearer is whom a phone's token was issued for, and in which of the user's rounds.
type Bearer struct {
	User   zoufang.UserID
	Device zoufang.DeviceID
	Round  int64
}

// Of reports whether the token is good for the user as they are now: it is theirs,
// and they were not disabled since.
func (b Bearer) Of(u *zoufang.User) bool { return b.User == u.ID && b.Round >= u.Shut }

// CheckPhone gives whom a phone's token was issued for, or ErrToken.
func (t *Tokens) CheckPhone(ctx context.Context, token string) (Bearer, error) {
	c, err := t.check(ctx, forPhone, token)
	if err != nil {
		return Bearer{}, err
	}
	if c.Device == "" {
		return Bearer{}, ErrToken
	}
	return Bearer{zoufang.UserID(c.Subject), zoufang.DeviceID(c.Device), c.Round}, nil
}

// CheckStaff gives whom a staff token was issued for, or ErrToken.
func (t *Tokens) CheckStaff(ctx context.Context, token string) (user zoufang.UserID, session string, err error) {
	c, err := t.check(ctx, forStaff, token)
	if err != nil {
		return "", "", err
	}
	if c.Session == "" {
		return "", "", ErrToken
	}
	return zoufang.UserID(c.Subject), c.Session, nil
}

func (t *Tokens) issue(ctx context.Context, audience string, user zoufang.UserID, c claims) (string, error) {
	key, err := t.keys.newest(ctx)
	if err != nil {
		return "", err
	}
	now := t.now()
	c.RegisteredClaims = jwt.RegisteredClaims{
		Issuer:    t.issuer,
		Subject:   string(user),
		Audience:  jwt.ClaimStrings{audience},
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(Lifetime)),
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, c)
	token.Header["kid"] = key.ID
	signed, err := token.SignedString(key.Secret)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

func (t *Tokens) check(ctx context.Context, audience, token string) (claims, error) {
	if token == "" || len(token) > maxToken {
		return claims{}, ErrToken
	}
	var c claims
	var failed error // of the store: not the token's fault
	_, err := t.parser[audience].ParseWithClaims(token, &c, func(parsed *jwt.Token) (any, error) {
		id, _ := parsed.Header["kid"].(string)
		key, ok, err := t.keys.find(ctx, id)
		if err != nil {
			failed = err
			return nil, err
		}
		if !ok {
			return nil, ErrToken
		}
		return key.Secret, nil
	})
	switch {
	case failed != nil:
		return claims{}, failed
	case err != nil || c.Subject == "":
		return claims{}, ErrToken
	}
	return c, nil
}
