package mobileapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/fold"
	"zoufang/internal/problem"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// Bounds of what a phone says of itself.
const (
	maxCode     = 128 // bytes
	maxName     = 100 // runes
	maxPlatform = 200
	maxApp      = 40
)

type enrolRequest struct {
	Code     string          `json:"code"`
	Key      json.RawMessage `json:"key"`
	Name     string          `json:"name"`
	Platform string          `json:"platform"`
	App      string          `json:"app"`
}

type enrolReply struct {
	Device zoufang.DeviceID `json:"device"`
	User   enrolledUser     `json:"user"`
	Areas  []zoufang.AreaID `json:"areas"`
	Epoch  string           `json:"epoch"`
	Time   int64            `json:"time"`
}

type enrolledUser struct {
	ID   zoufang.UserID `json:"id"`
	Name string         `json:"name"`
	Role zoufang.Role   `json:"role"`
}

// enrol makes a phone's key a device of the user a code was handed out for. Failures
// count against an address, and past their number are told to slow down; a code that
// was handed out is always looked at, so that whoever guesses behind the address of a
// whole township keeps nobody there from enrolling. A code is not to be guessed:
// what the limit saves is work, and reading whether there is such a code is little.
func (a *API) enrol(c *fiber.Ctx) error {
	address := fiberapp.Address(c)
	reply, err := a.enrolDevice(c, address)
	if err == nil {
		return c.Status(fiber.StatusCreated).JSON(reply)
	}
	if problem.From(err).Status() >= 500 {
		return err
	}
	if wait, full := a.failed.Full(address); full {
		return problem.Of(problem.SlowDown).Wait(wait)
	}
	a.failed.Add(address)
	return err
}

func (a *API) enrolDevice(c *fiber.Ctx, address string) (*enrolReply, error) {
	var r enrolRequest
	if err := readJSON(c, &r); err != nil {
		return nil, err
	}
	x, y, err := tokens.ParseJWK(r.Key)
	if err != nil || r.Code == "" || len(r.Code) > maxCode {
		return nil, problem.Of(problem.Body)
	}
	ctx := c.UserContext()
	code, err := fold.Code(r.Code)
	if err != nil {
		code = fold.OldCode(r.Code) // handed out by an older version
	}
	sum := sha256.Sum256([]byte(code))
	hash := hex.EncodeToString(sum[:])
	d, err := a.useCode(ctx, hash, address, zoufang.Device{
		ID: zoufang.DeviceID(zoufang.Token(12)), X: x, Y: y,
		Name: clip(fold.Line(r.Name), maxName), Platform: clip(fold.Line(r.Platform), maxPlatform), App: clip(fold.Line(r.App), maxApp),
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, problem.Of(problem.NotFound)
	case errors.Is(err, storage.ErrUsed):
		return nil, problem.Of(problem.Used)
	case errors.Is(err, storage.ErrExpired):
		return nil, problem.Of(problem.Expired)
	case err != nil:
		return nil, err
	}
	return a.welcome(ctx, d)
}

// useCode spends a code. What was never handed out costs no more than a look.
func (a *API) useCode(ctx context.Context, hash, address string, d zoufang.Device) (*zoufang.Device, error) {
	if _, err := a.cfg.Accounts.Code(ctx, hash); err != nil {
		return nil, err
	}
	var err error
	if d.Enrolled, err = a.enrolTime(ctx); err != nil {
		return nil, err
	}
	told := storage.NewAudited(a.cfg.Clock(), zoufang.AuditDeviceEnrolled, "", address)
	told.Device = d.ID
	return a.cfg.Accounts.UseCode(ctx, hash, a.cfg.Clock().UnixMilli(), d, told.About)
}

// clockLag is how far the stored clock may stay behind the machine's, ms: see
// storage.Upkeep.
const clockLag = 1000

// enrolTime is the stored clock or, where that lags by more than it may, the
// machine's: the next line is not received before. It writes nothing: anybody may
// ask to be enrolled.
func (a *API) enrolTime(ctx context.Context) (int64, error) {
	now := a.cfg.Clock().UnixMilli()
	m, err := storage.ReadMeta(ctx, a.cfg.Records)
	if now <= m.Clock+clockLag {
		now = m.Clock
	}
	return now, err
}

func (a *API) welcome(ctx context.Context, d *zoufang.Device) (*enrolReply, error) {
	reply := &enrolReply{Device: d.ID}
	err := a.cfg.Records.View(ctx, func(v storage.View) error {
		u, err := v.User(d.User)
		if err != nil {
			return err
		}
		if u == nil {
			return errors.New("the code's user does not exist")
		}
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		m, err := v.Meta()
		if err != nil {
			return err
		}
		reply.User = enrolledUser{u.ID, u.Name, u.Role}
		reply.Areas = append([]zoufang.AreaID{}, areas.ScopeOf(u).Areas...)
		reply.Epoch = m.Epoch
		return nil
	})
	if err != nil {
		return nil, err
	}
	reply.Time, err = a.cfg.Upkeep.Clock(ctx)
	return reply, err
}
