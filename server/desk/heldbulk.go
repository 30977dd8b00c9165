package desk

import (
	"context"
	"errors"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// GroupDecision is one word over a group of held lines. It is carried out in steps, so
// that none takes long; each says where the next goes on.
type GroupDecision struct {
	Key    string
	Ruling zoufang.Ruling // Release or Reject
	Why    string
	Mark   string // of the page that was shown: what came since is not decided
	After  string // where the step begins
	From   string // the network address that asked
}

// GroupStep is what a step came to.
type GroupStep struct {
	Done   int          // lines that ended as they should
	Still  int          // lines that were released and are held again, for another reason
	Failed map[Code]int // lines whose decision did not come about, by why
	Later  int          // lines that came after the page was shown, left alone
	Next   string       // where the next step begins; "": there is none
}

const (
	stepLines  = 100 // decided in a step
	inOneWrite = 25  // in one transaction: each may apply a line of 64 KiB
)

// DecideGroup carries out a step of a decision over a group. Every line's answer
// counts; a line that fails is left as it is and passed over. Asked again, it decides
// what is left.
func (d *Desk) DecideGroup(ctx context.Context, u *zoufang.User, what GroupDecision) (out GroupStep, err error) {
	g, err1 := readGroupKey(what.Key)
	place, err2 := readPlace(what.After)
	mark, err3 := readMark(what.Mark)
	if errors.Join(err1, err2, err3) != nil {
		return out, refuse(NotFound)
	}
	why, ok := reason(what.Why)
	switch {
	case what.Ruling != zoufang.Release && what.Ruling != zoufang.Reject || !g.Code.Allows(what.Ruling):
		return out, refuse(NotSo)
	case !ok:
		return out, refuse(Reason)
	}
	var lines []storage.Held
	err = d.read(ctx, u, func(l *reader) error {
		out = GroupStep{Failed: map[Code]int{}}
		found, next, err := l.heldLines(g, place, stepLines, func(h storage.Held) bool {
			if what.Ruling == zoufang.Release && !zoufang.MayRelease(u, h.Brought) && zoufang.MayDecide(u, h.Areas) {
				out.Failed[Own]++
				return false
			}
			if !l.decides(h, what.Ruling) {
				return false
			}
			if h.Came() >= mark {
				out.Later++
				return false
			}
			return true
		})
		if err != nil {
			return err
		}
		if next != nil {
			out.Next = writePlace(*next)
		}
		lines = lines[:0]
		for _, h := range found {
			closed, err := l.closed(h)
			if err != nil {
				return err
			}
			if closed {
				out.Failed[Guarded]++
			} else {
				lines = append(lines, h)
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for chunk := range slices.Chunk(lines, inOneWrite) {
		if err := d.decideLines(ctx, u, what, why, chunk, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// decideLines decides lines in one transaction, or, where that is too much for one,
// in halves.
func (d *Desk) decideLines(ctx context.Context, u *zoufang.User, what GroupDecision, why string, lines []storage.Held, out *GroupStep) error {
	var actions [][]zoufang.Item
	for _, h := range lines {
		actions = append(actions, []zoufang.Item{zoufang.Judge(h.ID, what.Ruling, why)})
	}
	refused, err := d.From(what.From).saveAll(ctx, u, actions...)
	if errors.Is(err, storage.ErrTooLarge) && len(lines) > 1 {
		half := len(lines) / 2
		if err := d.decideLines(ctx, u, what, why, lines[:half], out); err != nil {
			return err
		}
		return d.decideLines(ctx, u, what, why, lines[half:], out)
	}
	if err != nil {
		return err
	}
	if what.Ruling == zoufang.Release {
		var released []storage.Held
		for i, h := range lines {
			if refused[i] == nil {
				released = append(released, h)
			}
		}
		if err := d.tellReleased(ctx, u, what.From, released...); err != nil {
			return err
		}
	}
	return d.Records.View(ctx, func(v storage.View) error {
		step := GroupStep{}
		for i, h := range lines {
			var r *Refusal
			if errors.As(refused[i], &r) {
				continue
			}
			now, err := v.Held(h.ID)
			if err != nil {
				return err
			}
			if now != nil && now.Code.Open() {
				step.Still++
			} else {
				step.Done++
			}
		}
		out.Done, out.Still = out.Done+step.Done, out.Still+step.Still
		for _, err := range refused {
			var r *Refusal
			if errors.As(err, &r) {
				out.Failed[r.Code]++
			}
		}
		return nil
	})
}
