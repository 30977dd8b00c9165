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
	lines := make([]intake.Line, len(actions))
	for i, do := range actions {
		b, err := zoufang.Action{Device: zoufang.System, User: u.ID, At: now, Heard: now, Page: zoufang.System, Do: do}.Line()
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
