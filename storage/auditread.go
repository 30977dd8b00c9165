package storage

import (
	"fmt"
	"slices"

	"zoufang"
)

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
