package desk

import (
	"cmp"
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
	answers, _, err := saveLines(ctx, records, atDesk(u, ""), now, page, actions...)
	return answers, err
}

// saveLines is SaveFrom that gives the lines too.
func saveLines(ctx context.Context, records storage.Records, s intake.Sender, now int64, page string, actions ...[]zoufang.Item) ([]intake.Answer, []intake.Line, error) {
	lines := make([]intake.Line, len(actions))
	for i, do := range actions {
		b, err := zoufang.Action{Device: zoufang.System, User: s.User.ID, At: now, Heard: now, Page: page, Do: do}.Line()
		if err != nil {
			return nil, nil, err
		}
		if len(b) > zoufang.MaxLine {
			return nil, nil, fmt.Errorf("a commit of %d bytes", len(b))
		}
		lines[i] = intake.Read(b)
	}
	in := intake.Intake{Records: records}
	out, err := in.Push(ctx, s, intake.Expect{}, lines)
	return out.Answers, lines, err
}

// atDesk is who sends what somebody does at a desk, from a network address.
func atDesk(u *zoufang.User, from string) intake.Sender {
	return intake.Sender{User: u, Device: &zoufang.Device{ID: zoufang.System, User: u.ID}, From: from}
}

// From gives a desk that is asked from a network address, which the account log has.
func (d *Desk) From(address string) *Desk {
	from := *d
	from.from = address
	return &from
}

// save has a person save one action and checks its answer: what is held did not
// come about. It is withdrawn then in the person's own name, or, where the person has
// lost that right too, in the system's, so that nothing is left for others to decide,
// and the person is told why.
func (d *Desk) save(ctx context.Context, u *zoufang.User, do ...zoufang.Item) error {
	refused, err := d.saveAll(ctx, u, do)
	if err == nil {
		err = refused[0]
	}
	return err
}

// saveAll is save for several actions, each of which comes about or not by itself:
// it gives a Refusal or nil for each, in their order. All is stored in one transaction;
// of any other error nobody knows what came about.
func (d *Desk) saveAll(ctx context.Context, u *zoufang.User, actions ...[]zoufang.Item) ([]error, error) {
	now := d.Now().UnixMilli()
	answers, lines, err := saveLines(ctx, d.Records, atDesk(u, d.from), now, cmp.Or(d.page, zoufang.System), actions...)
	if err != nil {
		return nil, err
	}
	refused := make([]error, len(actions))
	var back []zoufang.CommitID
	for i, a := range answers {
		if a.R != intake.Kept {
			d.made.note(a, lines[i].Bytes)
			continue
		}
		back = append(back, a.ID)
		switch {
		case a.Rule == zoufang.RuleBrought:
			refused[i] = refuse(Own)
		case a.Code == zoufang.HeldStale:
			refused[i] = refuse(LateState)
		case a.Code == zoufang.HeldScope:
			refused[i] = refuse(NoRight)
		default:
			refused[i] = &Refusal{Code: Broken, Parts: a.Parts}
		}
	}
	return refused, d.withdraw(ctx, u, now, back...)
}

func (d *Desk) withdraw(ctx context.Context, u *zoufang.User, now int64, ids ...zoufang.CommitID) error {
	if len(ids) == 0 {
		return nil
	}
	var judge [][]zoufang.Item
	for _, id := range ids {
		judge = append(judge, []zoufang.Item{zoufang.Judge(id, zoufang.Reject, withdrawn)})
	}
	answers, err := Save(ctx, d.Records, u, now, judge...)
	if err != nil {
		return err
	}
	var system [][]zoufang.Item
	for i, a := range answers {
		if a.R == intake.Kept { // the line, then the ruling on it
			system = append(system, judge[i], []zoufang.Item{zoufang.Judge(a.ID, zoufang.Reject, withdrawn)})
		}
	}
	if len(system) == 0 {
		return nil
	}
	answers, err = Save(ctx, d.Records, zoufang.SystemUser(), now, system...)
	for i := 0; err == nil && i < len(answers); i++ {
		if a := answers[i]; a.R == intake.Kept {
			err = fmt.Errorf("an action that was held as %s cannot be withdrawn", a.Code)
		}
	}
	return err
}

// withdrawn is the reason that stays with an action that came too late.
const withdrawn = "没有写进去，已由本人撤回"
