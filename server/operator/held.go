package operator

import (
	"context"
	"errors"

	"zoufang/internal/fold"
	"zoufang/storage"
)

// HeldLine is a held line with its bytes, which are left out when they carry a
// sealed value.
type HeldLine struct {
	storage.Held
	Line []byte
}

// ListHeld lists the open held lines, oldest first.
func (o *Operator) ListHeld(ctx context.Context) ([]HeldLine, error) {
	var out []HeldLine
	err := o.Records.View(ctx, func(v storage.View) error {
		out = nil
		var failed error
		err := v.HeldOpen(func(h storage.Held) bool {
			h.Why = fold.Mask(h.Why)
			l := HeldLine{Held: h}
			if !h.Sealed {
				var c *storage.Commit
				if c, failed = v.Commit(h.ID); c != nil && !fold.Sensitive(c.Line) { // an older program looked at its fields alone
					l.Line = c.Line
				} else if c != nil {
					l.Sealed = true
				}
			}
			out = append(out, l)
			return failed == nil
		})
		return errors.Join(err, failed)
	})
	return out, err
}
