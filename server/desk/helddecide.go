package desk

import (
	"context"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/storage"
)

// DecideHeld ends a held line by a reviewer's word: released (放行) or rejected
// (不采用), with a reason that its author reads. It returns how the line stands then:
// nil when it is applied.
func (d *Desk) DecideHeld(ctx context.Context, u *zoufang.User, id zoufang.CommitID, ruling zoufang.Ruling, why string) (*storage.Held, error) {
	h, err := d.held(ctx, id)
	if err != nil {
		return nil, err
	}
	why, ok := reason(why)
	switch {
	case h == nil || !zoufang.MayDecide(u, h.Areas):
		return nil, refuse(NotFound)
	case !h.Code.Open():
		return nil, refuse(Decided)
	case !h.Code.Allows(ruling):
		return nil, refuse(NotSo)
	case !ok:
		return nil, refuse(Reason)
	}
	if err := d.save(ctx, u, zoufang.Judge(id, ruling, why)); err != nil {
		return nil, err
	}
	return d.held(ctx, id)
}

// reason reads a reason that somebody typed; ok is false where it is none, or too long.
func reason(typed string) (why string, ok bool) {
	why = strings.TrimSpace(typed)
	n := utf8.RuneCountInString(why)
	return why, n > 0 && n <= zoufang.MaxReason && plainText(why)
}

func (d *Desk) held(ctx context.Context, id zoufang.CommitID) (h *storage.Held, err error) {
	err = d.Records.View(ctx, func(v storage.View) error {
		h, err = v.Held(id)
		return err
	})
	return h, err
}
