package registry

import (
	"context"
	"fmt"

	"zoufang"
	"zoufang/sync/intake"
)

// Save has a person at a desk save commits, each a list of items, in one
// transaction. They go the way of all commits: judged by the person's rights as
// they are now, and held where those don't reach. It returns what became of each.
func (r *Registry) Save(ctx context.Context, u *zoufang.User, commits ...[]any) ([]intake.Answer, error) {
	lines := make([]intake.Line, len(commits))
	for i, do := range commits {
		d := r.draft(do...)
		d.User = u.ID
		b, err := d.Line()
		if err != nil {
			return nil, err
		}
		if len(b) > zoufang.MaxLine {
			return nil, fmt.Errorf("a commit of %d bytes", len(b))
		}
		lines[i] = intake.Read(b)
	}
	in := intake.Intake{Records: r.Records}
	desk := intake.Sender{User: u, Device: &zoufang.Device{ID: zoufang.System, User: u.ID}}
	out, err := in.Push(ctx, desk, intake.Expect{}, lines)
	return out.Answers, err
}
