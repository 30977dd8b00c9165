package fiberapp

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
)

// Bounds of a request. Phones are slow: what counts is that bytes keep coming.
const (
	StrangerLimit = 16 << 10         // bytes of a body, where nobody knows who asks or no route does
	headerLimit   = 16 << 10         // bytes of all headers
	headerTime    = 30 * time.Second // until the headers are there
	idleTime      = 90 * time.Second // between requests on a connection
	replyTime     = 5 * time.Minute  // until a reply has gone out
	strangerTime  = time.Minute      // until a stranger's body is there
	drainPause    = time.Second      // between parts of what a handler left unread
	drainTime     = 5 * time.Second  // for all of that
	drainStep     = 64 << 10         // bytes, likewise
	drainLimit    = 1 << 20
)

// Config says what an app cannot know.
type Config struct {
	Log *slog.Logger
	// Proxies are trusted to name the address of who asks in X-Forwarded-For.
	Proxies []netip.Prefix
}

// New makes an app. Serve it on a listener made by Listen.
func New(cfg Config) *fiber.App {
	app := fiber.New(fiber.Config{
		// Without it, strings taken from a request change under whoever keeps them.
		Immutable:                    true,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    StrangerLimit, // of nothing: see headerReceived
		ReadBufferSize:               headerLimit,
		ReadTimeout:                  headerTime,
		IdleTimeout:                  idleTime,
		WriteTimeout:                 replyTime,
		ErrorHandler:                 problem.Handler(cfg.Log),
		DisableStartupMessage:        true,
		StrictRouting:                true,
		CaseSensitive:                true,
	})
	server := app.Server()
	server.HeaderReceived = headerReceived
	server.Handler = guarded(server.Handler, newPurses())
	server.ConnState = answered
	server.CloseOnShutdown = true
	app.Use(cfg.address)
	return app
}
