package mobileapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
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

// maxHeldBytes bounds the lines in one answer: beyond it they are left out, newest
// last. The phone has its own.
const maxHeldBytes = 4 << 20

// held lists what this user sent that is held, and what was decided of late.
func (a *API) held(c *fiber.Ctx) error {
	who := callerOf(c)
	now, err := a.cfg.Upkeep.Clock(c.UserContext())
	if err != nil {
		return err
	}
	list := []heldLine{}
	err = a.cfg.Records.View(c.UserContext(), func(v storage.View) error {
		held, err := v.HeldBy(who.User.ID, now-decidedFor.Milliseconds())
		if err != nil {
			return err
		}
		list = make([]heldLine, 0, len(held))
		bytes := 0
		for _, h := range held {
			out := heldLine{ID: h.ID, At: h.At, Code: h.Code, Why: fold.Mask(h.Why), Parts: h.Fault}
			if !h.Sealed && bytes < maxHeldBytes {
				commit, err := v.Commit(h.ID)
				if err != nil {
					return err
				}
				if !fold.Sensitive(commit.Line) { // an older program looked at its fields alone
					line := string(commit.Line)
					bytes += len(line)
					out.Line = &line
				}
			}
			list = append(list, out)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"held": list})
}
