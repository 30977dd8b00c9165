package staff

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/server/desk"
)

// Page is one line of the table of pages: its route, who may see or do it, and what
// answers. Routes, bounds, menu, where a sign-in leads back to and the test of every
// route in every role follow from it.
type Page struct {
	Method string
	Path   string         // as the router takes it, with :params
	Menu   string         // its word in the menu; "" for none
	Under  string         // the path of the menu's page that is marked when this one shows
	Roles  []zoufang.Role // of whom it is; nil: also of those who are not signed in
	Body   int            // bytes of a request; 0 is maxForm; Streamed
	Return bool           // a sign-in leads back to it
	Do     Handler        // for one of Roles
	Open   fiber.Handler  // for anybody
}

const (
	maxForm   = 16 << 10 // bytes
	maxReturn = 96 << 10 // of a form with comments on many fields
	maxBlock  = 5 << 20  // of a file, held in memory at a time

	// Streamed is for a body that the handler reads itself.
	Streamed = -1
)

const (
	startAt    = "/staff/"
	visits     = "/staff/visits"
	requests   = "/staff/requests"
	households = "/staff/households"
	held       = "/staff/held"
	heldGroup  = "/staff/held/group"
	people     = "/staff/people"
	logAt      = "/staff/log"
)

// Pages is the table. A page that changes something is a POST, and is taken from
// pages of ours alone.
func (s *Staff) Pages() []Page {
	return []Page{
		{Method: "GET", Path: "/staff/sign-in", Open: s.SignInPage},
		{Method: "POST", Path: "/staff/sign-in", Open: s.SignIn},
		{Method: "POST", Path: "/staff/sign-out", Open: s.SignOut},
		{Method: "GET", Path: "/staff/password", Open: s.PasswordPage},
		{Method: "POST", Path: "/staff/password", Open: s.Password},

		{Method: "GET", Path: startAt, Roles: desk.Everyone, Do: s.Start},
		{Method: "GET", Path: visits, Menu: "走访", Roles: desk.Readers, Return: true, Do: s.List(zoufang.KindVisit, "走访", "次", "协理员存下的走访会出现在这里。")},
		{Method: "GET", Path: visits + "/:id", Under: visits, Roles: desk.Readers, Return: true, Do: s.Record(zoufang.KindVisit)},
		{Method: "GET", Path: "/staff/records/:id", Under: visits, Roles: desk.Readers, Return: true, Do: s.Record("")}, // it marks its own list, see lists
		{Method: "GET", Path: "/staff/media/:digest", Roles: desk.Readers, Do: s.Medium},
		{Method: "GET", Path: requests, Menu: "办事", Roles: desk.Readers, Return: true, Do: s.List(zoufang.KindRequest, "办事", "件", "报上来的问题和花名册变更会出现在这里。")},
		{Method: "GET", Path: households, Menu: "花名册", Roles: desk.Readers, Return: true, Do: s.List(zoufang.KindHousehold, "花名册", "户", "登记过的户会出现在这里。")},
		{Method: "GET", Path: held, Menu: "搁置待定", Roles: desk.Readers, Return: true, Do: s.Held},
		{Method: "GET", Path: heldGroup, Under: held, Roles: desk.Readers, Do: s.HeldGroup},
		{Method: "GET", Path: people, Menu: "人员与手机", Roles: desk.Reviewers, Return: true, Do: s.People},
		{Method: "GET", Path: logAt, Menu: "账号日志", Roles: desk.Auditors, Return: true, Do: s.AccountLog},

		{Method: "POST", Path: requests + "/:id/take", Under: startAt, Roles: desk.Reviewers, Do: s.Take},
		{Method: "POST", Path: visits + "/:id/approve", Under: visits, Roles: desk.Reviewers, Body: maxReturn, Do: s.Approve},
		{Method: "POST", Path: visits + "/:id/return", Under: visits, Roles: desk.Reviewers, Body: maxReturn, Do: s.Return},
		{Method: "POST", Path: "/staff/records/:id/settle", Under: visits, Roles: desk.Reviewers, Do: s.Settle("")},
		{Method: "POST", Path: visits + "/:id/settle", Under: visits, Roles: desk.Reviewers, Do: s.Settle(zoufang.KindVisit)},
		{Method: "POST", Path: heldGroup, Under: held, Roles: desk.Reviewers, Do: s.DecideGroup}, // before the next, which it looks like
		{Method: "POST", Path: held + "/:id", Under: held, Roles: desk.Reviewers, Do: s.DecideHeld},
		{Method: "POST", Path: people + "/:id/enrol", Under: people, Roles: desk.Reviewers, Do: s.Enrol},
		{Method: "POST", Path: "/staff/devices/:id/revoke", Under: people, Roles: desk.Reviewers, Do: s.Revoke},
		{Method: "POST", Path: "/staff/rescue", Under: people, Roles: desk.Reviewers, Body: Streamed, Do: s.Rescue},
	}
}

// Mount puts the pages on the app. A body is read when it is known whose it is.
func (s *Staff) Mount(app *fiber.App) {
	for _, p := range s.Pages() {
		h := p.Open
		if h == nil {
			h = s.For(p.Roles, p.do())
		} else {
			h = s.Page(p.open())
		}
		if p.Method == fiber.MethodPost {
			app.Post(p.Path, s.Posted(h))
		} else {
			app.Get(p.Path, h) // and HEAD
		}
	}
}

// do is Do for whom it is, with the body.
func (p Page) do() Handler {
	return func(c *fiber.Ctx, u *zoufang.User) error {
		if err := fiberapp.Known(c, string(u.ID)); err != nil {
			return err
		}
		if err := p.read(c); err != nil {
			return err
		}
		return p.Do(c, u)
	}
}

// open is Open with the body.
func (p Page) open() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := p.read(c); err != nil {
			return err
		}
		return p.Open(c)
	}
}

func (p Page) read(c *fiber.Ctx) (err error) {
	switch {
	case p.Method != fiber.MethodPost:
	case p.Body == Streamed:
		_, err = fiberapp.Open(c, maxBlock)
	default:
		_, err = fiberapp.Whole(c, cmp.Or(p.Body, maxForm))
	}
	return err
}

// page finds the line for a request.
func (s *Staff) page(method, path string) *Page {
	i := slices.IndexFunc(s.table, func(p Page) bool {
		return p.Method == method && fiber.RoutePatternMatch(path, p.Path, fiber.Config{CaseSensitive: true, StrictRouting: true})
	})
	if i < 0 {
		return nil
	}
	return &s.table[i]
}

// returnForm is how addresses of our pages are written; nothing else goes into a
// header.
var returnForm = regexp.MustCompile(`^(/[0-9a-z-]+)+$`)

// returns reports whether a sign-in may lead on to an address: to pages of ours
// alone, and to nothing but what stands in the table.
func (s *Staff) returns(path string) bool {
	p := s.page(fiber.MethodGet, path)
	return p != nil && p.Return && returnForm.MatchString(path)
}

// menu lists the pages that have a word in the menu and are the person's; here is
// the path of the page that shows.
func (s *Staff) menu(u *zoufang.User, here string) []link {
	var out []link
	if u.Role.ReadsRecords() { // for the others it says that there is nothing
		out = append(out, link{startAt, "待处理", here == startAt})
	}
	for _, p := range s.table {
		if p.Menu != "" && slices.Contains(p.Roles, u.Role) {
			out = append(out, link{p.Path, p.Menu, p.Path == here})
		}
	}
	return out
}
