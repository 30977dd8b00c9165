package staff

import (
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/storage"
	"zoufang/sync/intake"
)

const maxReason = 300 // characters

// saidOfHeld is what the page says after a decision, by the word in its address.
var saidOfHeld = map[string]string{
	"released": "已放行，内容已写进记录。", "rejected": "已驳回。写的人会在手机上看到理由，原文仍保留。", "still": "已放行，但还有别的原因没有写进去，见下。",
}

// DecideHeld ends a held line by the reviewer's word: released (放行) or rejected
// (驳回), with a reason that its author reads.
func (s *Staff) DecideHeld(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id := zoufang.CommitID(strings.Clone(c.Params("id")))
	ruling, why := zoufang.Ruling(f.Get("ruling")), strings.TrimSpace(f.Get("why"))
	if ruling != zoufang.Release && ruling != zoufang.Reject {
		return fiber.ErrBadRequest
	}
	h, err := s.heldOf(c, u, id)
	if err != nil {
		return err
	}
	switch n := utf8.RuneCountInString(why); {
	case !h.Code.Open():
		return s.showHeld(c, u, fiber.StatusConflict, "这一条已经有人处理过了，列表是现在的样子。", "")
	case !h.Code.Allows(ruling):
		return s.showHeld(c, u, fiber.StatusConflict, "这一条现在不能这样处理，列表是现在的样子。", "")
	case n == 0 || n > maxReason || !utf8.ValidString(why) || strings.ContainsRune(why, 0):
		return s.showHeld(c, u, fiber.StatusUnprocessableEntity, "请写明理由，不超过 300 字。写的人会看到它。", "")
	}
	answers, err := s.save(c.UserContext(), u, []zoufang.Item{zoufang.Judge(id, ruling, why)})
	if err != nil {
		return err
	}
	if answers[0].R == intake.Kept {
		return s.showHeld(c, u, fiber.StatusConflict, "没有写进去：这一条刚被别人处理，或您现在没有这里的权限。", "")
	}
	said := "rejected"
	if ruling == zoufang.Release {
		said = "released"
		if h, err := s.held(c, id); err != nil {
			return err
		} else if h != nil && h.Code.Open() {
			said = "still"
		}
	}
	return c.Redirect("/staff/held?done="+said, fiber.StatusSeeOther)
}

// heldOf reads a held line that the reader sees.
func (s *Staff) heldOf(c *fiber.Ctx, u *zoufang.User, id zoufang.CommitID) (*storage.Held, error) {
	h, err := s.held(c, id)
	if err != nil {
		return nil, err
	}
	if h == nil || !zoufang.MayDecide(u, h.Areas) {
		return nil, problem.Of(problem.NotFound)
	}
	return h, nil
}

func (s *Staff) held(c *fiber.Ctx, id zoufang.CommitID) (h *storage.Held, err error) {
	err = s.Records.View(c.UserContext(), func(v storage.View) error {
		h, err = v.Held(id)
		return err
	})
	return h, err
}
