package api

import (
	"context"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/reading"
	"zoufang/server/desk"
)

type heldIn struct {
	Sender string `query:"sender" minLength:"1" maxLength:"64"`
	Code   string `query:"code" enum:"waiting,schema,invalid,scope,author,revoked,stale_state,quota"`
	Paging
}

type heldAnswer struct {
	ID      zoufang.CommitID `json:"id"`
	At      int64            `json:"at" doc:"Receipt, Unix ms"`
	Code    zoufang.HoldCode `json:"code"`
	Rule    zoufang.Rule     `json:"rule,omitempty"`
	Why     string           `json:"why"`
	Sender  zoufang.UserID   `json:"sender"`
	Author  zoufang.UserID   `json:"author"`
	Areas   []zoufang.AreaID `json:"areas" nullable:"false"`
	About   []string         `json:"about" nullable:"false" doc:"What it would do, in words."`
	Brought string           `json:"brought,omitempty" doc:"That it came in a rescue file of unproven origin."`
	Release bool             `json:"release" doc:"Who asks may release it."`
	Reject  bool             `json:"reject"`
}

func (a *API) heldLines(ctx context.Context, who *caller, in *heldIn) (*answer[page[heldAnswer]], error) {
	found, err := a.cfg.Desk.HeldLines(ctx, who.user, desk.HeldFind{Sender: zoufang.UserID(in.Sender), Code: zoufang.HoldCode(in.Code), After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, parameter(err)
	}
	rows := make([]heldAnswer, len(found.Rows))
	for i, l := range found.Rows {
		rows[i] = heldAnswer{l.ID, l.At, l.Code, l.Rule, l.Why, l.Sender, l.Author, append([]zoufang.AreaID{}, l.In...), append([]string{}, l.Lines...), l.Brought, l.Release, l.Reject}
	}
	return pageOf(rows, found.Next, found.Count, found.Exact), nil
}

type usersIn struct {
	Area []string `query:"area,explode" minItems:"1" maxItems:"100"`
	Role string   `query:"role" enum:"coordinator,worker,township,county,auditor,admin"`
	Q    string   `query:"q" minLength:"1" maxLength:"100"`
	Paging
}

type userAnswer struct {
	ID       zoufang.UserID   `json:"id"`
	Name     string           `json:"name"`
	Role     zoufang.Role     `json:"role"`
	Areas    []zoufang.AreaID `json:"areas" nullable:"false"`
	Disabled bool             `json:"disabled"`
}

func (a *API) users(ctx context.Context, who *caller, in *usersIn) (*answer[page[userAnswer]], error) {
	areas, err := areasOf(in.Area)
	if err != nil {
		return nil, err
	}
	all, err := a.cfg.Desk.AccountsOf(ctx, who.user)
	if err != nil {
		return nil, err
	}
	words := reading.QueryOf(in.Q)
	var rows []userAnswer
	for _, u := range all {
		asked := len(areas) == 0 || slices.ContainsFunc(u.Areas, func(mine zoufang.AreaID) bool {
			return slices.ContainsFunc(areas, func(wide zoufang.AreaID) bool { return wide.Covers(mine) })
		})
		if asked && (in.Role == "" || string(u.Role) == in.Role) && words.Finds(reading.NameOf(u.Name)) {
			rows = append(rows, userAnswer{u.ID, u.Name, u.Role, append([]zoufang.AreaID{}, u.Areas...), u.Disabled})
		}
	}
	return cut(rows, in.Paging, func(u userAnswer) string { return string(u.ID) })
}

type devicesIn struct {
	User string `query:"user" minLength:"1" maxLength:"64"`
	Paging
}

type deviceAnswer struct {
	ID       zoufang.DeviceID `json:"id"`
	User     zoufang.UserID   `json:"user"`
	Name     string           `json:"name"`
	Platform string           `json:"platform"`
	App      string           `json:"app"`
	Enrolled int64            `json:"enrolled" doc:"Unix ms"`
	Seen     int64            `json:"seen" doc:"Unix ms of the last exchange; 0: none"`
	Revoked  *int64           `json:"revoked" doc:"Unix ms; null while live"`
}

func (a *API) devices(ctx context.Context, who *caller, in *devicesIn) (*answer[page[deviceAnswer]], error) {
	all, err := a.cfg.Desk.PhonesOf(ctx, who.user)
	if err != nil {
		return nil, err
	}
	var rows []deviceAnswer
	for _, d := range all {
		if in.User != "" && string(d.User) != in.User {
			continue
		}
		row := deviceAnswer{ID: d.ID, User: d.User, Name: d.Name, Platform: d.Platform, App: d.App, Enrolled: d.Enrolled, Seen: d.Seen}
		if d.Revoked != 0 {
			row.Revoked = &d.Revoked
		}
		rows = append(rows, row)
	}
	return cut(rows, in.Paging, func(d deviceAnswer) string { return string(d.ID) })
}

// cut gives a page of rows that are all there: what comes behind the one named by
// after, in their order.
func cut[T any](rows []T, p Paging, id func(T) string) (*answer[page[T]], error) {
	count, next := len(rows), ""
	if p.After != "" {
		b, err := b64.DecodeString(p.After)
		i := slices.IndexFunc(rows, func(r T) bool { return id(r) == string(b) })
		if err != nil || i < 0 {
			return nil, problem.Of(problem.Parameter)
		}
		rows = rows[i+1:]
	}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		next = b64.EncodeToString([]byte(id(rows[len(rows)-1])))
	}
	return pageOf(rows, next, count, true), nil
}

type auditIn struct {
	From string `query:"from" format:"date"`
	To   string `query:"to" format:"date"`
	Kind string `query:"kind" minLength:"1" maxLength:"64"`
	Who  string `query:"who" minLength:"1" maxLength:"64"`
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
	entries, next, err := a.cfg.Desk.Log(ctx, who.user, desk.LogQuery{From: in.From, To: in.To, Kind: zoufang.AuditKind(in.Kind), Who: zoufang.UserID(in.Who), After: in.After, Limit: in.Limit})
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
	return pageOf(rows, next, len(rows), next == "" && in.After == ""), nil
}
