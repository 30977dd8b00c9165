package api

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/space"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// maxPushed is how many lines one request pushes, as for phones.
const maxPushed = 500

type linesIn struct {
	Keyed
	RawBody []byte `contentType:"application/x-ndjson"`
}

func (a *API) lines(ctx context.Context, who *caller, _ *linesIn) (*huma.StreamResponse, error) {
	if err := a.roomForLines(); err != nil {
		return nil, err
	}
	var read [][]byte
	for _, line := range bytes.Split(who.body, []byte("\n")) {
		if len(line) > 0 {
			read = append(read, line)
		}
	}
	switch {
	case len(read) == 0:
		return nil, problem.Of(problem.Body)
	case len(read) > maxPushed:
		return nil, problem.Of(problem.TooLarge)
	}
	d, made := a.cfg.Desk.From(who.from).Noting("")
	_, err := d.Push(ctx, who.user, who.device(), who.may, read)
	if errors.Is(err, storage.ErrTooLarge) {
		return nil, problem.Of(problem.TooLarge).Because(err)
	}
	if err != nil {
		return nil, err
	}
	if who.wantsObject() {
		out, err := a.made(ctx, d, made)
		if err != nil {
			return nil, err
		}
		return asObject(out.Body), nil
	}
	var answers []intake.Answer
	for _, l := range made.Lines {
		answers = append(answers, l.Answer)
	}
	return asLines(answers), nil
}

// device is what sends the caller's lines: the token, or the console.
func (who *caller) device() zoufang.DeviceID {
	if who.token == nil {
		return zoufang.System
	}
	return zoufang.DeviceID("token " + who.token.ID)
}

// roomForLines refuses lines at the very end of the room there is, as for phones.
func (a *API) roomForLines() error {
	if a.cfg.Space.Level() >= space.NoLines {
		return problem.Of(problem.Busy)
	}
	return nil
}

type giveBackIn struct {
	Keyed
	Body struct {
		Receipts []string `json:"receipts" minItems:"1" maxItems:"1000" nullable:"false" doc:"In the order in which they were given."`
	}
}

func (a *API) giveBack(ctx context.Context, who *caller, in *giveBackIn) (*huma.StreamResponse, error) {
	if err := a.roomForLines(); err != nil {
		return nil, err
	}
	answers, err := a.cfg.Desk.GiveBack(ctx, who.user, who.may, in.Body.Receipts)
	if err != nil {
		return nil, err
	}
	if !who.wantsObject() {
		return asLines(answers), nil
	}
	out := madeAnswer{Lines: []lineAnswer{}}
	for _, l := range answers {
		out.Lines = append(out.Lines, lineOf(l))
	}
	return asObject(out), nil
}

type changesIn struct {
	Kind  []string `query:"kind,explode" minItems:"1" maxItems:"20" doc:"Of records of these kinds alone."`
	Limit int      `query:"limit" minimum:"1" maximum:"200" default:"200"`
	After string   `query:"after" minLength:"1" maxLength:"12000" doc:"What a former answer gave as next."`
}

type changesAnswer struct {
	Rows  []Raw  `json:"rows" nullable:"false" doc:"{\"row\":…} or {\"gone\":{\"id\",\"area\"}}, as protocol §4.3."`
	Next  string `json:"next"`
	More  bool   `json:"more" doc:"There is more now."`
	Again bool   `json:"again,omitempty" doc:"These begin anew: what does not come again is gone."`
}

func (a *API) changes(ctx context.Context, who *caller, in *changesIn) (*answer[changesAnswer], error) {
	kinds := in.Kind
	for _, kind := range kinds {
		if zoufang.KindOf(kind) == nil {
			return nil, problem.Of(problem.Parameter)
		}
		if len(who.may.Kinds) > 0 && !slices.Contains(who.may.Kinds, kind) {
			return nil, problem.Of(problem.Right)
		}
	}
	if len(kinds) == 0 {
		kinds = who.may.Kinds
	}
	found, err := a.cfg.Desk.Changes(ctx, who.user, kinds, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := changesAnswer{Rows: make([]Raw, len(found.Rows)), Next: found.Next, More: found.More, Again: found.Again}
	for i, row := range found.Rows {
		out.Rows[i] = row
	}
	return answered(out), nil
}
