package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/server/desk"
	"zoufang/server/ledger"
)

type exportIn struct {
	Keyed
	Body struct {
		Kind    string              `json:"kind" enum:"visits,households,persons,requests,cards"`
		Format  string              `json:"format" enum:"csv,xlsx,json,zip"`
		Filter  map[string][]string `json:"filter,omitempty" doc:"The facets of the kind, and area, from, to, q, order, as lists have them; each a list of values."`
		OpenWhy string              `json:"open_why,omitempty" maxLength:"300" doc:"Why ID numbers are wanted in the clear: it stays in the account log."`
	}
}

// JobID is the id of a job in an address.
type JobID struct {
	ID string `path:"id" maxLength:"64"`
}

type jobAnswer struct {
	ID string `json:"id"`
}

func (a *API) export(ctx context.Context, who *caller, in *exportIn) (*answer[jobAnswer], error) {
	if in.Body.OpenWhy != "" && who.token != nil && who.token.Read {
		return nil, problem.Of(problem.Right) // as it opens no single value
	}
	if err := who.mayTake(in.Body.Kind); err != nil {
		return nil, err
	}
	key := in.Key
	if key != "" {
		key = who.key + "\n" + key
	}
	id, err := a.cfg.Ledger.Export(ctx, who.user, ledger.Ask{Kind: in.Body.Kind, Format: in.Body.Format, Filter: in.Body.Filter, OpenWhy: in.Body.OpenWhy, Key: key}, who.from)
	if err != nil {
		return nil, parameter(err)
	}
	return answered(jobAnswer{id}), nil
}

// mayTake holds a token of some kinds to them.
func (who *caller) mayTake(plural string) error {
	if len(who.may.Kinds) > 0 && !slices.Contains(who.may.Kinds, desk.Sheeted[plural]) {
		return problem.Of(problem.Right)
	}
	return nil
}

type exportAnswer struct {
	ledger.Status
	URL string `json:"url,omitempty" doc:"Where its file is, once it is done."`
}

func exportOf(s ledger.Status) exportAnswer {
	out := exportAnswer{Status: s}
	if s.Made != nil {
		out.URL = prefix + "/exports/" + s.ID + "/file"
	}
	return out
}

func (a *API) exports(ctx context.Context, who *caller, _ *struct{}) (*answer[page[exportAnswer]], error) {
	all, err := a.cfg.Ledger.Exports(ctx, who.user)
	if err != nil {
		return nil, err
	}
	var rows []exportAnswer
	for _, s := range all {
		if who.mayTake(s.Kind) == nil {
			rows = append(rows, exportOf(s))
		}
	}
	return pageOf(rows, "", len(rows), true), nil
}

func (a *API) exportState(ctx context.Context, who *caller, in *JobID) (*answer[exportAnswer], error) {
	s, err := a.cfg.Ledger.Status(ctx, who.user, in.ID)
	if err == nil {
		err = who.mayTake(s.Kind)
	}
	if err != nil {
		return nil, err
	}
	return answered(exportOf(s)), nil
}

type fileIn struct {
	JobID
	Range   string `header:"Range" doc:"One range of bytes."`
	IfRange string `header:"If-Range" doc:"The ETag that the part goes with."`
}

var fileAnswers = func() map[string]*huma.Response {
	sent := func(what string) *huma.Response {
		return &huma.Response{Description: what, Content: map[string]*huma.MediaType{"application/octet-stream": {}}, Headers: map[string]*huma.Header{
			"Digest": {Description: "sha-256= and the sum of the whole file, in base64.", Schema: schemaOf(huma.TypeString)}}}
	}
	return map[string]*huma.Response{"200": sent("The file."), "206": sent("The part of it that was asked for.")}
}()

func (a *API) exportFile(ctx context.Context, who *caller, in *fileIn) (*huma.StreamResponse, error) {
	s, err := a.cfg.Ledger.Status(ctx, who.user, in.ID)
	if err == nil {
		err = who.mayTake(s.Kind)
	}
	if err != nil {
		return nil, err
	}
	r, err := a.cfg.Ledger.Open(context.WithoutCancel(ctx), who.user, in.ID) // it is read after this handler
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humafiber.Unwrap(hc)
		c.Status(http.StatusOK)
		mark := `"` + string(r.SHA256) + `"`
		c.Set(fiber.HeaderContentType, r.Type)
		c.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(r.Name))
		c.Set(fiber.HeaderETag, mark)
		c.Set("Digest", "sha-256="+base64Of(r.SHA256))
		if err := fiberapp.SendPart(c, r, r.Bytes, mark); err != nil { // closes it
			c.Locals(failedKey{}, err)
		}
	}}, nil
}

func (a *API) endExport(ctx context.Context, who *caller, in *JobID) (*struct{}, error) {
	s, err := a.cfg.Ledger.Status(ctx, who.user, in.ID)
	if err == nil {
		err = who.mayTake(s.Kind)
	}
	if err == nil {
		err = a.cfg.Ledger.Cancel(ctx, who.user, in.ID)
	}
	return nil, err
}
