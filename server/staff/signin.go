package staff

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/fold"
	"zoufang/internal/password"
	"zoufang/storage"
)

type signIn struct{ Login, Next, Why, Said string }

// SignInPage asks for name and password.
func (s *Staff) SignInPage(c *fiber.Ctx) error {
	return s.askIn(c, fiber.StatusOK, signIn{Next: s.next(c.Query("next"))})
}

func (s *Staff) askIn(c *fiber.Ctx, status int, in signIn) error {
	return s.show(c, status, "sign-in", sheet{Title: "登录", Body: in})
}

// next is where a sign-in leads on to, "" for the first page.
func (s *Staff) next(path string) string {
	if s.returns(path) {
		return path
	}
	return ""
}

// SignIn checks name and password. Whatever is wrong, the answer is the same and
// takes the same time; after some failures the name pauses for that network.
func (s *Staff) SignIn(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	in := signIn{Login: fold.Name(f.Get("login")), Next: s.next(f.Get("next"))}
	if len(in.Login) > 256 {
		in.Login = ""
	}
	u, err := s.Accounts.UserByLogin(c.UserContext(), in.Login)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if u == nil || err != nil {
		u = &zoufang.User{}
	}
	key := tryKey(in.Login, fiberapp.Network(c))
	if wait := s.pauses.Wait(key); wait > 0 {
		s.failed(c, zoufang.AuditSignInLocked, u)
		return s.wait(c, in, wait)
	}
	leave, err := s.enter(c)
	if isFull(err) {
		return s.busy(c, in)
	}
	defer leave()
	if wait := s.pauses.Wait(key); wait > 0 { // a handful of guesses sent at once
		s.failed(c, zoufang.AuditSignInLocked, u)
		return s.wait(c, in, wait)
	}
	if !password.Verify(u.Password, f.Get("password")) || !maySignIn(u) {
		s.pauses.Failed(key)
		s.failed(c, zoufang.AuditSignInFailed, u)
		in.Why = "登录名或口令不对。"
		return s.askIn(c, fiber.StatusUnauthorized, in)
	}
	if err := s.begin(c, u, s.told(c, zoufang.AuditSignIn, u.ID).About); err != nil {
		return err
	}
	s.pauses.Succeeded(key)
	switch {
	case u.Change:
		return c.Redirect("/staff/password", fiber.StatusSeeOther)
	case in.Next != "" && u.Role.ReadsRecords():
		return c.Redirect(in.Next, fiber.StatusSeeOther)
	}
	return c.Redirect("/staff/", fiber.StatusSeeOther)
}

// SignOut ends the sign-in.
func (s *Staff) SignOut(c *fiber.Ctx) error {
	_, sid, err := s.session(c)
	if err != nil && !errors.Is(err, errNobody) {
		return err
	}
	if err := s.end(c, sid, s.told(c, zoufang.AuditSignOut, "").About); err != nil {
		return err
	}
	return s.askIn(c, fiber.StatusOK, signIn{Said: "已退出。"})
}

type newPassword struct {
	Login, Why string
	Must       bool
}

// PasswordPage asks for a new password.
func (s *Staff) PasswordPage(c *fiber.Ctx) error {
	u, _, err := s.session(c)
	if errors.Is(err, errNobody) {
		return s.toSignIn(c)
	}
	if err != nil {
		return err
	}
	return s.askPassword(c, fiber.StatusOK, u, "")
}

func (s *Staff) askPassword(c *fiber.Ctx, status int, u *zoufang.User, why string) error {
	return s.show(c, status, "password", sheet{Title: "改口令", Body: newPassword{Login: u.Login, Why: why, Must: u.Change}})
}

// Password changes the password. All sign-ins made with the old one end.
func (s *Staff) Password(c *fiber.Ctx) error {
	u, sid, err := s.session(c)
	if errors.Is(err, errNobody) {
		return s.toSignIn(c)
	}
	if err != nil {
		return err
	}
	f, err := form(c)
	if err != nil {
		return err
	}
	key := tryKey(u.Login, fiberapp.Network(c))
	if wait := s.pauses.Wait(key); wait > 0 {
		s.failed(c, zoufang.AuditSignInLocked, u)
		return s.wait(c, signIn{}, wait)
	}
	leave, err := s.enter(c)
	if isFull(err) {
		c.Set(fiber.HeaderRetryAfter, fmt.Sprint(int(busyRetry.Seconds())))
		return s.askPassword(c, fiber.StatusServiceUnavailable, u, "现在有点忙，口令没有换。请过几秒再试。")
	}
	defer leave()
	chosen := f.Get("new")
	switch {
	case !password.Verify(u.Password, f.Get("old")):
		s.pauses.Failed(key)
		s.failed(c, zoufang.AuditSignInFailed, u)
		return s.askPassword(c, fiber.StatusUnprocessableEntity, u, "现在的口令不对。")
	case chosen != f.Get("again"):
		return s.askPassword(c, fiber.StatusUnprocessableEntity, u, "两遍新口令不一样。")
	case chosen == f.Get("old"):
		return s.askPassword(c, fiber.StatusUnprocessableEntity, u, "新口令和现在的一样。")
	}
	owner, err := s.owner(c, u)
	if err != nil {
		return err
	}
	if why := password.Check(chosen, owner); why != "" {
		return s.askPassword(c, fiber.StatusUnprocessableEntity, u, why+"。")
	}
	was, hash := u.Password, password.Hash(chosen)
	u, err = s.Accounts.ChangeUser(c.UserContext(), u.ID, func(u *zoufang.User) error {
		if u.Password != was && u.Password != hash || !maySignIn(u) {
			return errNobody
		}
		u.Password, u.Change = hash, false
		return nil
	}, s.told(c, zoufang.AuditPasswordSet, u.ID).About)
	if errors.Is(err, errNobody) || errors.Is(err, storage.ErrNotFound) {
		return s.toSignIn(c) // the office was first, with another password or none
	}
	if err != nil {
		return err
	}
	if err := s.end(c, sid); err != nil {
		return err
	}
	if err := s.begin(c, u); err != nil {
		return err
	}
	return c.Redirect("/staff/", fiber.StatusSeeOther)
}
