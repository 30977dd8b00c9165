package mobileapi

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/pictures"
	"zoufang/internal/ratelimit"
	"zoufang/internal/space"
	"zoufang/internal/tokens"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Config is what the phone protocol is served from.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Upkeep   storage.Upkeep
	Blobs    storage.Blobs
	Tokens   *tokens.Tokens
	Space    *space.Watch     // nil: there is always room
	Clock    func() time.Time // the machine's
	Log      *slog.Logger
}

// API serves the phone protocol.
type API struct {
	cfg        Config
	intake     *intake.Intake
	failed     *ratelimit.Limiter // enrolments, by address
	challenges *ratelimit.Limiter // by device and address, likewise tokens
	tokens     *ratelimit.Limiter
	uploads    uploads
	pictures   *pictures.Pictures
}

const limiterKeys = 50_000

// New makes the API.
func New(cfg Config) *API {
	limit := func(most int) *ratelimit.Limiter {
		return ratelimit.New(most, time.Minute, limiterKeys, cfg.Clock)
	}
	in := &intake.Intake{Records: cfg.Records}
	return &API{
		cfg:    cfg,
		intake: in,
		pictures: pictures.New(pictures.Config{
			Blobs: cfg.Blobs, Mark: in.Flawed, Room: func() bool { return cfg.Space.Level() == space.Ample }, Log: cfg.Log,
		}),
		failed:     limit(20),
		challenges: limit(30),
		tokens:     limit(30),
		uploads:    uploads{bodies: map[string]*fiberapp.Body{}},
	}
}

// Pictures are the small pictures of media that phones sent, which staff are shown too.
func (a *API) Pictures() *pictures.Pictures { return a.pictures }

// Bounds of bodies, in bytes.
const (
	maxShort = 16 << 10
	maxHave  = 64 << 10
)

// BodyLimit tells an app made by fiberapp what bodies to expect here. Only the
// uploads of media stream.
func BodyLimit(method, path string) int {
	rest, ours := strings.CutPrefix(path, prefix)
	switch {
	case !ours || method != "POST" && method != "PATCH":
		return 0
	case rest == "/enrol" || rest == "/challenge" || rest == "/token":
		return maxShort
	case rest == "/media/have":
		return maxHave
	case rest == "/media" || strings.HasPrefix(rest, "/media/uploads/"):
		return fiberapp.Streamed
	}
	return 0
}

// touch notes that a device was seen, to a minute. What is lost of it matters to
// nobody, so a failure is only told.
func (a *API) touch(ctx context.Context, d *zoufang.Device) {
	now := a.cfg.Clock().UnixMilli()
	if now-d.Seen < time.Minute.Milliseconds() {
		return
	}
	if err := a.cfg.Accounts.Touch(ctx, d.ID, now); err != nil {
		a.cfg.Log.Warn("device not noted as seen", "cause", err)
	}
}
