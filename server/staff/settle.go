package staff

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"zoufang"
)

const noSuchValue = "没有写进去：这两种说法已经核定过了。下面是现在的样子。"

// Settle ends two values of a field (两种说法) by the one a reviewer picks, by its
// place on the page. It is written anew, and names as seen all that the page
// showed: a value that came since stays beside it.
func (s *Staff) Settle(c *fiber.Ctx, u *zoufang.User) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	name := f.Get("field")
	return s.saveOnVisit(c, u, f.Get("seen"), nil, func(r *zoufang.Record) ([][]zoufang.Item, int, string) {
		pick, err := strconv.Atoi(f.Get("pick"))
		if err != nil || !slices.Contains(r.Conflicts(), name) || pick < 0 || pick >= len(r.Heads[name].Live) {
			return nil, fiber.StatusConflict, noSuchValue
		}
		return [][]zoufang.Item{{zoufang.Set(r.ID, name, r.Heads[name].Live[pick].Value, r.SeenOf(name)...)}}, 0, ""
	})
}
