package staff

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

// heldPage lists held lines: groups of them, or one group.
type heldPage struct {
	Count  string
	Groups []desk.HeldGroup
	One    *desk.HeldPage // a group's own page
	Step   *groupStep     // of a decision over it, under way
	Why    string         // a decision did not come about
	Said   string         // what became of one
	Decide bool           // the reader's role decides
	Cut    bool
	Page   int

	Previous, Next string

	of    zoufang.CommitID // what a reason was typed for
	typed string
}

// Typed is what somebody typed as a reason for a line, or, for "", for the group, and
// that came to nothing.
func (p *heldPage) Typed(id zoufang.CommitID) string {
	if p.Why != "" && p.of == id {
		return p.typed
	}
	return ""
}

// heldRows is lines with what their forms need: the page, and the group whose own page
// it is.
type heldRows struct {
	Page      *heldPage
	Rows      []desk.HeldRow
	Of, After string
}

func rowsOf(p *heldPage, rows []desk.HeldRow, of, after string) heldRows {
	return heldRows{p, rows, of, after}
}

// heldHref is where a group has its own page.
func heldHref(key, after string) string {
	v := url.Values{"of": {key}}
	if after != "" {
		v.Set("after", after)
	}
	return heldGroup + "?" + v.Encode()
}

// Held lists the held lines whose areas are all the reader's, by sender and reason.
func (s *Staff) Held(c *fiber.Ctx, u *zoufang.User) error {
	return s.showHeld(c, u, fiber.StatusOK, heldPage{Said: saidOfHeld[c.Query("done")]})
}

func (s *Staff) showHeld(c *fiber.Ctx, u *zoufang.User, status int, p heldPage) error {
	var err error
	if p.Page, err = strconv.Atoi(c.Query("page", "1")); err != nil {
		return problem.Of(problem.NotFound)
	}
	list, err := s.Desk.Held(c.UserContext(), u, p.Page)
	if err != nil {
		return err
	}
	p.Groups, p.Cut, p.Decide = list.Groups, list.Cut, slices.Contains(desk.Reviewers, u.Role)
	p.Count = fmt.Sprintf("%d 条", list.Lines)
	if list.Cut {
		p.Count = "至少 " + p.Count
	}
	if list.Count > 1 {
		p.Count += fmt.Sprintf("，%d 组", list.Count)
	}
	if p.Page > 1 {
		p.Previous = held + "?page=" + strconv.Itoa(p.Page-1)
	}
	if list.More {
		p.Next = held + "?page=" + strconv.Itoa(p.Page+1)
	}
	return s.show(c, status, "held", sheet{Title: "搁置待定", User: u, Here: held, Body: &p})
}

// HeldGroup shows one group of held lines, page by page.
func (s *Staff) HeldGroup(c *fiber.Ctx, u *zoufang.User) error {
	if c.Query("of") == "" {
		return c.Redirect(held, fiber.StatusSeeOther)
	}
	return s.showGroup(c, u, fiber.StatusOK, c.Query("of"), c.Query("after"), heldPage{Said: saidOfHeld[c.Query("done")]})
}

// showGroup shows a group, or, where nothing is left of it and there is something to
// say, the list.
func (s *Staff) showGroup(c *fiber.Ctx, u *zoufang.User, status int, key, after string, p heldPage) error {
	one, err := s.Desk.HeldOf(c.UserContext(), u, key, after)
	if _, gone := refused(err, desk.NotFound); gone && p.Why+p.Said != "" {
		return s.showHeld(c, u, status, p)
	}
	if err != nil {
		return err
	}
	p.One, p.Decide = &one, slices.Contains(desk.Reviewers, u.Role)
	p.Count = heldCount(one.HeldGroup)
	if after != "" {
		p.Previous = heldHref(key, "")
	}
	if one.Next != "" {
		p.Next = heldHref(key, one.Next)
	}
	return s.show(c, status, "held", sheet{Title: "搁置待定 " + one.Who, User: u, Here: held, Body: &p})
}

func heldCount(g desk.HeldGroup) string {
	if g.More {
		return fmt.Sprintf("至少 %d 条", g.Count)
	}
	return fmt.Sprintf("%d 条", g.Count)
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
	id := zoufang.CommitID(strings.Clone(c.Params("id")))
	h, err := s.Desk.DecideHeld(c.UserContext(), u, id, ruling, f.Get("why"), strings.Clone(fiberapp.Address(c)))
	if status, why, ok := sayRefusal(err); ok {
		p := heldPage{Why: why, of: id, typed: f.Get("why")}
		if of := f.Get("of"); of != "" {
			return s.showGroup(c, u, status, of, f.Get("after"), p)
		}
		return s.showHeld(c, u, status, p)
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
	to := held + "?done=" + said
	if of := f.Get("of"); of != "" {
		to = heldHref(of, f.Get("after")) + "&done=" + said
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}
