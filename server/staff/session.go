package staff

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/tokens"
	"zoufang/server/desk"
	"zoufang/storage"
)

const (
	accessCookie  = "zoufang_access"
	refreshCookie = "zoufang_refresh"
	cookiePath    = "/"              // the API takes them too
	workday       = 12 * time.Hour   // a sign-in ends then, used or not
	overlap       = 15 * time.Second // two tabs may show the same old refresh token that long
	maxRefresh    = 256              // bytes
)

// errNobody says that nobody is signed in.
var errNobody = errors.New("nobody is signed in")

// session finds who is signed in. An access token is enough while it lives; else
// the refresh token is spent for new ones. A refresh token spent before ends the
// sign-in: somebody copied it. Sign-out, a new password, a disabled account and
// a changed role count at once, for the account is read each time.
func (s *Staff) session(c *fiber.Ctx) (*zoufang.User, string, error) {
	ctx := c.UserContext()
	uid, sid, err := s.Tokens.CheckStaff(ctx, given(c, accessCookie))
	if err == nil {
		sess, u, err := s.standing(ctx, sid)
		if err != nil || u.ID != uid || sess.User != uid {
			return nil, "", orNobody(err)
		}
		return u, sid, nil
	}
	if !errors.Is(err, tokens.ErrToken) {
		return nil, "", err
	}
	return s.refresh(c)
}

func orNobody(err error) error {
	if err == nil {
		return errNobody
	}
	return err
}

// standing reads a sign-in that still holds, with its user.
func (s *Staff) standing(ctx context.Context, sid string) (*storage.Session, *zoufang.User, error) {
	sess, err := s.Accounts.Session(ctx, sid)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, errNobody
	}
	if err != nil {
		return nil, nil, err
	}
	u, err := s.Accounts.User(ctx, sess.User)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, errNobody
	}
	if err != nil {
		return nil, nil, err
	}
	if s.Now().UnixMilli() >= sess.Expires || !maySignIn(u) || !strings.HasSuffix(sid, "~"+fingerprint(u)) {
		return nil, nil, errNobody
	}
	return sess, u, nil
}

func maySignIn(u *zoufang.User) bool {
	return !u.Disabled && u.Password != "" && slices.Contains(desk.Everyone, u.Role)
}

// fingerprint binds a sign-in to the password it was made with, and to the round: an
// account that was disabled and let in again has no sign-ins from before.
func fingerprint(u *zoufang.User) string {
	h := sha256.Sum256(fmt.Appendf(nil, "zoufang-session-v2\n%d\n%s", u.Round, u.Password))
	return hex.EncodeToString(h[:8])
}

func (s *Staff) refresh(c *fiber.Ctx) (*zoufang.User, string, error) {
	u, sid, err := s.spend(c)
	if errors.Is(err, storage.ErrNotFound) {
		// Another request of this browser's was first, or the sign-in was ended.
		if u, sid, err = s.spend(c); errors.Is(err, storage.ErrNotFound) {
			err = errNobody
		}
	}
	return u, sid, err
}

// spend gives new tokens for the refresh token; ErrNotFound when the sign-in was
// not any more as it was read.
func (s *Staff) spend(c *fiber.Ctx) (*zoufang.User, string, error) {
	ctx := c.UserContext()
	token := given(c, refreshCookie)
	sid, _, ok := strings.Cut(token, ".")
	if !ok || len(token) > maxRefresh {
		return nil, "", errNobody
	}
	sess, u, err := s.standing(ctx, sid)
	if err != nil {
		return nil, "", err
	}
	next, err := s.Tokens.After(ctx, token)
	if err != nil {
		return nil, "", err
	}
	next = sid + "." + next
	hash, now := hashToken(token), s.Now().UnixMilli()
	switch {
	case same(hash, sess.Hash):
		renewed := *sess
		renewed.Hash, renewed.Was, renewed.Turned = hashToken(next), hash, now
		if err := s.Accounts.TurnSession(ctx, sess.Hash, renewed); err != nil {
			return nil, "", err
		}
	case same(hash, sess.Was) && same(hashToken(next), sess.Hash) && now-sess.Turned <= overlap.Milliseconds():
		// Another request of this browser's, perhaps at another copy of the server,
		// was first: it is given the same.
	default:
		if err := s.Accounts.DropSession(ctx, sid, s.told(c, zoufang.AuditSessionsEnded, u.ID).About); err != nil {
			return nil, "", err
		}
		return nil, "", errNobody
	}
	return u, sid, s.give(c, u, sid, next, sess.Expires)
}

// given reads a cookie. Of several of one name the last is ours: browsers send those of
// narrower paths first, and the path was once /staff.
func given(c *fiber.Ctx, name string) (value string) {
	c.Request().Header.VisitAllCookie(func(key, v []byte) {
		if string(key) == name {
			value = string(v)
		}
	})
	return value
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// begin signs a person in.
func (s *Staff) begin(c *fiber.Ctx, u *zoufang.User, tell ...storage.Tell) error {
	sid := zoufang.Token(12) + "~" + fingerprint(u)
	token := sid + "." + zoufang.Token(32)
	sess := storage.Session{ID: sid, User: u.ID, Hash: hashToken(token), Expires: s.Now().Add(workday).UnixMilli()}
	if err := s.Accounts.AddSession(c.UserContext(), sess, tell...); err != nil {
		return err
	}
	return s.give(c, u, sid, token, sess.Expires)
}

func (s *Staff) give(c *fiber.Ctx, u *zoufang.User, sid, refresh string, expires int64) error {
	access, err := s.Tokens.Staff(c.UserContext(), u.ID, sid)
	if err != nil {
		return err
	}
	s.cookie(c, accessCookie, access, tokens.Lifetime)
	s.cookie(c, refreshCookie, refresh, time.UnixMilli(expires).Sub(s.Now()))
	return nil
}

// end signs a person out, in the store and in the browser.
func (s *Staff) end(c *fiber.Ctx, sid string, tell ...storage.Tell) error {
	s.cookie(c, accessCookie, "", -time.Hour)
	s.cookie(c, refreshCookie, "", -time.Hour)
	return s.Accounts.DropSession(c.UserContext(), sid, tell...)
}

func (s *Staff) cookie(c *fiber.Ctx, name, value string, life time.Duration) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: cookiePath, MaxAge: int(life.Seconds()), Expires: s.Now().Add(life),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure,
	})
}

func hashToken(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}
