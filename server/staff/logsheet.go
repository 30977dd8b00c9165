package staff

import (
	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fold"
	csv "zoufang/internal/sheet"
	"zoufang/server/desk"
	"zoufang/storage"
)

// mostLogRows bounds the rows of a sheet of the log: the newest, and a last row that
// says so.
const mostLogRows = 50_000

// logSheet sends what the page lists as CSV, all pages of it. It is told before
// anything is sent: what cannot be told is not given.
func (s *Staff) logSheet(c *fiber.Ctx, u *zoufang.User, q desk.LogQuery) error {
	told := s.told(c, zoufang.AuditExported, u.ID)
	told.Field, told.Area, told.Count = "audit", zoufang.CommonArea(u.Areas), 0
	q.Limit = storage.MaxAudit
	out := csv.AppendRow([]byte(csv.Mark), "时间", "事项", "谁", "账号", "对谁", "对象编号", "网络地址", "说明", "成否")
	for q.After = ""; ; {
		entries, next, err := s.Desk.Log(c.UserContext(), u, q)
		if err != nil {
			return err
		}
		for _, e := range entries {
			r, came := s.logRow(e, u), "成"
			if r.Bad {
				came = "未成"
			}
			cells := []string{r.When, r.What, r.Who, string(e.Who), r.About, string(e.Record), r.From, r.More, came}
			for i := range cells {
				cells[i] = fold.Mask(cells[i])
			}
			out = csv.AppendRow(out, cells...)
		}
		told.Count += int64(len(entries))
		if q.After = next; next == "" {
			break
		}
		if told.Count >= mostLogRows {
			out = csv.AppendRow(out, "更早的没有列出，请把日期改早再导出")
			break
		}
	}
	if err := s.Audit.AppendAudit(c.UserContext(), told); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="zoufang-log.csv"`)
	return c.Send(out)
}
