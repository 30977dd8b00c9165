package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zoufang/internal/problem"
	"zoufang/server/hooks"
	"zoufang/storage"
)

type hookIn struct {
	Keyed
	Body struct {
		URL    string   `json:"url" maxLength:"1000" doc:"Where pages of changes are posted to: https://, or http:// within a network of one's own."`
		Kinds  []string `json:"kinds,omitempty" maxItems:"20" doc:"Of records of these kinds alone (visits, persons); what left an area is always told."`
		Secret string   `json:"secret" minLength:"16" maxLength:"200" doc:"What Zoufang-Signature is made with: t=<Unix s>,v1=<hex HMAC-SHA256 of t.body>."`
		After  string   `json:"after,omitempty" maxLength:"12000" doc:"A place of GET /changes to begin behind; without it, from now on."`
	}
}

func (a *API) addHook(ctx context.Context, who *caller, in *hookIn) (*answer[jobAnswer], error) {
	kinds, err := who.hooked(in.Body.Kinds)
	if err != nil {
		return nil, err
	}
	key := ""
	if in.Key != "" {
		key = who.key + "\n" + in.Key
	}
	id, err := a.cfg.Hooks.Add(ctx, who.user, hooks.Ask{URL: in.Body.URL, Kinds: kinds, Secret: in.Body.Secret, After: in.Body.After, Key: key}, who.from)
	for _, wrong := range []error{hooks.ErrURL, hooks.ErrSecret, hooks.ErrKind, hooks.ErrPlace} {
		if errors.Is(err, wrong) {
			return nil, problem.Of(problem.Body).Because(err)
		}
	}
	if errors.Is(err, hooks.ErrMany) {
		return nil, problem.Of(problem.SlowDown)
	}
	return answered(jobAnswer{id}), err
}

// hooked holds a token of some kinds to them.
func (who *caller) hooked(asked []string) ([]string, error) {
	if len(asked) == 0 || len(who.may.Kinds) == 0 {
		return append(asked, who.may.Kinds...), nil
	}
	for _, k := range asked {
		if !slices.Contains(who.may.Kinds, strings.TrimSuffix(k, "s")) {
			return nil, problem.Of(problem.Right)
		}
	}
	return asked, nil
}

func (a *API) hooks(ctx context.Context, who *caller, _ *struct{}) (*answer[page[hooks.Status]], error) {
	all, err := a.cfg.Hooks.List(ctx, who.user)
	if err != nil {
		return nil, err
	}
	return pageOf(all, "", len(all), true), nil
}

func (a *API) hook(ctx context.Context, who *caller, in *JobID) (*answer[hooks.Status], error) {
	return hookOf(a.cfg.Hooks.Get(ctx, who.user, in.ID))
}

func (a *API) resumeHook(ctx context.Context, who *caller, in *stepIn) (*answer[hooks.Status], error) {
	return hookOf(a.cfg.Hooks.Resume(ctx, who.user, in.ID))
}

func hookOf(s hooks.Status, err error) (*answer[hooks.Status], error) {
	if errors.Is(err, storage.ErrNotFound) {
		err = problem.Of(problem.NotFound)
	}
	if err != nil {
		return nil, err
	}
	return answered(s), nil
}

func (a *API) dropHook(ctx context.Context, who *caller, in *JobID) (*struct{}, error) {
	err := a.cfg.Hooks.Drop(ctx, who.user, in.ID, who.from)
	if errors.Is(err, storage.ErrNotFound) {
		err = problem.Of(problem.NotFound)
	}
	return nil, err
}
