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
	BodyLimit   = 1 << 20          // bytes of a body, unless Config.Body says otherwise
	headerLimit = 16 << 10         // bytes of all headers
	headerTime  = 30 * time.Second // until the headers are there
	idleTime    = 90 * time.Second // between requests on a connection
	replyTime   = 5 * time.Minute  // until a reply has gone out
	pause       = 30 * time.Second // between two parts of a body
	wholeTime   = 5 * time.Minute  // until a whole body is there
	streamTime  = time.Hour        // until a streamed body is there
	drainTime   = 5 * time.Second  // for what a handler left unread
	drainLimit  = 1 << 20          // bytes, likewise
	Streamed    = -1               // see Config.Body
)

// Config says what an app cannot know.
type Config struct {
	Log *slog.Logger
	// Body gives the bytes a request's body may have at most: 0 for BodyLimit,
	// Streamed for a body that the handler reads by Stream and bounds itself. nil
	// gives 0 for all. path is as it was sent and may be anything.
	Body func(method, path string) int
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
		BodyLimit:                    BodyLimit,
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
	server.Handler = guarded(server.Handler)
	server.CloseOnShutdown = true
	app.Use(cfg.whole, cfg.address)
	return app
}
