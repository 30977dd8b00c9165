package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/storage"
)

type RecordIn struct {
	ID string `path:"id" doc:"The record's id."`
}

func (a *API) whole(k *zoufang.Kind) func(context.Context, *caller, *RecordIn) (*answer[Raw], error) {
	return func(ctx context.Context, who *caller, in *RecordIn) (*answer[Raw], error) {
		w, err := a.cfg.Desk.From(who.from).Whole(ctx, who.user, k.Name, zoufang.RecordID(in.ID))
		if err != nil {
			return nil, err
		}
		out := w.FoundRow.Members()
		out["record"] = Raw(w.Row[len(`{"row":`) : len(w.Row)-1])
		sections := []any{}
		for _, s := range w.View {
			fields := []any{}
			for _, f := range s.Fields {
				one := map[string]any{"field": f.Field, "label": f.Label, "value": Raw(f.Value), "text": f.Text}
				if f.Conflict {
					one["conflict"] = true
				}
				fields = append(fields, one)
			}
			sections = append(sections, map[string]any{"title": s.Title, "fields": fields})
		}
		out["view"] = map[string]any{"title": w.Title, "sections": sections}
		if w.Seen != "" {
			out["seen"] = w.Seen
		}
		return answered(Raw(zoufang.ValueOf(out))), nil
	}
}

type eventAnswer struct {
	ID    zoufang.CommitID `json:"id"`
	At    int64            `json:"at" doc:"Unix ms, as far as the server can vouch for it."`
	Who   string           `json:"who"`
	When  string           `json:"when"`
	Span  string           `json:"span"`
	Note  string           `json:"note,omitempty"`
	Staff bool             `json:"staff"`
	Lines []string         `json:"lines" nullable:"false"`
}

type historyAnswer struct {
	Events  []eventAnswer `json:"events" nullable:"false"`
	Earlier string        `json:"earlier,omitempty" doc:"That there was more before."`
}

func (a *API) history(k *zoufang.Kind) func(context.Context, *caller, *RecordIn) (*answer[historyAnswer], error) {
	return func(ctx context.Context, who *caller, in *RecordIn) (*answer[historyAnswer], error) {
		events, earlier, err := a.cfg.Desk.From(who.from).Events(ctx, who.user, k.Name, zoufang.RecordID(in.ID))
		if err != nil {
			return nil, err
		}
		out := historyAnswer{Events: []eventAnswer{}, Earlier: earlier}
		for _, e := range events {
			out.Events = append(out.Events, eventAnswer{e.ID, e.At, e.Who, e.When, e.Span, e.Note, e.Staff, append([]string{}, e.Lines...)})
		}
		return answered(out), nil
	}
}

type openIn struct {
	RecordIn
	Keyed
	Body struct {
		Field string `json:"field" maxLength:"120"`
		Why   string `json:"why" minLength:"1" maxLength:"300" doc:"Why it is opened: it stays in the account log."`
	}
}

type openAnswer struct {
	Value  Raw   `json:"value"`
	Values []Raw `json:"values,omitempty" doc:"All of them, where there are several."`
}

func (a *API) open(k *zoufang.Kind) func(context.Context, *caller, *openIn) (*answer[openAnswer], error) {
	return func(ctx context.Context, who *caller, in *openIn) (*answer[openAnswer], error) {
		values, err := a.cfg.Desk.Open(ctx, who.user, k.Name, zoufang.RecordID(in.ID), in.Body.Field, in.Body.Why, who.from)
		if err != nil {
			return nil, err
		}
		out := openAnswer{Value: Raw(values[0])}
		if len(values) > 1 {
			for _, v := range values {
				out.Values = append(out.Values, Raw(v))
			}
		}
		return answered(out), nil
	}
}

type mediumIn struct {
	RecordIn
	SHA256 string `path:"sha256" doc:"The medium's name."`
	Range  string `header:"Range" doc:"One range of bytes."`
}

// mediaAnswers are what a medium is sent as.
var mediaAnswers = func() map[string]*huma.Response {
	sent := func(what string) *huma.Response {
		return &huma.Response{Description: what, Content: map[string]*huma.MediaType{
			"image/*": {}, "audio/*": {}, "application/octet-stream": {}}}
	}
	return map[string]*huma.Response{"200": sent("The medium."), "206": sent("The part of it that was asked for.")}
}()

// medium sends a medium that a record names, whole or in part. No browser keeps it.
func (a *API) medium(k *zoufang.Kind) func(context.Context, *caller, *mediumIn) (*huma.StreamResponse, error) {
	return func(ctx context.Context, who *caller, in *mediumIn) (*huma.StreamResponse, error) {
		m, err := a.cfg.Desk.From(who.from).MediumOf(ctx, who.user, k.Name, zoufang.RecordID(in.ID), zoufang.Digest(in.SHA256))
		if err != nil {
			return nil, err
		}
		o, err := a.cfg.Blobs.Open(ctx, m.Digest)
		if errors.Is(err, storage.ErrNotFound) {
			return nil, fmt.Errorf("a medium known as stored has no object")
		}
		if err != nil {
			return nil, err
		}
		kind, taken := zoufang.MediumType(m.Type)
		if !taken {
			kind = "application/octet-stream"
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			c := humafiber.Unwrap(hc)
			c.Status(http.StatusOK)
			c.Set(fiber.HeaderContentType, kind)
			c.Set(fiber.HeaderContentDisposition, "inline")
			if err := fiberapp.SendPart(c, o, o.Size, ""); err != nil { // closes it
				c.Locals(failedKey{}, err)
			}
		}}, nil
	}
}
