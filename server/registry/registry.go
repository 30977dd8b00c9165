// Package registry owns how an operator keeps areas, people and their phones:
// the import of areas, new accounts, enrolment codes, the word on a held line.
//
// Areas and people are ordinary public records, written by the operator's own
// commits through sync/intake, so that phones learn of them like of any other
// record. It hands on ids, first passwords and codes; it prints nothing.
package registry

import (
	"context"
	"fmt"
	"slices"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Registry works on a store, also while a server does.
type Registry struct {
	Records  storage.Records
	Accounts storage.Accounts
	Now      func() time.Time
}

const batch = 500 // lines in one transaction

// draft begins a commit of the operator's.
func (r *Registry) draft(do ...any) zoufang.Draft {
	now := r.Now().UnixMilli()
	return zoufang.Draft{Device: zoufang.System, User: zoufang.System, At: now, Heard: now, Page: zoufang.System, Do: do}
}

// push has the operator's commits judged and applied, some hundreds at a time.
// It fails at the first that is not applied; those before it stay.
func (r *Registry) push(ctx context.Context, drafts []zoufang.Draft) error {
	in := intake.Intake{Records: r.Records}
	operator := intake.Sender{User: zoufang.SystemUser(), Device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	for chunk := range slices.Chunk(drafts, batch) {
		lines := make([]intake.Line, len(chunk))
		for i, d := range chunk {
			b, err := d.Line()
			if err != nil {
				return err
			}
			lines[i] = intake.Read(b)
		}
		out, err := in.Push(ctx, operator, intake.Expect{}, lines)
		if err != nil {
			return err
		}
		for _, a := range out.Answers {
			if a.R == intake.Kept {
				return fmt.Errorf("the store holds the operator's own commit %s as %s: %s", a.ID, a.Code, a.Why)
			}
		}
	}
	return nil
}
