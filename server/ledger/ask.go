package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/server/catalog"
	"zoufang/server/desk"
	"zoufang/storage"
)

// Ask is an export as somebody asks for it.
type Ask struct {
	Kind   string // visits, households, persons, requests, cards
	Format string // see Formats
	// Filter has the facets of the kind, and area, from, to, q, order: what lists are asked by.
	Filter  map[string][]string
	OpenWhy string // why sealed values are wanted in the clear; "": they stay masked
	Key     string // "", or the same for every try of one request: there is one job then
}

// task is an export as its job keeps it.
type task struct {
	Kind    string              `json:"kind"` // of record
	Plural  string              `json:"plural"`
	Format  string              `json:"format"`
	Query   catalog.Query       `json:"query"` // without areas and closed: these are found when it begins
	Wanted  []zoufang.AreaID    `json:"wanted,omitempty"`
	Filter  map[string][]string `json:"filter,omitempty"`
	OpenWhy string              `json:"open_why,omitempty"`
	Round   int64               `json:"round"`  // of the user's, when it was asked for
	Within  []zoufang.AreaID    `json:"within"` // the areas of who asked: a token may have fewer than its user
	Told    storage.Audited     `json:"told"`   // the entry that tells of it in the log, all but the count
}

// read checks what is asked. It asks no store.
func (a *Ask) read() (t task, err error) {
	kind, known := desk.Sheeted[a.Kind]
	if !known {
		return t, &desk.Refusal{Code: desk.NotFound}
	}
	if formats[a.Format].make == nil {
		return t, fail(Format)
	}
	t = task{Kind: kind, Plural: a.Kind, Format: a.Format, Query: catalog.Query{Kind: kind, Where: map[string][]string{}}, Filter: a.Filter}
	if len(encoded(a.Filter)) > maxFilter {
		return t, fail(Filter)
	}
	for name, values := range a.Filter {
		one := ""
		if len(values) > 0 {
			one = values[0]
		}
		switch name {
		case "area":
			for _, v := range values {
				area := zoufang.AreaOf(v)
				if area == "" {
					return t, fail(Filter)
				}
				t.Wanted = append(t.Wanted, area)
			}
			continue
		case "from":
			t.Query.From = one
		case "to":
			t.Query.To = one
		case "q":
			t.Query.Text = one
		case "order":
			if t.Query.Oldest = one == "at"; one != "at" && one != "-at" {
				return t, fail(Filter)
			}
		default:
			t.Query.Where[name] = values
			if len(values) == 0 {
				return t, fail(Filter)
			}
			continue
		}
		if len(values) != 1 {
			return t, fail(Filter)
		}
	}
	if a.OpenWhy == "" {
		return t, nil
	}
	t.OpenWhy = strings.TrimSpace(fold.Clean(a.OpenWhy))
	if n := utf8.RuneCountInString(t.OpenWhy); n == 0 || n > zoufang.MaxReason {
		return t, &desk.Refusal{Code: desk.Reason}
	}
	return t, nil
}

// encoded tells a filter in one line, the same for the same.
func encoded(filter map[string][]string) string { return url.Values(filter).Encode() }

// Export asks for an export, for a person who asks from a network address, and gives
// its id. Of what somebody may not ask it says so at once: a *desk.Refusal, an *Error,
// zoufang.ErrDay.
func (l *Ledger) Export(ctx context.Context, u *zoufang.User, a Ask, from string) (id string, err error) {
	j, err := l.exportJob(ctx, u, a, from)
	if err != nil {
		return "", err
	}
	j.State = storage.JobWaiting
	if err := l.add(ctx, j); err != nil && !errors.Is(err, errKnown) {
		return "", err
	}
	l.knock()
	return j.ID, nil
}

// exportJob makes the job. Where sealed values are asked for in the clear, the log has
// why before there is one.
func (l *Ledger) exportJob(ctx context.Context, u *zoufang.User, a Ask, from string) (j storage.Job, err error) {
	t, err := a.read()
	if err != nil {
		return j, err
	}
	q, err := l.Desk.Question(ctx, u, t.Query, t.Wanted)
	if err != nil {
		return j, err
	}
	now := l.Now()
	j = storage.Job{ID: l.newID(u, a.Key), User: u.ID, Created: now.UnixMilli(), Kind: export}
	t.Round, t.Within = u.Round, u.Areas
	t.Told = storage.NewAudited(now, zoufang.AuditExported, u.ID, from)
	t.Told.Record, t.Told.Why, t.Told.Area = zoufang.RecordID(j.ID), t.OpenWhy, common(slices.Clone(q.Areas))
	t.Told.Field = strings.TrimRight(t.Plural+" "+t.Format+" "+encoded(t.Filter), " ")
	if t.OpenWhy != "" {
		opened := t.Told
		opened.ID, opened.What = zoufang.NewRecordID(now.UnixMilli()), zoufang.AuditOpened
		if err := l.Desk.Audit.AppendAudit(ctx, opened); err != nil {
			return j, err
		}
	}
	j.Task, err = json.Marshal(t)
	return j, err
}
