package staff

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

type visitList struct {
	Count          string
	State          string
	States         []link
	Villages       []village
	Rows           []desk.Row
	Nothing        string
	Page           int
	Previous, Next string
}

type village struct {
	desk.Area
	Here bool
}

// Visits lists the visits of the reader's areas, last written first.
func (s *Staff) Visits(c *fiber.Ctx, u *zoufang.User) error {
	page, err := strconv.Atoi(c.Query("page", "1"))
	if err != nil {
		return problem.Of(problem.NotFound)
	}
	q := desk.Query{Kind: zoufang.KindVisit, Area: zoufang.AreaID(c.Query("village")), Page: page, Facet: map[string]string{}}
	state := c.Query("state")
	if state != "" {
		q.Facet["state"] = state
	}
	found, err := s.desk.List(c.UserContext(), u, q)
	if err != nil {
		return err
	}
	list := visitList{State: state, Rows: found.Rows, Page: page, Count: fmt.Sprintf("%d 次", found.Count), Nothing: "协理员存下的走访会出现在这里。"}
	if found.Cut {
		list.Count = fmt.Sprintf("最近 %d 次里有 %d 次", desk.MaxScanned, found.Count)
	}
	if state != "" || q.Area != "" {
		list.Nothing = "换一个状态或村(居)看看。"
	}
	for _, a := range found.Areas {
		list.Villages = append(list.Villages, village{a, a.ID == q.Area})
	}
	list.links(q, found.More)
	return s.show(c, fiber.StatusOK, "visits", sheet{Title: "走访", User: u, Body: list})
}

// links lays out the filter by state, and the pages before and after.
func (list *visitList) links(q desk.Query, more bool) {
	href := func(state string, page int) string {
		v := url.Values{}
		if state != "" {
			v.Set("state", state)
		}
		if q.Area != "" {
			v.Set("village", string(q.Area))
		}
		if page > 1 {
			v.Set("page", strconv.Itoa(page))
		}
		if len(v) == 0 {
			return visits
		}
		return visits + "?" + v.Encode()
	}
	list.States = []link{{href("", 1), "全部", list.State == ""}}
	for _, state := range []string{zoufang.Submitted, zoufang.Returned, zoufang.Approved, zoufang.Drafted} {
		list.States = append(list.States, link{href(state, 1), desk.StateMark(q.Kind, state).Text, list.State == state})
	}
	if q.Page > 1 {
		list.Previous = href(list.State, q.Page-1)
	}
	if more {
		list.Next = href(list.State, q.Page+1)
	}
}

// recordPage is a record with what was typed for a decision that did not come about.
type recordPage struct {
	desk.RecordView
	At     string // its address
	Why    string // a decision did not come about
	Typed  map[string]string
	Asking bool // something was typed on a question without an answer
}

// Visit shows one visit of the reader's areas.
func (s *Staff) Visit(c *fiber.Ctx, u *zoufang.User) error {
	return s.showRecord(c, u, zoufang.KindVisit, fiber.StatusOK, "", nil)
}

// Record shows a record of any other kind: a household, a person, a request.
func (s *Staff) Record(c *fiber.Ctx, u *zoufang.User) error {
	return s.showRecord(c, u, "", fiber.StatusOK, "", nil)
}

// showRecord shows a record as it is now; why and typed are of a decision that was
// not taken over.
func (s *Staff) showRecord(c *fiber.Ctx, u *zoufang.User, kind string, status int, why string, typed map[string]string) error {
	r, err := s.desk.Record(c.UserContext(), u, kind, recordID(c))
	if err != nil {
		return err
	}
	p := recordPage{RecordView: r, At: address(r.Kind, r.ID), Why: why, Typed: typed}
	if r.Review != nil {
		for _, f := range r.Review.Unsaid {
			p.Asking = p.Asking || typed[f.Field] != ""
		}
	}
	return s.show(c, status, "record", sheet{Title: r.Title + " " + r.Type, User: u, Body: p})
}

func recordID(c *fiber.Ctx) zoufang.RecordID { return zoufang.RecordID(strings.Clone(c.Params("id"))) }

// address is where a record is shown.
func address(kind string, id zoufang.RecordID) string {
	if kind == zoufang.KindVisit {
		return visits + "/" + string(id)
	}
	return "/staff/records/" + string(id)
}

// Approve approves the visit as it was seen (核定).
func (s *Staff) Approve(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	return s.decide(c, u, desk.Decision{To: zoufang.Approved, Seen: f.Get("seen")})
}

// Return sends the visit back for changes (退回修改), with comments on its fields.
func (s *Staff) Return(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	d := desk.Decision{To: zoufang.Returned, Seen: f.Get("seen"), Comments: map[string]string{}}
	for name, values := range f {
		if field, ok := strings.CutPrefix(name, "on."); ok && strings.TrimSpace(values[0]) != "" {
			d.Comments[field] = values[0]
		}
	}
	return s.decide(c, u, d)
}

func (s *Staff) decide(c *fiber.Ctx, u *zoufang.User, d desk.Decision) error {
	err := s.desk.Decide(c.UserContext(), u, recordID(c), d)
	return s.decided(c, u, zoufang.KindVisit, err, d.Comments)
}

// Settle ends two values of a field (两种说法) by the one a reviewer picks.
func (s *Staff) Settle(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.desk.Settle(c.UserContext(), u, recordID(c), f.Get("field"), zoufang.CommitID(f.Get("pick")), f.Get("seen"))
	return s.decided(c, u, "", err, nil)
}

// decided leads back to the record; where the decision did not come about, to what
// it is now, with what was typed and why.
func (s *Staff) decided(c *fiber.Ctx, u *zoufang.User, kind string, err error, typed map[string]string) error {
	if err == nil {
		return c.Redirect(strings.TrimSuffix(c.Path(), c.Path()[strings.LastIndexByte(c.Path(), '/'):]), fiber.StatusSeeOther)
	}
	if status, why, ok := sayRefusal(err); ok {
		return s.showRecord(c, u, kind, status, why, typed)
	}
	return err
}
