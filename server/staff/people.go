package staff

import (
	"context"
	"errors"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/qrcodes"
	"zoufang/storage"
)

// enrolLife is how long a code handed out on the page is good.
const enrolLife = 10 * time.Minute

type peoplePage struct {
	Count string
	Rows  []personRow
	Said  string
}

type personRow struct {
	ID                zoufang.UserID
	Name, Role, Areas string
	Disabled          bool
	Phones            []phoneRow
}

type phoneRow struct {
	ID                   zoufang.DeviceID
	Name, Enrolled, Seen string
	State                chip
	Revoked              bool
}

// quiet is after how long without a word a phone is pointed out.
const quiet = 14 * 24 * time.Hour

// People lists the coordinators and workers of the reader's areas with their
// phones (人员与手机).
func (s *Staff) People(c *fiber.Ctx, u *zoufang.User) error {
	p := peoplePage{}
	if c.Query("done") == "revoked" {
		p.Said = "手机已注销，立即生效。它里面没有发出的内容仍可以送来，会放在“搁置待定”。"
	}
	users, err := s.Accounts.Users(c.UserContext())
	if err != nil {
		return err
	}
	devices, err := s.Accounts.Devices(c.UserContext())
	if err != nil {
		return err
	}
	phones := map[zoufang.UserID][]phoneRow{}
	for i := range devices {
		phones[devices[i].User] = append(phones[devices[i].User], s.phoneRow(&devices[i]))
	}
	err = s.Records.View(c.UserContext(), func(v storage.View) error {
		p.Rows = nil
		l, err := s.lookup(v, u)
		if err != nil {
			return err
		}
		for i := range users {
			if !theirs(u, &users[i]) {
				continue
			}
			row := personRow{ID: users[i].ID, Name: users[i].Name, Role: roleWords[users[i].Role], Disabled: users[i].Disabled, Phones: phones[users[i].ID]}
			var names []string
			for _, a := range users[i].Areas {
				names = append(names, l.area(a))
			}
			row.Areas = strings.Join(names, "、")
			p.Rows = append(p.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(p.Rows, func(a, b personRow) int { return strings.Compare(a.Areas+a.Name, b.Areas+b.Name) })
	p.Count = plural(len(p.Rows), "人")
	return s.show(c, fiber.StatusOK, "people", page{Title: "人员与手机", User: u, Body: p})
}

func (s *Staff) phoneRow(d *zoufang.Device) phoneRow {
	row := phoneRow{ID: d.ID, Name: shorten(d.Name, 40), Enrolled: s.date(d.Enrolled), Revoked: d.Revoked != 0}
	if row.Name == "" {
		row.Name = "手机"
	}
	seen := max(d.Seen, d.Enrolled)
	row.Seen = s.date(seen)
	switch {
	case d.Revoked != 0:
		row.State = chip{"", "strike", "已注销"}
	case s.Now().Sub(time.UnixMilli(seen)) > quiet:
		row.State = chip{"amber", "clock", "两周没有联系"}
	default:
		row.State = chip{"pine", "check", "在用"}
	}
	return row
}

// theirs reports whether the phones of a person are the reader's business: who
// works with a phone, in areas that are all the reader's.
func theirs(reader, of *zoufang.User) bool {
	if of.Role != zoufang.Coordinator && of.Role != zoufang.Worker || len(of.Areas) == 0 {
		return false
	}
	return !slices.ContainsFunc(of.Areas, func(a zoufang.AreaID) bool { return !reader.Covers(a) })
}

// personOf finds one of the reader's people.
func (s *Staff) personOf(ctx context.Context, u *zoufang.User, id zoufang.UserID) (*zoufang.User, error) {
	of, err := s.Accounts.User(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !theirs(u, of) {
		return nil, problem.Of(problem.NotFound)
	}
	return of, err
}

type enrolPage struct {
	Name, Until string
	Code        template.HTML
	Link        string
}

// Enrol shows a one-time code that makes one phone a person's. It stands in the
// page alone: neither an address nor a log has it.
func (s *Staff) Enrol(c *fiber.Ctx, u *zoufang.User) error {
	of, err := s.personOf(c.UserContext(), u, zoufang.UserID(strings.Clone(c.Params("id"))))
	if err != nil {
		return err
	}
	if of.Disabled {
		return s.show(c, fiber.StatusConflict, "message", page{Title: "没有发登记码", User: u, Body: message{
			Icon: "lock", Head: "这个账号已停用", Text: "停用的人不能登记手机。", Href: "/staff/people", Link: "回到人员与手机"}})
	}
	e, err := s.desk().Enrol(c.UserContext(), of.ID, enrolLife)
	if err != nil {
		return err
	}
	p := enrolPage{Name: of.Name, Until: e.Expires.In(beijing).Format("15:04"), Link: s.URL + "/phone/#enrol=" + e.Code}
	drawn, err := qrcodes.SVG(p.Link)
	if err != nil {
		return err
	}
	p.Code = template.HTML(drawn) // drawn here, of squares alone
	s.Log.Info("enrolment code handed out", "by", u.ID, "for", of.ID)
	return s.show(c, fiber.StatusOK, "enrol", page{Title: "登记新手机", User: u, Body: p})
}

// Revoke shuts a phone out, at once.
func (s *Staff) Revoke(c *fiber.Ctx, u *zoufang.User) error {
	ctx := c.UserContext()
	id := zoufang.DeviceID(strings.Clone(c.Params("id")))
	_, of, err := s.Accounts.Device(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !theirs(u, of) {
		return problem.Of(problem.NotFound)
	}
	if err != nil {
		return err
	}
	if err := s.Accounts.Revoke(ctx, id, s.Now().UnixMilli()); err != nil {
		return err
	}
	s.Log.Info("phone revoked", "by", u.ID, "device", id)
	return c.Redirect("/staff/people?done=revoked", fiber.StatusSeeOther)
}
