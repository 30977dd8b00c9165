package mobileapi

import (
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// decidedFor is how long a decided line stays listed.
const decidedFor = 30 * 24 * time.Hour

type heldLine struct {
	ID   zoufang.CommitID `json:"id"`
	At   int64            `json:"at"`
	Code zoufang.HoldCode `json:"code"`
	Why  string           `json:"why"`
	zoufang.Parts
	Line *string `json:"line,omitempty"` // left out where it carries a sealed value
}

// maxHeldBytes bounds the lines in one answer, as it has them: beyond it they are left
// out, newest last. The phone has its own.
const maxHeldBytes = 4 << 20

// held lists what this user sent that is held, and what was decided of late.
func (a *API) held(c *fiber.Ctx) error {
	who := callerOf(c)
	if err := fiberapp.Turn(c); err != nil {
		return err
	}
	now, err := a.cfg.Upkeep.Clock(c.UserContext())
	if err != nil {
		return err
	}
	var body []byte
	err = a.cfg.Records.View(c.UserContext(), func(v storage.View) (err error) {
		body, err = heldBody(v, who.User.ID, now-decidedFor.Milliseconds())
		return err
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return fiberapp.SendWhole(c, body)
}

// heldBody is the answer, written line by line as they are read.
func heldBody(v storage.View, of zoufang.UserID, since int64) ([]byte, error) {
	held, err := v.HeldBy(of, since)
	if err != nil {
		return nil, err
	}
	body, lines := []byte(`{"held":[`), 0
	for i, h := range held {
		out := heldLine{ID: h.ID, At: h.At, Code: h.Code, Why: fold.Mask(h.Why), Parts: h.Fault}
		if !h.Sealed && lines < maxHeldBytes {
			commit, err := v.Commit(h.ID)
			if err != nil {
				return nil, err
			}
			if !fold.Sensitive(commit.Line) { // an older program looked at its fields alone
				line := string(commit.Line)
				out.Line = &line
			}
		}
		b, err := json.Marshal(out)
		if err != nil {
			return nil, err
		}
		if out.Line != nil {
			lines += len(b)
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, b...)
	}
	return append(body, "]}"...), nil
}
