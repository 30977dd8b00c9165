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
	Only     []choice // what the log is narrowed by beside: the name of a parameter, its value
	Rows     []logRow
	Older    string // the address of the next page
	All      string // and of the log without Only
	Sheet    string // and of all as CSV
}

type choice struct {
	Value, Text string
	Here        bool
}

type logRow struct {
	When, What, Who, About, From, More string
	Href                               string // of what it is about
	ByWho, ByRecord                    string // the addresses of the log of whoever it was, and of that
	Bad                                bool
}

// AccountLog lists who signed in or tried to, and what became of accounts and phones
// (账号日志).
func (s *Staff) AccountLog(c *fiber.Ctx, u *zoufang.User) error {
	asked := func(name string) string { return strings.Clone(c.Query(name)) }
	q := desk.LogQuery{From: asked("from"), To: asked("to"), Kind: zoufang.AuditKind(asked("kind")), Who: zoufang.UserID(asked("who")),
		Record: zoufang.RecordID(asked("record")), After: asked("after"), Limit: logRows}
	kinds := zoufang.AuditKinds()
	if q.Kind != "" && !slices.Contains(kinds, q.Kind) || len(q.After) > 64 || len(q.Who) > 64 || len(q.Record) > 64 {
		return problem.Of(problem.NotFound)
	}
	if _, _, wrong := zoufang.Days(q.From, q.To); asked("as") == "csv" && wrong == nil {
		return s.logSheet(c, u, q)
	}
	p := logPage{From: q.From, To: q.To, All: logHref(desk.LogQuery{From: q.From, To: q.To, Kind: q.Kind}), Sheet: logHref(q, "as", "csv")}
	for _, only := range []choice{{Value: string(q.Who), Text: "who"}, {Value: string(q.Record), Text: "record"}} {
		if only.Value != "" {
			p.Only = append(p.Only, only)
		}
	}
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
		p.Older = logHref(q, "after", next)
	}
	return s.show(c, fiber.StatusOK, "log", sheet{Title: "账号日志", User: u, Body: p})
}

// logHref is where the log is, narrowed as asked, with one parameter more.
func logHref(q desk.LogQuery, more ...string) string {
	query := url.Values{}
	for name, v := range map[string]string{"from": q.From, "to": q.To, "kind": string(q.Kind), "who": string(q.Who), "record": string(q.Record)} {
		if v != "" {
			query.Set(name, v)
		}
	}
	if len(more) == 2 {
		query.Set(more[0], more[1])
	}
	if len(query) == 0 {
		return logAt
	}
	return logAt + "?" + query.Encode()
}

// fieldWords are what an entry's field is called.
var fieldWords = map[string]string{"areas": "区划", "role": "角色", "grants": "另给的权限", desk.OpenedHarm: "孩子可能受到伤害的报告", "audit": "账号日志"}

// ruled are the kinds that tell of a word over a held line.
var ruled = []zoufang.AuditKind{zoufang.AuditHeldReleased, zoufang.AuditHeldRejected, zoufang.AuditHeldAmended}

func (s *Staff) logRow(e desk.LogEntry, u *zoufang.User) logRow {
	r := logRow{When: s.Desk.When(e), What: e.What.Label().Zh, Who: e.WhoName, From: e.From, Bad: !e.OK}
	if r.Who != "" {
		r.ByWho = logHref(desk.LogQuery{Who: e.Who})
	}
	if string(e.Record) != string(e.Who) {
		r.About = e.RecordName
	}
	if slices.Contains(ruled, e.What) {
		r.About, e.Field = "这一行", s.Desk.HeldWord(zoufang.HoldCode(e.Field))
	}
	if r.About != "" {
		r.ByRecord = logHref(desk.LogQuery{Record: e.Record})
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
