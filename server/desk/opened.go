package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"zoufang"
	"zoufang/storage"
)

// OpenedHarm is the field of an entry of the account log that tells of an opened report
// of harm to a child.
const OpenedHarm = "harm"

const openedKnown = 10_000 // openings that are remembered

// openings remembers what of this day the account log has, so that it is asked once.
type openings struct {
	mu  sync.Mutex
	day int64
	of  map[opening]bool
}

type opening struct {
	who    zoufang.UserID
	record zoufang.RecordID
}

// tellOpened has the account log say that a person opened a report of harm to a child,
// once a person, record and day: what is clicked around it says nothing more. It comes
// before anything is shown: what cannot be told is not shown.
func (d *Desk) tellOpened(ctx context.Context, u *zoufang.User, r *zoufang.Record, from string) error {
	if !r.TellsHarm() {
		return nil
	}
	now := d.Now()
	y, m, on := now.In(zoufang.Zone).Date()
	day := time.Date(y, m, on, 0, 0, 0, 0, zoufang.Zone).UnixMilli()
	o := &d.opened
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.day != day || len(o.of) >= openedKnown {
		o.day, o.of = day, map[opening]bool{}
	}
	if o.of[opening{u.ID, r.ID}] {
		return nil
	}
	told, _, err := d.Audit.ListAudit(ctx, storage.AuditQuery{From: day, Kind: zoufang.AuditOpened, Who: u.ID, Limit: storage.MaxAudit})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(told, func(e storage.Audited) bool { return e.Record == r.ID }) {
		e := storage.NewAudited(now, zoufang.AuditOpened, u.ID, from)
		e.Record, e.Field, e.Area = r.ID, OpenedHarm, r.Area
		if err := d.Audit.AppendAudit(ctx, e); err != nil {
			return err
		}
	}
	o.of[opening{u.ID, r.ID}] = true
	return nil
}
