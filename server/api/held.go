package api

import (
	"context"

	"zoufang"
	"zoufang/server/desk"
)

// HeldBy is what held lines are narrowed by.
type HeldBy struct {
	Sender string   `query:"sender" minLength:"1" maxLength:"64"`
	Code   string   `query:"code" enum:"waiting,schema,invalid,scope,author,revoked,stale_state,quota"`
	Area   []string `query:"area,explode" minItems:"1" maxItems:"100"` // see areaParameter
	From   string   `query:"from" format:"date" doc:"The first day on which a line came."`
	To     string   `query:"to" format:"date" doc:"The last day."`
}

type heldIn struct {
	HeldBy
	Ordering
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

func (b *HeldBy) find() (f desk.HeldFind, err error) {
	f = desk.HeldFind{Sender: zoufang.UserID(b.Sender), Code: zoufang.HoldCode(b.Code), From: b.From, To: b.To}
	f.Areas, err = areasOf(b.Area)
	return f, err
}

func (a *API) heldLines(ctx context.Context, who *caller, in *heldIn) (*answer[page[heldAnswer]], error) {
	f, err := in.find()
	if err != nil {
		return nil, err
	}
	f.Oldest, f.After, f.Limit = in.oldest(), in.After, in.Limit
	found, err := a.cfg.Desk.HeldLines(ctx, who.user, f)
	if err != nil {
		return nil, parameter(err)
	}
	rows := make([]heldAnswer, len(found.Rows))
	for i, l := range found.Rows {
		rows[i] = heldAnswer{l.ID, l.At, l.Code, l.Rule, l.Why, l.Sender, l.Author, append([]zoufang.AreaID{}, l.In...), append([]string{}, l.Lines...), l.Brought, l.Release, l.Reject}
	}
	return pageOf(rows, found.Next, found.Count, found.Exact), nil
}

type heldCountsIn struct {
	HeldBy
	By []string `query:"by" required:"true" minItems:"1" enum:"code,rule" doc:"Facets, by comma."`
}

func (a *API) heldCounts(ctx context.Context, who *caller, in *heldCountsIn) (*answer[tallies], error) {
	f, err := in.find()
	if err != nil {
		return nil, err
	}
	found, err := a.cfg.Desk.HeldLines(ctx, who.user, f)
	if err != nil {
		return nil, parameter(err)
	}
	return tally(in.By, found.Count, found.Exact, map[string]map[string]int{"code": plain(found.By.Code), "rule": plain(found.By.Rule)}), nil
}
