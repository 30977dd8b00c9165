package server

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
)

// routes is the whole of what this server answers, beside the phone protocol's own
// list in mobileapi/routes.go, the API's in server/api/routes.go and the table of staff
// pages in server/staff/table.go.
func (s *Server) routes() error {
	app := s.app
	app.Use(s.watch.route)

	// Machines.
	s.api.Mount(app) // /m/v1
	app.Get("/healthz", s.healthz)
	app.Get("/readyz", s.readyz)
	app.Get("/metrics", s.watch.metrics())
	app.Get("/assets/:name", s.files.send)

	// Programs and the console: the list in server/api/routes.go.
	app.Get("/api/v1", moved("/api/v1/"))
	if err := s.desks.Mount(app); err != nil {
		return err
	}

	// Phones.
	app.Get("/phone", moved("/phone/"))
	app.Get("/phone/*", s.phoneFile)

	// Staff: the table in server/staff/table.go.
	app.Get("/", moved("/staff/"))
	app.Get("/staff", moved("/staff/"))
	s.staff.Mount(app)

	app.Use(s.missing)
	return nil
}

func moved(to string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.Redirect(to, fiber.StatusSeeOther) }
}

// missing answers what no route knows: people with a page, machines with a problem.
func (s *Server) missing(c *fiber.Ctx) error {
	s.watch.unknown(c)
	if fiberapp.Stream(c).Length() > fiberapp.StrangerLimit {
		return problem.Of(problem.TooLarge)
	}
	if strings.HasPrefix(c.Path(), "/m/") || strings.HasPrefix(c.Path(), "/api/") || !strings.Contains(c.Get(fiber.HeaderAccept), "text/html") {
		return problem.Of(problem.NotFound)
	}
	return s.staff.Missing(c)
}
