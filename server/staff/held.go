package staff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/server/desk"
)

type heldPage struct {
	Count  string
	Rows   []desk.HeldRow
	Why    string // a decision did not come about
	Said   string // what became of one
	Decide bool   // the reader's role decides
}

// Held lists the held lines whose areas are all the reader's, oldest first.
func (s *Staff) Held(c *fiber.Ctx, u *zoufang.User) error {
	return s.showHeld(c, u, fiber.StatusOK, "", saidOfHeld[c.Query("done")])
}

func (s *Staff) showHeld(c *fiber.Ctx, u *zoufang.User, status int, why, said string) error {
	list, err := s.desk.Held(c.UserContext(), u)
	if err != nil {
		return err
	}
	p := heldPage{Count: fmt.Sprintf("%d 条", list.Count), Rows: list.Rows, Why: why, Said: said, Decide: slices.Contains(desk.Reviewers, u.Role)}
	if list.Count > desk.MaxHeldRows {
		p.Count = fmt.Sprintf("%d 条，这里是最早的 %d 条", list.Count, desk.MaxHeldRows)
	}
	return s.show(c, status, "held", sheet{Title: "搁置待定", User: u, Body: p})
}

// DecideHeld ends a held line by the reviewer's word: released (放行) or rejected
// (不采用), with a reason that its author reads.
func (s *Staff) DecideHeld(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	ruling := zoufang.Ruling(f.Get("ruling"))
	if ruling != zoufang.Release && ruling != zoufang.Reject {
		return fiber.ErrBadRequest
	}
	h, err := s.desk.DecideHeld(c.UserContext(), u, zoufang.CommitID(strings.Clone(c.Params("id"))), ruling, f.Get("why"))
	if status, why, ok := sayRefusal(err); ok {
		return s.showHeld(c, u, status, why, "")
	}
	if err != nil {
		return err
	}
	said := "rejected"
	switch {
	case ruling == zoufang.Reject:
	case h != nil && h.Code.Open():
		said = "still"
	default:
		said = "released"
	}
	return c.Redirect(held+"?done="+said, fiber.StatusSeeOther)
}
