package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
	"zoufang/sync/intake"
)

// Keyed is the header that every POST takes.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same for every try of one request: what came about is told, and not done twice."`
}

// page is what the lines of one request bear, however often it is tried: it follows
// from the key, who asks and what for. "" without a key.
func (who *caller) page(key string) string {
	if key == "" {
		return ""
	}
	h := sha256.New()
	for _, part := range []string{who.key, key, who.c.Method(), who.c.Path(), string(who.body)} {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return "api " + hex.EncodeToString(h.Sum(nil))[:32]
}

// lineAnswer is what became of a line.
type lineAnswer struct {
	ID   zoufang.CommitID `json:"id"`
	R    string           `json:"r" enum:"ok,dup,held"`
	Code zoufang.HoldCode `json:"code,omitempty" doc:"Why it is held."`
	Rule zoufang.Rule     `json:"rule,omitempty"`
	Item int64            `json:"item,omitempty" doc:"Which item is at fault, from 1."`
}

type madeAnswer struct {
	Lines   []lineAnswer `json:"lines" nullable:"false"`
	Receipt string       `json:"receipt,omitempty" doc:"The lines, sealed: keep it until safe_at has passed, and give it back after a restore."`
}

func lineOf(l intake.Answer) lineAnswer {
	return lineAnswer{l.ID, l.R, l.Code, l.Rule, int64(l.Item)}
}

// made answers with what a desk has written.
func (a *API) made(ctx context.Context, d *desk.Desk, made *desk.Made) (*answer[madeAnswer], error) {
	receipt, err := d.Receipt(ctx, made)
	if err != nil {
		return nil, err
	}
	out := madeAnswer{Lines: []lineAnswer{}, Receipt: receipt}
	for _, l := range made.Lines {
		out.Lines = append(out.Lines, lineOf(l.Answer))
	}
	return answered(out), nil
}

// Decision is what a reviewer decides of a visit.
type Decision struct {
	Decision string    `json:"decision" enum:"approved,returned"`
	Seen     string    `json:"seen" maxLength:"64" doc:"The mark of what was shown."`
	Comments []comment `json:"comments,omitempty" maxItems:"20"`
}

type comment struct {
	Field string `json:"field" minLength:"1" maxLength:"120" doc:"A field's name; visit for all of it."`
	Text  string `json:"text" maxLength:"300"`
}

func (d *Decision) asked() desk.Decision {
	out := desk.Decision{To: d.Decision, Seen: d.Seen, Comments: map[string]string{}}
	for _, c := range d.Comments {
		if before := out.Comments[c.Field]; before != "" {
			c.Text = before + "\n" + c.Text
		}
		out.Comments[c.Field] = c.Text
	}
	return out
}

type decideIn struct {
	RecordIn
	Keyed
	Body Decision
}

func (a *API) decide(ctx context.Context, who *caller, in *decideIn) (*answer[madeAnswer], error) {
	d, made := a.cfg.Desk.From(who.from).Noting(who.page(in.Key))
	if err := d.Decide(ctx, who.user, zoufang.RecordID(in.ID), in.Body.asked()); err != nil {
		return nil, err
	}
	return a.made(ctx, d, made)
}

type decideManyIn struct {
	Keyed
	Body struct {
		Decisions []decisionOf `json:"decisions" minItems:"1" maxItems:"100" nullable:"false"`
	}
}

type decisionOf struct {
	ID string `json:"id" maxLength:"64"`
	Decision
}

type manyAnswer struct {
	Results []manyResult `json:"results" nullable:"false" doc:"In the order asked."`
	Receipt string       `json:"receipt,omitempty"`
}

type manyResult struct {
	ID    zoufang.RecordID `json:"id"`
	Lines []lineAnswer     `json:"lines" nullable:"false"`
	Code  string           `json:"code,omitempty" doc:"Why it did not come about: the code that a problem would have."`
}

func (a *API) decideMany(ctx context.Context, who *caller, in *decideManyIn) (*answer[manyAnswer], error) {
	d, made := a.cfg.Desk.From(who.from).Noting(who.page(in.Key))
	out := manyAnswer{Results: []manyResult{}}
	for i := range in.Body.Decisions {
		one := &in.Body.Decisions[i]
		before := len(made.Lines)
		result := manyResult{ID: zoufang.RecordID(one.ID), Lines: []lineAnswer{}}
		if err := d.Decide(ctx, who.user, result.ID, one.asked()); err != nil {
			var p *problem.Problem
			if !errors.As(problemOf(err), &p) {
				return nil, err
			}
			result.Code = string(p.Code)
		}
		for _, l := range made.Lines[min(before, len(made.Lines)):] {
			result.Lines = append(result.Lines, lineOf(l.Answer))
		}
		out.Results = append(out.Results, result)
	}
	var err error
	out.Receipt, err = d.Receipt(ctx, made)
	return answered(out), err
}

type settleIn struct {
	RecordIn
	Keyed
	Body struct {
		Field string `json:"field" minLength:"1" maxLength:"120"`
		Pick  string `json:"pick,omitempty" maxLength:"64" doc:"The commit that wrote the value which is to stay."`
		Value Raw    `json:"value,omitempty" doc:"Or a value that is neither."`
		Seen  string `json:"seen" maxLength:"64"`
	}
}

func (a *API) settle(ctx context.Context, who *caller, in *settleIn) (*answer[madeAnswer], error) {
	d, made := a.cfg.Desk.From(who.from).Noting(who.page(in.Key))
	id, b := zoufang.RecordID(in.ID), in.Body
	var err error
	switch {
	case (b.Pick == "") == (len(b.Value) == 0):
		return nil, problem.Of(problem.Body)
	case b.Pick != "":
		err = d.Settle(ctx, who.user, "", id, b.Field, zoufang.CommitID(b.Pick), b.Seen)
	default:
		err = d.SettleBy(ctx, who.user, "", id, b.Field, zoufang.Value(b.Value), b.Seen)
	}
	if desk.Refused(err, desk.Guarded) {
		return nil, problem.Of(problem.NotFound)
	}
	if err != nil {
		return nil, err
	}
	return a.made(ctx, d, made)
}

type decideHeldIn struct {
	ID string `path:"id" doc:"The line's id."`
	Keyed
	Body struct {
		Decision string `json:"decision" enum:"release,reject,amend"`
		Why      string `json:"why" minLength:"1" maxLength:"300" doc:"Its author reads it."`
		Items    Raw    `json:"items,omitempty" doc:"What takes its place, as items stand in a line (protocol §2); of amend alone."`
	}
}

func (a *API) decideHeld(ctx context.Context, who *caller, in *decideHeldIn) (*answer[madeAnswer], error) {
	d, made := a.cfg.Desk.From(who.from).Noting(who.page(in.Key))
	id, b := zoufang.CommitID(in.ID), in.Body
	var err error
	switch {
	case (b.Decision == "amend") != (len(b.Items) > 0):
		return nil, problem.Of(problem.Body)
	case b.Decision == "amend":
		err = d.Amend(ctx, who.user, id, zoufang.Value(b.Items), b.Why)
	default:
		_, err = d.DecideHeld(ctx, who.user, id, zoufang.Ruling(b.Decision), b.Why, who.from)
	}
	if err != nil {
		return nil, err
	}
	return a.made(ctx, d, made)
}
