package mobileapi

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/ratelimit"
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
	willRate   *ratelimit.Limiter // proven requests, by device, in a minute
	willDays   *ratelimit.Limiter
	uploads    uploads
}

const limiterKeys = 50_000

// New makes the API.
func New(cfg Config) *API {
	limit := func(most int) *ratelimit.Limiter {
		return ratelimit.New(most, time.Minute, limiterKeys, cfg.Clock)
	}
	return &API{
		cfg:        cfg,
		intake:     &intake.Intake{Records: cfg.Records},
		failed:     limit(20),
		challenges: limit(30),
		tokens:     limit(30),
		willRate:   limit(willsAMinute),
		willDays:   ratelimit.New(willsADay, 24*time.Hour, limiterKeys, cfg.Clock),
		uploads:    uploads{bodies: map[string]*fiberapp.Body{}},
	}
}

// Bounds on last wills, far over what a phone has left to hand over: a day's are
// 100,000 lines, or 100 MiB. Whatever is over waits on the phone.
const (
	willsAMinute = 60
	willsADay    = 200
)

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

// Sweep forgets uploads that ran out. Whoever runs the server calls it now and
// then; on several copies at once is fine.
func (a *API) Sweep(ctx context.Context) error {
	_, err := a.cfg.Blobs.Expire(ctx, a.cfg.Clock().UnixMilli())
	return err
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
