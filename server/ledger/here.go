package ledger

import (
	"context"
	"errors"

	"zoufang"
	"zoufang/storage"
)

// Here makes an export in this process, without a copy that runs: no other takes it. f
// is given what it made; after that it is forgotten.
func (l *Ledger) Here(ctx context.Context, u *zoufang.User, a Ask, f func(*Result) error) (err error) {
	j, err := l.exportJob(ctx, u, a, "")
	if err != nil {
		return err
	}
	j.State = storage.JobComing // which nobody takes
	if err := l.Jobs.AddJob(ctx, j, func([]storage.Job) error { return nil }); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Jobs.DropJob(context.WithoutCancel(ctx), j.ID)) }()
	put := func(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) error {
		_, err := l.Jobs.ChangeJob(ctx, id, f)
		return err
	}
	if err := l.make(ctx, &j, put); err != nil {
		return err
	}
	done, err := l.Jobs.Job(ctx, j.ID)
	if err != nil {
		return err
	}
	r, err := l.result(ctx, done)
	if err != nil {
		return err
	}
	defer r.Close()
	return f(r)
}
