package api

import (
	"context"
	"strings"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

// AuditBy is what the account log is narrowed by.
type AuditBy struct {
	From   string   `query:"from" format:"date" doc:"The first day."`
	To     string   `query:"to" format:"date" doc:"The last day."`
	Kind   string   `query:"kind" minLength:"1" maxLength:"64"`
	Who    string   `query:"who" minLength:"1" maxLength:"64" doc:"The id of who did it, or whose account it was tried on."`
	Record string   `query:"record" minLength:"1" maxLength:"64" doc:"The id of what it was done to: a record, an account, a held line."`
	Area   []string `query:"area,explode" minItems:"1" maxItems:"100"` // see areaParameter
}

func (b *AuditBy) find() (q desk.LogQuery, err error) {
	q = desk.LogQuery{From: b.From, To: b.To, Kind: zoufang.AuditKind(b.Kind), Who: zoufang.UserID(b.Who), Record: zoufang.RecordID(b.Record)}
	q.Areas, err = areasOf(b.Area)
	return q, err
}

type auditIn struct {
	AuditBy
	Ordering
	Paging
}

type auditAnswer struct {
	At   int64             `json:"at" doc:"Unix ms"`
	Kind zoufang.AuditKind `json:"kind"`
	Who  struct {
		ID   zoufang.UserID `json:"id"`
		Name string         `json:"name"`
	} `json:"who"`
	Record zoufang.RecordID `json:"record,omitempty"`
	Device zoufang.DeviceID `json:"device,omitempty"`
	Field  string           `json:"field,omitempty"`
	Why    string           `json:"why,omitempty"`
	From   string           `json:"from,omitempty"`
	OK     bool             `json:"ok"`
	Count  int64            `json:"count,omitempty" doc:"How many that were alike it stands for, where that is more than one."`
}

func (a *API) audit(ctx context.Context, who *caller, in *auditIn) (*answer[page[auditAnswer]], error) {
	if strings.ContainsFunc(in.After, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef-", r) }) {
		return nil, problem.Of(problem.Parameter)
	}
	q, err := in.find()
	if err != nil {
		return nil, err
	}
	q.Oldest, q.After, q.Limit = in.oldest(), in.After, in.Limit
	entries, next, err := a.cfg.Desk.Log(ctx, who.user, q)
	if err != nil {
		return nil, parameter(err)
	}
	by, exact, err := a.cfg.Desk.LogCount(ctx, who.user, q)
	if err != nil {
		return nil, err
	}
	rows := make([]auditAnswer, len(entries))
	for i, e := range entries {
		rows[i] = auditAnswer{At: e.At, Kind: e.What, Record: e.Record, Device: e.Device, Field: e.Field, Why: e.Why, From: e.From, OK: e.OK}
		rows[i].Who.ID, rows[i].Who.Name = e.Who, e.WhoName
		if e.Count > 1 {
			rows[i].Count = e.Count
		}
	}
	return pageOf(rows, next, sum(by), exact), nil
}

func sum[K comparable](by map[K]int) (n int) {
	for _, of := range by {
		n += of
	}
	return n
}

type auditCountsIn struct {
	AuditBy
	By []string `query:"by" required:"true" minItems:"1" enum:"kind" doc:"Facets, by comma."`
}

func (a *API) auditCounts(ctx context.Context, who *caller, in *auditCountsIn) (*answer[tallies], error) {
	q, err := in.find()
	if err != nil {
		return nil, err
	}
	by, exact, err := a.cfg.Desk.LogCount(ctx, who.user, q)
	if err != nil {
		return nil, parameter(err)
	}
	return tally(in.By, sum(by), exact, map[string]map[string]int{"kind": plain(by)}), nil
}
