package server

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
	"zoufang/server/staff"
)

// routes is the whole of what this server answers, beside the phone protocol's
// own list in mobileapi/routes.go.
func (s *Server) routes() {
	app, desk := s.app, s.staff
	app.Use(s.watch.route)

	// Machines.
	s.api.Mount(app) // /m/v1
	app.Get("/healthz", s.healthz)
	app.Get("/readyz", s.readyz)
	app.Get("/metrics", s.watch.metrics())
	app.Get("/assets/:name", s.files.send)

	// Phones.
	app.Get("/phone", moved("/phone/"))
	app.Get("/phone/*", s.phoneFile)

	// Staff: signing in.
	app.Get("/staff/sign-in", desk.Page(desk.SignInPage))
	app.Post("/staff/sign-in", desk.Posted(desk.SignIn))
	app.Post("/staff/sign-out", desk.Posted(desk.SignOut))
	app.Get("/staff/password", desk.Page(desk.PasswordPage))
	app.Post("/staff/password", desk.Posted(desk.Password))

	// Staff: pages.
	app.Get("/", moved("/staff/"))
	app.Get("/staff", moved("/staff/"))
	app.Get("/staff/", desk.For(staff.Everyone, desk.Home))
	app.Get("/staff/visits", desk.For(staff.Readers, desk.Visits))
	app.Get("/staff/visits/:id", desk.For(staff.Readers, desk.Visit))
	app.Get("/staff/media/:digest", desk.For(staff.Readers, desk.Medium))
	app.Get("/staff/held", desk.For(staff.Readers, desk.Held))
	app.Get("/staff/people", desk.For(staff.Reviewers, desk.People))

	// Staff: decisions.
	app.Post("/staff/visits/:id/approve", desk.Decide(desk.Approve))
	app.Post("/staff/visits/:id/return", desk.Decide(desk.Return))
	app.Post("/staff/visits/:id/settle", desk.Decide(desk.Settle))
	app.Post("/staff/held/:id", desk.Decide(desk.DecideHeld))
	app.Post("/staff/people/:id/enrol", desk.Decide(desk.Enrol))
	app.Post("/staff/devices/:id/revoke", desk.Decide(desk.Revoke))
	app.Post("/staff/rescue", desk.Decide(desk.Rescue))

	app.Use(s.missing)
}

func moved(to string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.Redirect(to, fiber.StatusSeeOther) }
}

// missing answers what no route knows: people with a page, machines with a problem.
func (s *Server) missing(c *fiber.Ctx) error {
	s.watch.unknown(c)
	if strings.HasPrefix(c.Path(), "/m/") || !strings.Contains(c.Get(fiber.HeaderAccept), "text/html") {
		return problem.Of(problem.NotFound)
	}
	return s.staff.Missing(c)
}
