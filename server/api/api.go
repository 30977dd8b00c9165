package api

import (
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/ratelimit"
	"zoufang/internal/space"
	"zoufang/server/desk"
	"zoufang/server/hooks"
	"zoufang/server/ledger"
	"zoufang/storage"
)

// Config is what the API needs.
type Config struct {
	Desk     *desk.Desk
	Ledger   *ledger.Ledger
	Hooks    *hooks.Hooks
	Accounts storage.Accounts
	Blobs    storage.Blobs
	Space    *space.Watch
	// Who finds who is signed in at the console; nil where nobody is.
	Who func(*fiber.Ctx) (*zoufang.User, error)
	// Ours reports whether a request says that it comes from a page of this site.
	Ours  func(*fiber.Ctx) bool
	Asset func(string) string // the address of a style sheet
	Now   func() time.Time
	Log   *slog.Logger
}

// API has the handlers.
type API struct {
	cfg      Config
	routes   []Route
	huma     huma.API
	document document
	often    *ratelimit.Limiter
	atOnce   counts
	tries    tries
}

const (
	prefix  = "/api/v1"
	version = "1"
)

// New makes the API.
func New(cfg Config) *API {
	a := &API{cfg: cfg, often: ratelimit.New(mostOften, oftenTime, rememberedCallers, cfg.Now)}
	a.routes = a.table()
	return a
}

// Mount puts the routes on an app made by fiberapp.
func (a *API) Mount(app *fiber.App) error {
	answerProblems()
	g := app.Group(prefix, noStore)
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "走访 Zoufang API", Version: version, Description: about},
			Servers: []*huma.Server{{URL: prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":  {Type: "http", Scheme: "bearer", Description: "An API token (zoufang token add)."},
					"cookie": {Type: "apiKey", In: "cookie", Name: "zoufang_access", Description: "The console's sign-in. What changes something is taken from pages of this site alone."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, // the latter for all that end in +json
		DefaultFormat: "application/json",
	}
	a.huma = humafiber.NewWithGroup(app, &lines{g, a}, config)
	for i := range a.routes {
		a.register(&a.routes[i])
	}
	if err := a.document.write(a.huma.OpenAPI(), a.cfg.Asset); err != nil {
		return err
	}
	g.Get("/openapi.json", a.document.send)
	g.Get("/", a.document.page)
	for path, methods := range a.paths() {
		g.All(path, methodsOf(methods))
	}
	return nil
}

// noStore is the rule of all replies.
func noStore(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}

const about = `What an office reads and decides of visits, the roster, requests and held lines.

Times are Unix milliseconds where a field is named as in the phone protocol, days are like 2026-12-01 in the county's zone (UTC+8).
Sealed values are masked everywhere; opening one is an act of its own, which is logged. Unknown and empty parameters are refused.
Every POST takes an Idempotency-Key: asked again with the same key, body and token, what came about is told and not done twice.
Refusals are application/problem+json with a stable code.`

// Routes is the list of routes.
func (a *API) Routes() []Route { return a.routes }
