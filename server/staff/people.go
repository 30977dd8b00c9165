package staff

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/qrcodes"
	"zoufang/server/desk"
	"zoufang/server/operator"
)

// enrolLife is how long a code handed out on the page is good.
const enrolLife = 10 * time.Minute

type peoplePage struct {
	Count string
	Rows  []desk.Person
	Said  string
}

// People lists the coordinators and workers of the reader's areas with their
// phones (人员与手机).
func (s *Staff) People(c *fiber.Ctx, u *zoufang.User) error {
	rows, err := s.Desk.People(c.UserContext(), u)
	if err != nil {
		return err
	}
	p := peoplePage{Rows: rows, Count: fmt.Sprintf("%d 人", len(rows))}
	if c.Query("done") == "revoked" {
		p.Said = "手机已注销，立即生效。它里面没有发出的内容仍可以送来，会放在“搁置待定”。"
	}
	return s.show(c, fiber.StatusOK, "people", sheet{Title: "人员与手机", User: u, Body: p})
}

type enrolPage struct {
	Name, Until       string
	Picture           template.HTML
	Phone, Code, Link string
}

// Enrol shows a one-time code that makes one phone a person's. It stands in the
// page alone: neither an address nor a log has it.
func (s *Staff) Enrol(c *fiber.Ctx, u *zoufang.User) error {
	of, err := s.Desk.Person(c.UserContext(), u, zoufang.UserID(strings.Clone(c.Params("id"))))
	if err != nil {
		return err
	}
	if of.Disabled {
		return s.show(c, fiber.StatusConflict, "message", sheet{Title: "没有发登记码", User: u, Body: message{
			Icon: "lock", Head: "这个账号已停用", Text: "停用的人不能登记手机。", Href: people, Link: "回到人员与手机"}})
	}
	o := operator.Operator{Records: s.Records, Accounts: s.Accounts, Now: s.Now, By: u.ID, From: fiberapp.Address(c)}
	e, err := o.Enrol(c.UserContext(), of.ID, enrolLife)
	if err != nil {
		return err
	}
	p := enrolPage{Name: of.Name, Until: desk.Clock(e.Expires), Phone: s.URL + "/phone/", Code: e.Code, Link: s.URL + "/phone/#enrol=" + e.Code}
	drawn, err := qrcodes.SVG(p.Link)
	if err != nil {
		return err
	}
	p.Picture = template.HTML(drawn) // drawn here, of squares alone
	s.Log.Info("enrolment code handed out", "by", u.ID, "for", of.ID)
	return s.show(c, fiber.StatusOK, "enrol", sheet{Title: "登记新手机", User: u, Body: p})
}

// Revoke shuts a phone out, at once.
func (s *Staff) Revoke(c *fiber.Ctx, u *zoufang.User) error {
	id := zoufang.DeviceID(strings.Clone(c.Params("id")))
	if err := s.Desk.Revoke(c.UserContext(), u, id, fiberapp.Address(c)); err != nil {
		return err
	}
	s.Log.Info("phone revoked", "by", u.ID, "device", id)
	return c.Redirect(people+"?done=revoked", fiber.StatusSeeOther)
}
