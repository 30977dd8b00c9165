package staff

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/server/desk"
)

// startAgain is after how many seconds the start page is read anew: nobody has to
// touch it for a report of harm to turn up. It makes no sound. Whom that disturbs
// asks for the page with `still`.
const startAgain = "60;url=" + startAt

// startPage is what waits for the person.
type startPage struct {
	desk.Waiting
	Visits, HeldAt string // where these are listed
	Why            string // something did not come about
	At             string // when it was read
	Still          bool   // it is not read anew by itself
}

// Start shows what waits in the person's areas; an admin, who reads no records, is
// told so.
func (s *Staff) Start(c *fiber.Ctx, u *zoufang.User) error {
	if !u.Role.ReadsRecords() {
		return s.noRecords(c, u, fiber.StatusOK)
	}
	return s.start(c, u, fiber.StatusOK, "")
}

func (s *Staff) start(c *fiber.Ctx, u *zoufang.User, status int, why string) error {
	w, err := s.Desk.Waiting(c.UserContext(), u)
	if err != nil {
		return err
	}
	p := startPage{Waiting: w, Visits: visits + "?state=" + zoufang.Submitted, HeldAt: held, Why: why, At: desk.Clock(s.Now()), Still: c.Context().QueryArgs().Has("still")}
	if !p.Still {
		c.Set("Refresh", startAgain)
	}
	title := "待处理"
	n := len(w.Harm) + w.Guarded
	for _, h := range w.HeldHarm {
		n += h.Count
	}
	if n > 0 {
		title = fmt.Sprintf("（%d）%s", n, title)
	}
	return s.show(c, status, "start", sheet{Title: title, User: u, Here: startAt, Body: p})
}

// Take takes a request that waits.
func (s *Staff) Take(c *fiber.Ctx, u *zoufang.User) error {
	err := s.Desk.Take(c.UserContext(), u, recordID(c))
	if err == nil {
		return c.Redirect(startAt, fiber.StatusSeeOther)
	}
	if _, late := refused(err, desk.LateState); late {
		return s.start(c, u, fiber.StatusConflict, "这一件已经有人接了，下面是现在的样子。")
	}
	if status, why, ok := sayRefusal(err); ok {
		return s.start(c, u, status, why)
	}
	return err
}

func names(of []string) string { return strings.Join(of, "、") }
