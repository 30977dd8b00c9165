package staff

import (
	"cmp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/server/desk"
)

// recordPage is a record with what was typed for a decision that did not come about.
type recordPage struct {
	desk.RecordView
	At     string // its address
	Back   link   // the list it is in
	Why    string // a decision did not come about
	Typed  map[string]string
	Asking bool // something was typed on a question without an answer
}

// Record makes a handler that shows a record of the reader's areas: of the kind, or,
// for "", of any that is not public.
func (s *Staff) Record(kind string) Handler {
	return func(c *fiber.Ctx, u *zoufang.User) error { return s.showRecord(c, u, kind, fiber.StatusOK, "", nil) }
}

// showRecord shows a record as it is now; why and typed are of a decision that was
// not taken over.
func (s *Staff) showRecord(c *fiber.Ctx, u *zoufang.User, kind string, status int, why string, typed map[string]string) error {
	r, err := s.Desk.Record(c.UserContext(), u, kind, recordID(c), strings.Clone(fiberapp.Address(c)))
	if err != nil {
		return err
	}
	list := cmp.Or(lists[r.Kind], visits)
	p := recordPage{RecordView: r, At: address(r.Kind, r.ID), Back: link{Href: list, Text: s.page(fiber.MethodGet, list).Menu}, Why: why, Typed: typed}
	if r.Review != nil {
		for _, f := range r.Review.Unsaid {
			p.Asking = p.Asking || typed[f.Field] != ""
		}
	}
	return s.show(c, status, "record", sheet{Title: r.Title + " " + r.Type, User: u, Here: list, Body: p})
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
	err := s.Desk.Decide(c.UserContext(), u, recordID(c), d)
	return s.decided(c, u, zoufang.KindVisit, err, d.Comments)
}

// Settle makes a handler that ends two values of a field (两种说法) by the one a
// reviewer picks; kind as for Record.
func (s *Staff) Settle(kind string) Handler {
	return func(c *fiber.Ctx, u *zoufang.User) error {
		f, err := form(c)
		if err != nil {
			return err
		}
		err = s.Desk.Settle(c.UserContext(), u, kind, recordID(c), f.Get("field"), zoufang.CommitID(f.Get("pick")), f.Get("seen"))
		return s.decided(c, u, kind, err, nil)
	}
}

// decided leads back to the record; where the decision did not come about, to what
// it is now, with what was typed and why.
func (s *Staff) decided(c *fiber.Ctx, u *zoufang.User, kind string, err error, typed map[string]string) error {
	if err == nil {
		return c.Redirect(address(kind, recordID(c)), fiber.StatusSeeOther)
	}
	if status, why, ok := sayRefusal(err); ok {
		return s.showRecord(c, u, kind, status, why, typed)
	}
	return err
}
