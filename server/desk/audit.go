package desk

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

// Auditors read the account log, each within their areas.
var Auditors = []zoufang.Role{zoufang.County, zoufang.Auditor, zoufang.Admin}

// LogEntry is an entry of the account log with the names that it names by ids.
type LogEntry struct {
	storage.Audited
	WhoName, RecordName string // "" where the id is no person's
}

// LogQuery asks for entries of the account log; what is left empty asks for all.
type LogQuery struct {
	From, To string // days in the county's zone, 2026-12-01, both included
	Kind     zoufang.AuditKind
	Who      zoufang.UserID
	Record   zoufang.RecordID
	Areas    []zoufang.AreaID // that the entry is about one in
	Oldest   bool             // the oldest first; else the newest
	After    string
	Limit    int
}

// ask makes the store's question of it, of as much of the log as is the reader's.
func (d *Desk) ask(ctx context.Context, u *zoufang.User, q LogQuery) (ask storage.AuditQuery, err error) {
	ask = storage.AuditQuery{Kind: q.Kind, Who: q.Who, Record: q.Record, Oldest: q.Oldest, After: q.After, Limit: q.Limit}
	if ask.From, ask.To, err = zoufang.Days(q.From, q.To); err != nil {
		return ask, err
	}
	if u.Role != zoufang.Operator {
		ask.Within = append([]zoufang.AreaID{}, Within(u, q.Areas).Areas...)
		if len(q.Areas) == 0 {
			ask.Nowhere, err = d.hasAll(ctx, u)
		}
	}
	return ask, err
}

// LogCount counts by kind what a query asks for, whatever its page; where it is not
// exact there is more.
func (d *Desk) LogCount(ctx context.Context, u *zoufang.User, q LogQuery) (by map[zoufang.AuditKind]int, exact bool, err error) {
	ask, err := d.ask(ctx, u, q)
	if err != nil {
		return nil, false, err
	}
	return d.Audit.CountAudit(ctx, ask)
}

// Log reads the account log (账号日志), as much of it as is the
// reader's: what is about accounts whose areas are all theirs. What is about no
// account that there is, is for those who have all areas. next is "" at the end; a
// page may be short, or empty, and go on.
func (d *Desk) Log(ctx context.Context, u *zoufang.User, q LogQuery) (out []LogEntry, next string, err error) {
	ask, err := d.ask(ctx, u, q)
	if err != nil {
		return nil, "", err
	}
	entries, next, err := d.Audit.ListAudit(ctx, ask)
	if err != nil {
		return nil, "", err
	}
	users, err := d.Accounts.Users(ctx)
	if err != nil {
		return nil, "", err
	}
	names := map[string]string{zoufang.System: zoufang.SystemUser().Name, zoufang.Unknown: "未知"}
	for _, of := range users {
		names[string(of.ID)] = called(of.Name)
	}
	for _, e := range entries {
		out = append(out, LogEntry{e, names[string(e.Who)], names[string(e.Record)]})
	}
	return out, next, nil
}

// hasAll reports whether every area that there is is the reader's.
func (d *Desk) hasAll(ctx context.Context, u *zoufang.User) (all bool, err error) {
	err = d.Records.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		all = true
		for id := range areas {
			all = all && u.Covers(id)
		}
		return err
	})
	return all, err
}

// When says when an entry was written.
func (d *Desk) When(e LogEntry) string { return d.date(e.At) }
