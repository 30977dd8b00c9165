package staff

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
)

// Handler answers a signed-in person.
type Handler func(c *fiber.Ctx, u *zoufang.User) error

// For makes a handler for the signed-in people of some roles. Others are asked
// to sign in, to change a first password, or told that the page is not theirs.
func (s *Staff) For(roles []zoufang.Role, h Handler) fiber.Handler {
	return s.Page(func(c *fiber.Ctx) error {
		u, _, err := s.session(c)
		switch {
		case errors.Is(err, errNobody):
			return s.toSignIn(c)
		case err != nil:
			return err
		case u.Change:
			return c.Redirect("/staff/password", fiber.StatusSeeOther)
		case !slices.Contains(roles, u.Role):
			return s.notYours(c, u)
		}
		if err := h(c, u); err != nil {
			return s.fail(c, u, err)
		}
		return nil
	})
}

// Who finds who is signed in, for the API: nobody (nil) also where a first password is
// still to be changed.
func (s *Staff) Who(c *fiber.Ctx) (*zoufang.User, error) {
	u, _, err := s.session(c)
	if errors.Is(err, errNobody) || err == nil && u.Change {
		return nil, nil
	}
	return u, err
}

func (s *Staff) toSignIn(c *fiber.Ctx) error {
	to := "/staff/sign-in"
	if next := c.Path(); c.Method() == fiber.MethodGet && s.returns(next) {
		to += "?next=" + url.QueryEscape(next)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

func (s *Staff) notYours(c *fiber.Ctx, u *zoufang.User) error {
	if u.Role.ReadsRecords() {
		return s.readOnly(c, u)
	}
	return s.noRecords(c, u, fiber.StatusForbidden)
}

func (s *Staff) noRecords(c *fiber.Ctx, u *zoufang.User, status int) error {
	return s.show(c, status, "message", sheet{Title: "系统管理员", User: u, Body: message{
		Icon: "lock", Head: "系统管理员看不到走访记录", Text: "人员、手机和区划目前由运维人员在命令行办理。要看走访，请用乡镇、县级或审计账号登录。", Href: logAt, Link: "看账号日志"}})
}

// readOnly tells an auditor that the page is for those who decide.
func (s *Staff) readOnly(c *fiber.Ctx, u *zoufang.User) error {
	return s.show(c, fiber.StatusForbidden, "message", sheet{Title: "只能查看", User: u, Body: message{
		Icon: "lock", Head: "审计账号只能查看", Text: "核定、退回、放行和管理手机由乡镇、县级工作人员办理。", Href: visits, Link: "回到走访"}})
}

// Posted guards what changes something: the request must come from a page of
// ours (the cookies' SameSite=Strict says the same to browsers that know it).
func (s *Staff) Posted(h fiber.Handler) fiber.Handler {
	return s.Page(func(c *fiber.Ctx) error {
		if !s.Ours(c) {
			return s.show(c, fiber.StatusForbidden, "message", sheet{Title: "没有接受", Body: message{
				Icon: "alert", Head: "没有接受这个请求", Text: "它不是从本站的页面发来的。请打开登录页再试。", Href: "/staff/sign-in", Link: "去登录"}})
		}
		return h(c)
	})
}

// Ours reports whether a request says that it comes from this site: from the
// public address, or from the very host that it is sent to.
func (s *Staff) Ours(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origin := strings.ToLower(c.Get(fiber.HeaderOrigin))
	if origin == s.origin {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.Host == strings.ToLower(string(c.Request().Host()))
}

// form reads a posted form. Nothing is taken from the address.
func form(c *fiber.Ctx) (url.Values, error) {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationForm) {
		return nil, fiber.ErrUnsupportedMediaType
	}
	v, err := url.ParseQuery(string(c.BodyRaw()))
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	return v, nil
}
