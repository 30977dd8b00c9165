package api

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/catalog"
	"zoufang/server/desk"
)

// Narrowing are the parameters that all lists and counts have, beside their facets.
type Narrowing struct {
	Area []string `query:"area,explode" minItems:"1" maxItems:"100"` // see areaParameter
	From string   `query:"from" format:"date" doc:"The first day that a record is about."`
	To   string   `query:"to" format:"date" doc:"The last day."`
	Q    string   `query:"q" minLength:"1" maxLength:"100" doc:"A name, its pinyin or initials."`
}

type listIn struct {
	Narrowing
	Paging
	Order string `query:"order" enum:"-at,at" doc:"By the time a record is about, the newest first unless it says so."`
}

// Paging are the parameters of every list.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of a page."`
	After string `query:"after" minLength:"1" maxLength:"400" doc:"What a former answer gave as next."`
}

// page is a page of rows.
type page[T any] struct {
	Rows  []T     `json:"rows" nullable:"false"`
	Next  *string `json:"next" doc:"What to give as after; null at the end."`
	Count int     `json:"count" doc:"Of all that match, on all pages."`
	Exact bool    `json:"exact" doc:"false: there may be more than count."`
}

func pageOf[T any](rows []T, next string, count int, exact bool) *answer[page[T]] {
	p := page[T]{Rows: append([]T{}, rows...), Count: count, Exact: exact}
	if next != "" {
		p.Next = &next
	}
	return answered(p)
}

// find makes the desk's question of parameters.
func (n *Narrowing) find(k *zoufang.Kind, who *caller) (f desk.Find, err error) {
	f = desk.Find{Kind: k.Name, From: n.From, To: n.To, Text: n.Q, Where: map[string][]string{}}
	if f.Areas, err = areasOf(n.Area); err != nil {
		return f, err
	}
	for _, facet := range k.Facets {
		if values := who.query[facet.Name]; len(values) > 0 {
			f.Where[facet.Name] = values
		}
	}
	return f, nil
}

// areasOf reads codes, whole or begun.
func areasOf(codes []string) (out []zoufang.AreaID, err error) {
	for _, code := range codes {
		area := zoufang.AreaOf(code)
		if area == "" {
			return nil, problem.Of(problem.Parameter)
		}
		out = append(out, area)
	}
	return out, nil
}

func (a *API) list(k *zoufang.Kind) func(context.Context, *caller, *listIn) (*answer[page[Raw]], error) {
	return func(ctx context.Context, who *caller, in *listIn) (*answer[page[Raw]], error) {
		f, err := in.find(k, who)
		if err != nil {
			return nil, err
		}
		if f.After, err = readPlace(in.After); err != nil {
			return nil, err
		}
		f.Limit, f.Oldest = in.Limit, in.Order == "at"
		found, err := a.cfg.Desk.Find(ctx, who.user, f)
		if err != nil {
			return nil, parameter(err)
		}
		rows := make([]Raw, len(found.Rows))
		for i := range found.Rows {
			rows[i] = Raw(zoufang.ValueOf(found.Rows[i].Members()))
		}
		next := ""
		if last := len(found.Rows) - 1; found.More && last >= 0 {
			next = writePlace(catalog.Place{At: found.Rows[last].At, ID: found.Rows[last].ID})
		}
		return pageOf(rows, next, found.Count, true), nil
	}
}

type countsIn struct{ Narrowing }

type countsAnswer struct {
	By    map[string]map[string]int `json:"by" doc:"How many there are under each value of each facet."`
	Count int                       `json:"count"`
}

func (a *API) countBy(k *zoufang.Kind) func(context.Context, *caller, *countsIn) (*answer[countsAnswer], error) {
	return func(ctx context.Context, who *caller, in *countsIn) (*answer[countsAnswer], error) {
		f, err := in.find(k, who)
		if err != nil {
			return nil, err
		}
		f.Count = strings.Split(who.query.Get("by"), ",")
		if slices.ContainsFunc(f.Count, func(facet string) bool { return !countable(k, facet) }) {
			return nil, problem.Of(problem.Parameter)
		}
		found, err := a.cfg.Desk.Find(ctx, who.user, f)
		if err != nil {
			return nil, parameter(err)
		}
		return answered(countsAnswer{found.By, found.Count}), nil
	}
}

var b64 = base64.RawURLEncoding

func writePlace(p catalog.Place) string {
	return b64.EncodeToString([]byte(strconv.FormatInt(p.At, 10) + " " + string(p.ID)))
}

func readPlace(s string) (*catalog.Place, error) {
	if s == "" {
		return nil, nil
	}
	b, err := b64.DecodeString(s)
	at, id, cut := strings.Cut(string(b), " ")
	n, wrong := strconv.ParseInt(at, 10, 64)
	if err != nil || !cut || wrong != nil || !zoufang.RecordID(id).Valid() {
		return nil, problem.Of(problem.Parameter)
	}
	return &catalog.Place{At: n, ID: zoufang.RecordID(id)}, nil
}
