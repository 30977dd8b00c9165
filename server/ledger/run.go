package ledger

import (
	"context"
	"errors"
	"time"

	"zoufang/storage"
)

// How jobs are taken. A copy that was killed is missed after leaseTime.
const (
	leaseTime = 20 * time.Second
	renewEach = 5 * time.Second
	lookEvery = 2 * time.Second
	maxTries  = 5
)

// errTaken says that a job is not, or no longer, this copy's.
var errTaken = errors.New("the job is another copy's")

// knock wakes Run, if it sleeps.
func (l *Ledger) knock() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run does what there is to do, one job at a time, until ctx ends; what is under way
// then is left for another copy, or the next start.
func (l *Ledger) Run(ctx context.Context) {
	defer l.under.Wait()
	defer l.end()
	look, sweep := time.NewTicker(lookEvery), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer sweep.Stop()
	if err := l.expire(ctx); err != nil && ctx.Err() == nil {
		l.Log.Error("jobs that ran out are still there", "cause", err.Error())
	}
	for {
		for l.next(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			if err := l.expire(ctx); err != nil && ctx.Err() == nil {
				l.Log.Error("jobs that ran out are still there", "cause", err.Error())
			}
		case <-look.C:
		case <-l.wake:
		}
	}
}

// next does the job that is due first, and reports whether there may be another.
func (l *Ledger) next(ctx context.Context) bool {
	due, err := l.Jobs.ListJobs(ctx, storage.JobQuery{Due: l.now(), Limit: 8})
	if err != nil {
		if ctx.Err() == nil {
			l.Log.Warn("jobs cannot be looked for", "cause", err.Error())
		}
		return false
	}
	for i := range due {
		j, err := l.take(ctx, due[i].ID)
		if errors.Is(err, errTaken) || errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err == nil {
			err = l.do(ctx, j)
		}
		if err != nil && ctx.Err() == nil {
			l.Log.Warn("a job did not end; it is tried again", "job", due[i].ID, "cause", err.Error())
		}
		return err == nil && ctx.Err() == nil
	}
	return false
}

// take makes a job this copy's, for a while.
func (l *Ledger) take(ctx context.Context, id string) (*storage.Job, error) {
	return l.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		if due := j.Due(); due == 0 || due > l.now() {
			return nil, errTaken
		}
		j.Tries++
		l.hold(j)
		return nil, nil
	})
}

func (l *Ledger) hold(j *storage.Job) {
	j.State, j.Owner, j.Lease = storage.JobRunning, l.me, l.Now().Add(leaseTime).UnixMilli()
}

// change changes a job that is this copy's, and holds it for longer.
func (l *Ledger) change(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) error {
	_, err := l.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		if j.State != storage.JobRunning || j.Owner != l.me {
			return nil, errTaken
		}
		l.hold(j)
		return f(j)
	})
	return err
}

// do works at a job until it has ended, or ctx has, or somebody else took it.
func (l *Ledger) do(ctx context.Context, j *storage.Job) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		l.renew(working, stop, j.ID)
	}()
	err := l.work(working, j)
	stop()
	<-renewed
	code, is := refused(err)
	switch {
	case errors.Is(err, errTaken), errors.Is(err, storage.ErrNotFound):
		return nil // another goes on with it, or it was cancelled
	case ctx.Err() != nil:
		leaving, end := context.WithTimeout(context.WithoutCancel(ctx), renewEach)
		defer end()
		return l.change(leaving, j.ID, func(j *storage.Job) ([]storage.JobPart, error) {
			j.State, j.Owner = storage.JobWaiting, ""
			return nil, nil
		})
	case is:
		return l.fails(ctx, j.ID, code)
	case err != nil && j.Tries >= maxTries:
		l.Log.Error("a job failed", "job", j.ID, "cause", err.Error())
		return l.fails(ctx, j.ID, Broken)
	}
	return err
}

func (l *Ledger) work(ctx context.Context, j *storage.Job) error {
	if j.Kind == imports {
		return l.bring(ctx, j)
	}
	return l.make(ctx, j, l.change)
}

func (l *Ledger) fails(ctx context.Context, id string, code Code) error {
	return l.change(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		j.State, j.Owner, j.Fault = storage.JobFailed, "", string(code)
		return nil, nil
	})
}

// renew holds a job while it is worked at, and stops the work where that fails for
// as long as the lease is good.
func (l *Ledger) renew(ctx context.Context, stop func(), id string) {
	tick := time.NewTicker(renewEach)
	defer tick.Stop()
	good := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		begun := time.Now()
		err := l.change(ctx, id, func(*storage.Job) ([]storage.JobPart, error) { return nil, nil })
		switch {
		case err == nil:
			good = begun
		case errors.Is(err, errTaken), errors.Is(err, storage.ErrNotFound), time.Since(good) > leaseTime-renewEach:
			stop()
			return
		}
	}
}
