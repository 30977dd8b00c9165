package desk

import (
	"context"
	"fmt"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Save has a person at a desk, or the operator, save actions, each a list of
// items, in one transaction. They go the way of all commits: judged by the
// person's rights as they are now, and held where those don't reach. It returns
// what became of each; now is in Unix ms.
func Save(ctx context.Context, records storage.Records, u *zoufang.User, now int64, actions ...[]zoufang.Item) ([]intake.Answer, error) {
	return SaveFrom(ctx, records, u, now, zoufang.System, actions...)
}

// SaveFrom is Save under a page of the caller's, by which the commits are known again.
func SaveFrom(ctx context.Context, records storage.Records, u *zoufang.User, now int64, page string, actions ...[]zoufang.Item) ([]intake.Answer, error) {
	lines := make([]intake.Line, len(actions))
	for i, do := range actions {
		b, err := zoufang.Action{Device: zoufang.System, User: u.ID, At: now, Heard: now, Page: page, Do: do}.Line()
		if err != nil {
			return nil, err
		}
		if len(b) > zoufang.MaxLine {
			return nil, fmt.Errorf("a commit of %d bytes", len(b))
		}
		lines[i] = intake.Read(b)
	}
	in := intake.Intake{Records: records}
	desk := intake.Sender{User: u, Device: &zoufang.Device{ID: zoufang.System, User: u.ID}}
	out, err := in.Push(ctx, desk, intake.Expect{}, lines)
	return out.Answers, err
}

// save has a person save one action and checks its answer: what is held did not
// come about. It is withdrawn then in the person's own name, or, where the person has
// lost that right too, in the system's, so that nothing is left for others to decide,
// and the person is told why.
func (d *Desk) save(ctx context.Context, u *zoufang.User, do ...zoufang.Item) error {
	now := d.Now().UnixMilli()
	answers, err := Save(ctx, d.Records, u, now, do)
	if err != nil {
		return err
	}
	a := answers[0]
	if a.R != intake.Kept {
		return nil
	}
	if err := d.withdraw(ctx, u, now, a.ID); err != nil {
		return err
	}
	switch a.Code {
	case zoufang.HeldStale:
		return refuse(LateState)
	case zoufang.HeldScope:
		return refuse(NoRight)
	}
	return &Refusal{Code: Broken, Parts: a.Parts}
}

func (d *Desk) withdraw(ctx context.Context, u *zoufang.User, now int64, id zoufang.CommitID) error {
	judge := zoufang.Judge(id, zoufang.Reject, withdrawn)
	answers, err := Save(ctx, d.Records, u, now, []zoufang.Item{judge})
	if err != nil || answers[0].R != intake.Kept {
		return err
	}
	answers, err = Save(ctx, d.Records, zoufang.SystemUser(), now, []zoufang.Item{judge},
		[]zoufang.Item{zoufang.Judge(answers[0].ID, zoufang.Reject, withdrawn)})
	if err == nil && answers[0].R == intake.Kept {
		err = fmt.Errorf("an action that was held as %s cannot be withdrawn", answers[0].Code)
	}
	return err
}

// withdrawn is the reason that stays with an action that came too late.
const withdrawn = "没有写进去，已由本人撤回"
