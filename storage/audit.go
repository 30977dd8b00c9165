package storage

import (
	"context"
	"fmt"
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

// bounds are the ids between which the query's entries lie: from low on, before high.
func (q *AuditQuery) bounds() (low, high string) {
	var none [16]byte
	if q.From > 0 {
		low = string(zoufang.UUIDv7(q.From, none))
	}
	high = "g" // after every id
	if q.To > 0 {
		high = string(zoufang.UUIDv7(q.To, none))
	}
	switch {
	case q.After == "":
	case q.Oldest:
		low = max(low, q.After+"\x00")
	default:
		high = min(high, q.After)
	}
	return low, high
}

func (q *AuditQuery) takes(kind zoufang.AuditKind, who zoufang.UserID, area zoufang.AreaID) bool {
	switch {
	case q.Kind != "" && q.Kind != kind, q.Who != "" && q.Who != who:
		return false
	case q.Within == nil:
		return true
	case area == "":
		return q.Nowhere
	}
	return slices.ContainsFunc(q.Within, func(a zoufang.AreaID) bool { return a.Covers(area) })
}

// StoredAudit is an entry as it is stored: what is needed to find it, and the rest sealed.
type StoredAudit struct {
	ID   string
	Kind string
	Who  string
	Area string
	Data []byte
}

// SealAudit gives an entry's stored form.
func SealAudit(s Sealer, e Audited) (StoredAudit, error) {
	plain, err := encMode.Marshal(e)
	if err != nil {
		return StoredAudit{}, fmt.Errorf("encode audit entry: %w", err)
	}
	out := StoredAudit{ID: string(e.ID), Kind: string(e.What), Who: string(e.Who), Area: string(e.Area)}
	out.Data, err = s.Seal(plain, []byte("audit:"+e.ID))
	return out, err
}

// OpenAudit reads a stored entry.
func OpenAudit(s Sealer, a StoredAudit) (e Audited, err error) {
	plain, err := s.Open(a.Data, []byte("audit:"+a.ID))
	if err != nil {
		return e, fmt.Errorf("open audit entry: %w", err)
	}
	if err := decMode.Unmarshal(plain, &e); err != nil {
		return e, fmt.Errorf("decode audit entry: %w", err)
	}
	return e, nil
}

// open reads an entry that the query asks for; nil where it does not. Of what a query
// goes by, the record alone is sealed.
func (q *AuditQuery) open(s Sealer, a StoredAudit) (*Audited, error) {
	if !q.takes(zoufang.AuditKind(a.Kind), zoufang.UserID(a.Who), zoufang.AreaID(a.Area)) {
		return nil, nil
	}
	e, err := OpenAudit(s, a)
	if err != nil || q.Record != "" && q.Record != e.Record {
		return nil, err
	}
	return &e, nil
}

// EachAudited is a store's own reading of the account log: it gives stored entries with
// ids from low on and before high, the newest or the oldest first, until its function
// says false.
type EachAudited func(low, high string, oldest bool, f func(StoredAudit) (bool, error)) error

// TallyAudit is CountAudit over a store's own reading.
func TallyAudit(s Sealer, q AuditQuery, each EachAudited) (n map[zoufang.AuditKind]int, exact bool, err error) {
	q.After = ""
	low, high := q.bounds()
	seen := 0
	n, exact = map[zoufang.AuditKind]int{}, true
	err = each(low, high, false, func(a StoredAudit) (bool, error) {
		if seen++; seen > MostAuditSee {
			exact = false
			return false, nil
		}
		kind := zoufang.AuditKind(a.Kind)
		if q.Record != "" {
			e, err := q.open(s, a)
			if e != nil {
				n[kind]++
			}
			return true, err
		}
		if q.takes(kind, zoufang.UserID(a.Who), zoufang.AreaID(a.Area)) {
			n[kind]++
		}
		return true, nil
	})
	return n, exact, err
}

// ReadAudit is ListAudit over a store's own reading.
func ReadAudit(s Sealer, q AuditQuery, each EachAudited) (out []Audited, next string, err error) {
	limit := min(max(q.Limit, 1), MaxAudit)
	low, high := q.bounds()
	seen, last := 0, ""
	err = each(low, high, q.Oldest, func(a StoredAudit) (bool, error) {
		if len(out) == limit || seen == MostAuditSee {
			next = last
			return false, nil
		}
		seen, last = seen+1, a.ID
		e, err := q.open(s, a)
		if e != nil {
			out = append(out, *e)
		}
		return true, err
	})
	if err != nil {
		return nil, "", err
	}
	return out, next, nil
}
