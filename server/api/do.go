package api

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// do makes a route of a handler: its parameters and body are I, its answer O.
func do[I, O any](h func(context.Context, *caller, *I) (*O, error)) func(*API, huma.Operation) {
	return func(a *API, op huma.Operation) {
		huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
			who := callerOf(ctx)
			out, err := h(ctx, who, in)
			if err != nil {
				who.c.Locals(failedKey{}, problemOf(err))
				return nil, &Problem{Status: 500}
			}
			return out, nil
		})
	}
}

// answer is what a handler gives back in the body.
type answer[T any] struct{ Body T }

func answered[T any](body T) *answer[T] { return &answer[T]{body} }

// Raw is JSON as it stands.
type Raw json.RawMessage

// MarshalJSON writes it.
func (r Raw) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON keeps it.
func (r *Raw) UnmarshalJSON(b []byte) error { *r = append((*r)[:0], b...); return nil }

// Schema says that it may be anything.
func (Raw) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func timeOf(ms int64) time.Time { return time.UnixMilli(ms) }
