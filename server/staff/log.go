package staff

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

const logRows = 100 // on a page

type logPage struct {
	Kinds    []choice
	From, To string
	Why      string
	Rows     []logRow
	Older    string // the address of the next page
}

type choice struct {
	Value, Text string
	Here        bool
}

type logRow struct {
	When, What, Who, About, From, More string
	Href                               string // of what it is about
	Bad                                bool
}

// AccountLog lists who signed in or tried to, and what became of accounts and phones
// (账号日志).
func (s *Staff) AccountLog(c *fiber.Ctx, u *zoufang.User) error {
	q := desk.LogQuery{From: c.Query("from"), To: c.Query("to"), Kind: zoufang.AuditKind(c.Query("kind")), After: c.Query("after"), Limit: logRows}
	kinds := zoufang.AuditKinds()
	if q.Kind != "" && !slices.Contains(kinds, q.Kind) || len(q.After) > 64 {
		return problem.Of(problem.NotFound)
	}
	p := logPage{From: q.From, To: q.To}
	for _, k := range kinds {
		p.Kinds = append(p.Kinds, choice{string(k), k.Label().Zh, k == q.Kind})
	}
	entries, next, err := s.Desk.Log(c.UserContext(), u, q)
	if errors.Is(err, zoufang.ErrDay) {
		p.From, p.To, p.Why = "", "", "日期要写成 2026-12-01 这样。"
		return s.show(c, fiber.StatusUnprocessableEntity, "log", sheet{Title: "账号日志", User: u, Body: p})
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		p.Rows = append(p.Rows, s.logRow(e, u))
	}
	if next != "" {
		more := url.Values{"after": {next}}
		for name, v := range map[string]string{"from": q.From, "to": q.To, "kind": string(q.Kind)} {
			if v != "" {
				more.Set(name, v)
			}
		}
		p.Older = logAt + "?" + more.Encode()
	}
	return s.show(c, fiber.StatusOK, "log", sheet{Title: "账号日志", User: u, Body: p})
}

// fieldWords are what an entry's field is called.
var fieldWords = map[string]string{"areas": "区划", "role": "角色", "grants": "另给的权限", desk.OpenedHarm: "孩子可能受到伤害的报告"}

func (s *Staff) logRow(e desk.LogEntry, u *zoufang.User) logRow {
	r := logRow{When: s.Desk.When(e), What: e.What.Label().Zh, Who: e.WhoName, From: e.From, Bad: !e.OK}
	if string(e.Record) != string(e.Who) {
		r.About = e.RecordName
	}
	if e.What == zoufang.AuditOpened && u.Role.ReadsRecords() {
		r.About, r.Href = "这一份", address(zoufang.KindRequest, e.Record)
	}
	var more []string
	if e.Count > 1 {
		more = append(more, "共 "+strconv.FormatInt(e.Count, 10)+" 次")
	}
	if e.Field != "" {
		word := fieldWords[e.Field]
		if word == "" {
			word = e.Field
		}
		more = append(more, word)
	}
	if e.Why != "" {
		more = append(more, e.Why)
	}
	r.More = strings.Join(more, "，")
	return r
}
