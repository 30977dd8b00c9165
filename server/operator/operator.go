// Package operator owns how an operator keeps areas, people and their phones:
// the import of areas, new accounts, enrolment codes, the word on a held line.
//
// Areas and people are ordinary public records, written by the operator's own
// commits through sync/intake, so that phones learn of them like of any other
// record. It hands on ids, first passwords and codes; it prints nothing.
package operator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Operator works on a store, also while a server does.
type Operator struct {
	Records  storage.Records
	Accounts storage.Accounts
	Now      func() time.Time
}

const batch = 500 // lines in one transaction

// push has the operator's actions judged and applied, some hundreds at a time. It
// fails at the first that is not applied; those before it stay.
func (o *Operator) push(ctx context.Context, actions ...[]zoufang.Item) error {
	return o.pushFrom(ctx, zoufang.System, actions...)
}

// pushFrom is push under a page by which the commits are known again.
func (o *Operator) pushFrom(ctx context.Context, page string, actions ...[]zoufang.Item) error {
	for chunk := range slices.Chunk(actions, batch) {
		answers, err := desk.SaveFrom(ctx, o.Records, zoufang.SystemUser(), o.Now().UnixMilli(), page, chunk...)
		if err != nil {
			return err
		}
		for _, a := range answers {
			if a.R == intake.Kept {
				return fmt.Errorf("the store holds the operator's own commit %s as %s: %s", a.ID, a.Code, a.Why)
			}
		}
	}
	return nil
}
