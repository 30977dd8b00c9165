package storage

import (
	"context"
	"slices"
	"time"

	"zoufang"
)

// Audit keeps the account log (账号日志): who signed in or tried to, what became of
// accounts and phones, what was opened, who ended held lines. Entries are only ever added, and kept as
// long as the store is; backups and copies carry them.
type Audit interface {
	// AppendAudit adds entries, all or none, in one durable step. One whose id is
	// there already is not added again.
	AppendAudit(ctx context.Context, entries ...Audited) error
	// ListAudit gives entries, the newest first. It may end before the query's limit
	// having looked at as many as are looked at in one call; next then says where to
	// go on, as it does wherever there may be more, and is "" at the end.
	ListAudit(ctx context.Context, q AuditQuery) (entries []Audited, next string, err error)
	// CountAudit counts by kind the entries that a query asks for, on all its pages. It
	// looks at as many as ListAudit does in one call; where there are more, what it
	// counted is not exact.
	CountAudit(ctx context.Context, q AuditQuery) (n map[zoufang.AuditKind]int, exact bool, err error)
}

// Audited is an entry of the account log. It names nobody by a name: names are
// read with it.
type Audited struct {
	ID     zoufang.RecordID // its time is At: ids order the log
	At     int64            // Unix ms, the server's
	What   zoufang.AuditKind
	Who    zoufang.UserID   // who did it, or whose account it was tried on; zoufang.Unknown for no known account
	Record zoufang.RecordID // what it was done to: an account, as its public record, what was opened, or a held line
	Device zoufang.DeviceID // the phone it is about
	Field  string           // what of it
	Why    string           // the reason that was given
	From   string           // the network address
	OK     bool             // it came about
	Count  int64            // how many that were alike it stands for, itself included
	Area   zoufang.AreaID   // has all areas of the account it is about; "" for none
}

// NewAudited begins an entry that is told at a time, of something that came about.
func NewAudited(now time.Time, kind zoufang.AuditKind, who zoufang.UserID, from string) Audited {
	at := now.UnixMilli()
	return Audited{ID: zoufang.NewRecordID(at), At: at, What: kind, Who: who, From: from, OK: true, Count: 1}
}

// Tell makes the entry of a step on an account, told of the account as it was (nil
// where it is new) and is now. It may be called more than once for one step and
// gives an entry of the same id each time.
type Tell func(was, is *zoufang.User) Audited

// About is a Tell: the entry is about the step's account, for whoever reads in the
// areas that the account had and has. Where nobody else did it, the account did.
func (e Audited) About(was, is *zoufang.User) Audited {
	areas := slices.Clone(is.Areas)
	if was != nil {
		areas = append(areas, was.Areas...)
	}
	e.Area = zoufang.CommonArea(areas)
	if e.Who == "" {
		e.Who = is.ID
	}
	if e.Record == "" {
		e.Record = zoufang.RecordID(is.ID)
	}
	return e
}

// AuditQuery says which entries are asked for. What is left empty asks for all.
type AuditQuery struct {
	From, To int64 // Unix ms: from From on, before To; 0 for no bound
	Kind     zoufang.AuditKind
	Who      zoufang.UserID
	Record   zoufang.RecordID
	// Within, where it is not nil, leaves out entries that lie in none of the areas.
	Within []zoufang.AreaID
	// Nowhere lets in, beside Within, entries of no area.
	Nowhere bool
	Oldest  bool   // the oldest first
	After   string // what a former call gave as next
	Limit   int    // 1 to MaxAudit; others are held within
}

// Bounds of one ListAudit.
const (
	MaxAudit     = 500    // entries given
	MostAuditSee = 20_000 // entries looked at
)
