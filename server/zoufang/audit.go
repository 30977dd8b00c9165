package main

import (
	"context"
	"encoding/json"
	"fmt"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

// auditRow is an entry of the account log as programs read it.
type auditRow struct {
	At     int64             `json:"at"` // Unix ms
	Kind   zoufang.AuditKind `json:"kind"`
	Who    auditWho          `json:"who"`
	Record zoufang.RecordID  `json:"record,omitempty"`
	Device zoufang.DeviceID  `json:"device,omitempty"`
	Field  string            `json:"field,omitempty"`
	Why    string            `json:"why,omitempty"`
	From   string            `json:"from,omitempty"`
	OK     bool              `json:"ok"`
	Count  int64             `json:"count,omitempty"` // of how many, where it is more than one
}

type auditWho struct {
	ID   zoufang.UserID `json:"id"`
	Name string         `json:"name"`
}

func listAudited(e desk.LogEntry) auditRow {
	r := auditRow{At: e.At, Kind: e.What, Who: auditWho{e.Who, e.WhoName}, Record: e.Record, Device: e.Device,
		Field: e.Field, Why: e.Why, From: e.From, OK: e.OK, Count: e.Count}
	if r.Count == 1 {
		r.Count = 0
	}
	return r
}

// auditList prints the account log, the newest first, as it is read: it may be long.
func auditList(ctx context.Context, c *call) (any, error) {
	q := desk.LogQuery{From: c.Since, To: c.Until, Kind: zoufang.AuditKind(c.Kind), Who: zoufang.UserID(c.Who), Record: zoufang.RecordID(c.Record), Limit: storage.MaxAudit}
	if _, _, err := zoufang.Days(q.From, q.To); err != nil {
		return nil, usagef("--from, --to: %w", err)
	}
	return with(ctx, c.read, func(s *store) (any, error) {
		d, err := s.desk(c.now)
		if err != nil {
			return nil, err
		}
		out := arrayWriter{c: c}
		for {
			entries, next, err := d.Log(ctx, zoufang.SystemUser(), q)
			if err != nil {
				return nil, err // what is printed is then no JSON: nobody takes a part for the whole
			}
			for _, e := range entries {
				if err := out.add(listAudited(e)); err != nil {
					return nil, err
				}
			}
			if q.After = next; next == "" {
				return nil, out.end()
			}
		}
	})
}

// arrayWriter prints the command's one JSON value, an array, piece by piece.
type arrayWriter struct {
	c    *call
	some bool
}

func (a *arrayWriter) add(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	lead := ",\n"
	if !a.some {
		lead = "["
	}
	a.some, a.c.answered = true, true
	_, err = fmt.Fprintf(a.c.stdout, "%s%s", lead, b)
	return err
}

func (a *arrayWriter) end() error {
	lead := ""
	if !a.some {
		lead = "["
	}
	a.c.answered = true
	_, err := fmt.Fprintln(a.c.stdout, lead+"]")
	return err
}
