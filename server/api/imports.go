package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/ledger"
)

func base64Of(d zoufang.Digest) string {
	b, _ := hex.DecodeString(string(d)) // what a ledger gives is one
	return base64.StdEncoding.EncodeToString(b)
}

type listFormIn struct {
	Keyed
	RawBody []byte `contentType:"multipart/form-data"`
}

// mostParts bounds the fields of a form.
const mostParts = 8

// form reads the fields of a form, each once.
func (who *caller) form() (map[string][]byte, error) {
	_, params, err := mime.ParseMediaType(who.c.Get(fiber.HeaderContentType))
	if err != nil {
		return nil, problem.Of(problem.Type)
	}
	out := map[string][]byte{}
	for r := multipart.NewReader(bytes.NewReader(who.body), params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil || out[p.FormName()] != nil || len(out) == mostParts {
			return nil, problem.Of(problem.Body)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return nil, problem.Of(problem.Body)
		}
		out[p.FormName()] = append([]byte{}, b...)
	}
}

func (a *API) bringList(ctx context.Context, who *caller, in *listFormIn) (*answer[ledger.Import], error) {
	if err := errors.Join(who.mayTake("households"), who.mayTake("persons")); err != nil {
		return nil, problem.Of(problem.Right)
	}
	form, err := who.form()
	if err != nil {
		return nil, err
	}
	list := ledger.List{Area: zoufang.AreaOf(string(form["area"])), File: form["file"]}
	if string(form["kind"]) != "roster" || list.Area == "" || form["file"] == nil {
		return nil, problem.Of(problem.Body)
	}
	if columns := form["columns"]; len(columns) > 0 && json.Unmarshal(columns, &list.Columns) != nil {
		return nil, problem.Of(problem.Body)
	}
	if in.Key != "" {
		list.Key = who.key + "\n" + in.Key
	}
	seen, err := a.cfg.Ledger.Preview(ctx, who.user, list)
	if err != nil {
		return nil, err
	}
	return answered(seen), nil
}

func (a *API) importState(ctx context.Context, who *caller, in *JobID) (*answer[ledger.Import], error) {
	s, err := a.cfg.Ledger.Imported(ctx, who.user, in.ID)
	if err != nil {
		return nil, err
	}
	return answered(s), nil
}

type differencesIn struct {
	JobID
	Page int `query:"page" minimum:"0" maximum:"100000" default:"0" doc:"Of 200 differences, from 0."`
}

type differencesAnswer struct {
	Rows []ledger.Difference `json:"rows" nullable:"false"`
}

func (a *API) differences(ctx context.Context, who *caller, in *differencesIn) (*answer[differencesAnswer], error) {
	rows, err := a.cfg.Ledger.Differences(ctx, who.user, in.ID, in.Page)
	if err != nil {
		return nil, err
	}
	return answered(differencesAnswer{rows}), nil
}

type stepIn struct {
	JobID
	Keyed
}

func (a *API) applyList(ctx context.Context, who *caller, in *stepIn) (*answer[ledger.Import], error) {
	return a.step(who, func() (ledger.Import, error) { return a.cfg.Ledger.Apply(ctx, who.user, in.ID, who.from) })
}

func (a *API) undoList(ctx context.Context, who *caller, in *stepIn) (*answer[ledger.Import], error) {
	return a.step(who, func() (ledger.Import, error) { return a.cfg.Ledger.Undo(ctx, who.user, in.ID, who.from) })
}

func (a *API) step(who *caller, do func() (ledger.Import, error)) (*answer[ledger.Import], error) {
	if who.mayTake("households") != nil || who.mayTake("persons") != nil {
		return nil, problem.Of(problem.Right)
	}
	s, err := do()
	if err != nil {
		return nil, err
	}
	return answered(s), nil
}
