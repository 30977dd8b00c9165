package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/storage"
)

const maxWhy = 1000 // characters

// Decide is the operator's word on a held line; it is a commit like a staff
// member's. It returns how the line stands afterwards: nil when it is applied.
func (o *Operator) Decide(ctx context.Context, id zoufang.CommitID, ruling zoufang.Ruling, why string) (*storage.Held, error) {
	why = strings.TrimSpace(why)
	if why == "" || utf8.RuneCountInString(why) > maxWhy {
		return nil, fmt.Errorf("a reason of 1 to %d characters is needed", maxWhy)
	}
	before, err := o.held(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case before == nil:
		return nil, errors.New("no held line has this id")
	case !before.Code.Open():
		return nil, fmt.Errorf("the line is %s already", before.Code)
	case before.Code == zoufang.HeldWaiting:
		return nil, errors.New("the line waits for something that has not arrived; it is judged then")
	case !before.Code.Allows(ruling):
		return nil, fmt.Errorf("a line held as %s cannot be ended by %s", before.Code, ruling)
	}
	if err := o.push(ctx, []zoufang.Item{zoufang.Judge(id, ruling, why)}); err != nil {
		return nil, err
	}
	return o.held(ctx, id)
}

func (o *Operator) held(ctx context.Context, id zoufang.CommitID) (h *storage.Held, err error) {
	err = o.Records.View(ctx, func(v storage.View) error {
		h, err = v.Held(id)
		return err
	})
	return h, err
}

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
			l := HeldLine{Held: h}
			if !h.Sealed {
				var c *storage.Commit
				if c, failed = v.Commit(h.ID); c != nil {
					l.Line = c.Line
				}
			}
			out = append(out, l)
			return failed == nil
		})
		return errors.Join(err, failed)
	})
	return out, err
}
