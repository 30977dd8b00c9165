package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

// Status is how an export stands.
type Status struct {
	ID     string           `json:"id"`
	Kind   string           `json:"kind"`
	Format string           `json:"format"`
	State  storage.JobState `json:"state"`
	Done   int64            `json:"done"` // rows of Of
	Of     int64            `json:"of"`
	Why    Code             `json:"why,omitempty"` // it failed
	Made   *Made            `json:"made,omitempty"`
	Until  int64            `json:"until"` // Unix ms: when it is forgotten
}

// Made is what an export made.
type Made struct {
	Rows   int64          `json:"rows"`
	Media  int64          `json:"media,omitempty"`
	Bytes  int64          `json:"bytes"`
	SHA256 zoufang.Digest `json:"sha256"`
	Name   string         `json:"name"` // of the file
	Type   string         `json:"type"` // MIME
}

func status(j *storage.Job) (s Status, err error) {
	var t task
	if err := json.Unmarshal(j.Task, &t); err != nil {
		return s, err
	}
	s = Status{ID: j.ID, Kind: t.Plural, Format: t.Format, State: j.State, Done: j.Done, Of: j.Of, Why: Code(j.Fault), Until: j.Created + Kept.Milliseconds()}
	if len(j.Result) > 0 {
		s.Made = &Made{}
		err = json.Unmarshal(j.Result, s.Made)
	}
	return s, err
}

// Exports lists a person's exports, the newest first.
func (l *Ledger) Exports(ctx context.Context, u *zoufang.User) (out []Status, err error) {
	list, err := l.Jobs.ListJobs(ctx, storage.JobQuery{User: u.ID})
	for i := len(list) - 1; i >= 0 && err == nil; i-- {
		if j := &list[i]; j.Kind == export && l.now()-j.Created <= Kept.Milliseconds() {
			var s Status
			if s, err = status(j); err == nil {
				out = append(out, s)
			}
		}
	}
	return out, err
}

// Status tells how one of the person's exports stands; Gone where there is none.
func (l *Ledger) Status(ctx context.Context, u *zoufang.User, id string) (Status, error) {
	j, err := l.mine(ctx, u, export, id)
	if err != nil {
		return Status{}, err
	}
	return status(j)
}

// Cancel ends one of the person's exports and forgets what it made: of one that is done
// too. What works at it stops at its next step.
func (l *Ledger) Cancel(ctx context.Context, u *zoufang.User, id string) error {
	if _, err := l.mine(ctx, u, export, id); err != nil {
		return err
	}
	_, err := l.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		j.State, j.Owner, j.Result = storage.JobCancelled, "", nil
		return nil, nil
	})
	if err == nil {
		err = l.Jobs.DropJob(ctx, id)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// still reads the person a job is for, as they are now, and fails with Right where what
// they may do is not what it was when they asked.
func (l *Ledger) still(ctx context.Context, id zoufang.UserID, t *task) (*zoufang.User, error) {
	if id == zoufang.System {
		return zoufang.SystemUser(), nil
	}
	u, err := l.Desk.Accounts.User(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || u.Round != t.Round) {
		return nil, fail(Right)
	}
	if err != nil {
		return nil, err
	}
	return desk.Within(u, t.Within), nil
}

// refused reports whether an error is an answer, and not a failure of a store.
func refused(err error) (Code, bool) {
	var no *desk.Refusal
	switch {
	case CodeOf(err) != "":
		return CodeOf(err), true
	case errors.As(err, &no):
		return Right, true
	}
	return "", false
}

// expire forgets jobs that ran out, and their parts.
func (l *Ledger) expire(ctx context.Context) error {
	old, err := l.Jobs.ListJobs(ctx, storage.JobQuery{Before: l.Now().Add(-Kept).UnixMilli()})
	for i := range old {
		if err == nil {
			err = l.Jobs.DropJob(ctx, old[i].ID)
		}
	}
	return err
}

const sweepEvery = time.Hour
