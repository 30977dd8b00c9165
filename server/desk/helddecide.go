package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// DecideHeld ends a held line by a reviewer's word: released (放行) or rejected
// (不采用), with a reason that its author reads; from is the network address that
// asked. It returns how the line stands then:
// nil when it is applied.
func (d *Desk) DecideHeld(ctx context.Context, u *zoufang.User, id zoufang.CommitID, ruling zoufang.Ruling, why, from string) (*storage.Held, error) {
	var h *storage.Held
	closed := false
	err := d.read(ctx, u, func(l *reader) (err error) {
		if h, err = l.v.Held(id); err == nil && h != nil {
			closed, err = l.closed(*h)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	why, ok := reason(why)
	switch {
	case h == nil || !zoufang.MayDecide(u, h.Areas):
		return nil, refuse(NotFound)
	case closed:
		return nil, refuse(Guarded)
	case !h.Code.Open():
		return h, d.ruledBefore(ctx, u, h)
	case !h.Code.Allows(ruling):
		return nil, refuse(NotSo)
	case ruling == zoufang.Release && !zoufang.MayRelease(u, h.Brought):
		return nil, refuse(Own)
	case !ok:
		return nil, refuse(Reason)
	}
	if err := d.From(from).save(ctx, u, zoufang.Judge(id, ruling, why)); err != nil {
		return nil, err
	}
	if ruling == zoufang.Release {
		if err := d.tellReleased(ctx, u, from, *h); err != nil {
			return nil, err
		}
	}
	return d.held(ctx, id)
}

// tellReleased has the account log say of each rescue file of unproven origin that
// lines of it were released, whose, and how many. The records themselves say so too.
func (d *Desk) tellReleased(ctx context.Context, u *zoufang.User, from string, lines ...storage.Held) error {
	count := map[zoufang.UserID]int64{}
	area := map[zoufang.UserID]zoufang.AreaID{}
	for _, h := range lines {
		if h.Brought != "" {
			count[h.Sender]++
			area[h.Sender] = zoufang.CommonArea(h.Areas)
		}
	}
	var told []storage.Audited
	for _, sender := range slices.Sorted(maps.Keys(count)) {
		e := storage.NewAudited(d.Now(), zoufang.AuditRescueReleased, u.ID, from)
		e.Record, e.Count, e.Area = zoufang.RecordID(sender), count[sender], area[sender]
		told = append(told, e)
	}
	if len(told) == 0 {
		return nil
	}
	return d.Audit.AppendAudit(ctx, told...)
}

// reason reads a reason that somebody typed; ok is false where it is none, or too long.
func reason(typed string) (why string, ok bool) {
	why = strings.TrimSpace(fold.Clean(typed))
	n := utf8.RuneCountInString(why)
	return why, n > 0 && n <= zoufang.MaxReason && plainText(typed)
}

func (d *Desk) held(ctx context.Context, id zoufang.CommitID) (h *storage.Held, err error) {
	err = d.Records.View(ctx, func(v storage.View) error {
		h, err = v.Held(id)
		return err
	})
	return h, err
}
