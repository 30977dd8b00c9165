package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zoufang"
	"zoufang/storage"
)

// ErrBusy says that somebody else is backing up into the target.
var ErrBusy = errors.New("another backup is being written there")

const (
	leaseDir  = "lease/"
	leaseFor  = 10 * time.Minute // without a sign of life
	leaseSign = 2 * time.Minute
)

// A lease is a numbered file that only one can create. The numbers never go back
// to 1 while the last is kept, so that whoever looked long ago cannot create one
// that was used meanwhile and not notice.
type lease struct {
	Holder string `json:"holder"`
	Until  int64  `json:"until"` // Unix ms by the holder's clock; 0: it is done
}

// runs is false, too, of one given by a clock that was far ahead.
func (l lease) runs(now time.Time) bool {
	return l.Until > now.UnixMilli() && l.Until < now.Add(2*leaseFor).UnixMilli()
}

// hold runs f while nobody else writes to the target, or returns ErrBusy. Whoever
// cannot give a sign of life in time is stopped: another may have begun.
func (p *Place) hold(ctx context.Context, t Target, f func(context.Context) error) error {
	mine, err := p.take(ctx, t)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(leaseSign)
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := p.sign(ctx, t, mine, leaseFor); err == nil {
				last = time.Now()
			} else if time.Since(last) > leaseFor-leaseSign {
				stop(fmt.Errorf("the lease on the target could not be kept: %w", err))
			}
		}
	}()
	err = f(ctx)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	stop(nil)
	<-ended
	// It is given back also when ctx ended, so that the next need not wait.
	after, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer done()
	return errors.Join(err, p.release(after, t, mine))
}

func leaseName(n int) string { return fmt.Sprintf("%s%08d", leaseDir, n) }

// take creates the next lease, unless one runs.
func (p *Place) take(ctx context.Context, t Target) (mine int, err error) {
	last, err := p.lastLease(ctx, t)
	if err != nil {
		return 0, err
	}
	mine = last + 1
	b, err := p.leaseUntil(leaseFor)
	if err != nil {
		return 0, err
	}
	if err := t.Create(ctx, leaseName(mine), b); errors.Is(err, storage.ErrTaken) {
		return 0, ErrBusy
	} else if err != nil {
		return 0, err
	}
	files, err := t.List(ctx, leaseDir)
	if err == nil && len(files) > 0 && files[len(files)-1].Name != leaseName(mine) {
		err = ErrBusy
	}
	if err != nil {
		return 0, errors.Join(err, t.Remove(context.WithoutCancel(ctx), leaseName(mine)))
	}
	return mine, nil
}

// lastLease gives the highest number used, or ErrBusy while one of them runs.
func (p *Place) lastLease(ctx context.Context, t Target) (last int, err error) {
	files, err := t.List(ctx, leaseDir)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		n, err := strconv.Atoi(strings.TrimPrefix(f.Name, leaseDir))
		if err != nil || n < 0 {
			continue
		}
		last = max(last, n)
		b, err := readSmall(ctx, t, f.Name)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		var l lease
		if json.Unmarshal(b, &l) == nil && l.runs(p.Now()) {
			return 0, ErrBusy
		}
	}
	return last, nil
}

func (p *Place) leaseUntil(d time.Duration) ([]byte, error) {
	l := lease{Holder: zoufang.Token(6)}
	if d > 0 {
		l.Until = p.Now().Add(d).UnixMilli()
	}
	return json.Marshal(l)
}

func (p *Place) sign(ctx context.Context, t Target, n int, d time.Duration) error {
	b, err := p.leaseUntil(d)
	if err != nil {
		return err
	}
	return t.Put(ctx, leaseName(n), bytes.NewReader(b))
}

// release marks the lease as done and removes those before it.
func (p *Place) release(ctx context.Context, t Target, mine int) error {
	if err := p.sign(ctx, t, mine, 0); err != nil {
		return fmt.Errorf("the lease could not be given back: %w", err)
	}
	files, err := t.List(ctx, leaseDir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Name < leaseName(mine) {
			if err := t.Remove(ctx, f.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
