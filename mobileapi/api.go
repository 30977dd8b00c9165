package mobileapi

import (
	"context"
	"log/slog"
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
	willRate   *ratelimit.Limiter // proven requests, by device, in a minute
	willDays   *ratelimit.Limiter
	asked      *ratelimit.Limiter // after identity numbers, by user
	numbers    *numberIndex
	uploads    uploads
	arrived    chan struct{} // filled where Tell has something to do
	pictures   *pictures.Pictures
}

const limiterKeys = 50_000

// New makes the API.
func New(cfg Config) *API {
	limit := func(most int) *ratelimit.Limiter {
		return ratelimit.New(most, time.Minute, limiterKeys, cfg.Clock)
	}
	a := &API{
		cfg:        cfg,
		intake:     &intake.Intake{Records: cfg.Records},
		failed:     limit(20),
		challenges: limit(30),
		tokens:     limit(30),
		willRate:   limit(willsAMinute),
		willDays:   ratelimit.New(willsADay, 24*time.Hour, limiterKeys, cfg.Clock),
		asked:      ratelimit.New(mostNumbers, numberWindow, limiterKeys, cfg.Clock),
		numbers:    newNumberIndex(),
		uploads:    uploads{bodies: map[string]*fiberapp.Body{}},
		arrived:    make(chan struct{}, 1),
	}
	a.pictures = pictures.New(pictures.Config{
		Blobs: cfg.Blobs, Mark: a.flawed, Room: func() bool { return cfg.Space.Level() == space.Ample }, Log: cfg.Log,
	})
	return a
}

// Pictures are the small pictures of media that phones sent, which staff are shown too.
func (a *API) Pictures() *pictures.Pictures { return a.pictures }

// Bounds on last wills, far over what a phone has left to hand over: a day's are
// 100,000 lines, or 100 MiB. Whatever is over waits on the phone.
const (
	willsAMinute = 60
	willsADay    = 200
)

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
