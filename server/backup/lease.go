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

var errOvertaken = errors.New("another server began a backup there meanwhile and this one does not count: this one stood still, or the clocks of the two are apart")

const (
	leaseDir  = "lease/"
	leaseFor  = 10 * time.Minute // without a sign of life
	leaseSign = 2 * time.Minute
	lastLease = 999_999_999_999 // numbers above are nobody's
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

// held is a lease that this run has.
type held struct {
	p    *Place
	t    Target
	mine int
}

// hold runs f while nobody else writes to the target, or returns ErrBusy. Whoever
// cannot give a sign of life in time, or was overtaken, is stopped; f asks by
// still before whatever another's work could suffer from.
func (p *Place) hold(ctx context.Context, t Target, f func(context.Context, *held) error) error {
	mine, err := p.take(ctx, t)
	if err != nil {
		return err
	}
	h := &held{p, t, mine}
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
			err := h.still(ctx)
			if err == nil {
				err = h.sign(ctx, leaseFor)
			}
			switch {
			case err == nil:
				last = time.Now()
			case errors.Is(err, errOvertaken):
				stop(err)
			case time.Since(last) > leaseFor-leaseSign:
				stop(fmt.Errorf("the lease on the target could not be kept: %w", err))
			}
		}
	}()
	err = f(ctx, h)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	stop(nil)
	<-ended
	// It is given back also when ctx ended, so that the next need not wait.
	after, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer done()
	return errors.Join(err, h.release(after))
}

func leaseName(n int) string { return fmt.Sprintf("%s%08d", leaseDir, n) }

// leases gives the numbers used, in no order. Whatever else lies there is nobody's.
func leases(ctx context.Context, t Target) (all []int, last int, err error) {
	files, err := t.List(ctx, leaseDir)
	if err != nil {
		return nil, 0, err
	}
	for _, f := range files {
		n, err := strconv.Atoi(strings.TrimPrefix(f.Name, leaseDir))
		if err != nil || n < 1 || n > lastLease || leaseName(n) != f.Name {
			continue
		}
		all, last = append(all, n), max(last, n)
	}
	return all, last, nil
}

// take creates the next lease, unless one runs.
func (p *Place) take(ctx context.Context, t Target) (mine int, err error) {
	_, last, err := leases(ctx, t)
	if err != nil {
		return 0, err
	}
	if last > 0 { // those before it were overtaken
		b, err := readSmall(ctx, t, leaseName(last))
		if err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, errTooLong) {
			return 0, err
		}
		var l lease
		if err == nil && json.Unmarshal(b, &l) == nil && l.runs(p.Now()) {
			return 0, ErrBusy
		}
	}
	if last == lastLease {
		return 0, fmt.Errorf("%s there is none of ours: remove it", leaseName(last))
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
	_, last, err = leases(ctx, t)
	if err == nil && last != mine {
		err = ErrBusy
	}
	if err != nil {
		return 0, errors.Join(err, t.Remove(context.WithoutCancel(ctx), leaseName(mine)))
	}
	return mine, nil
}

// still fails unless this lease is the last: whoever has a later one took this run
// for dead and may do anything. What a later run removes is in its own set.
func (h *held) still(ctx context.Context) error {
	_, last, err := leases(ctx, h.t)
	if err == nil && last != h.mine {
		err = errOvertaken
	}
	return err
}

func (p *Place) leaseUntil(d time.Duration) ([]byte, error) {
	l := lease{Holder: zoufang.Token(6)}
	if d > 0 {
		l.Until = p.Now().Add(d).UnixMilli()
	}
	return json.Marshal(l)
}

func (h *held) sign(ctx context.Context, d time.Duration) error {
	b, err := h.p.leaseUntil(d)
	if err != nil {
		return err
	}
	return h.t.Put(ctx, leaseName(h.mine), bytes.NewReader(b))
}

// release marks the lease as done and removes those before it, or itself where it
// is not the last any more.
func (h *held) release(ctx context.Context) error {
	all, last, err := leases(ctx, h.t)
	if err == nil && last > h.mine {
		return h.t.Remove(ctx, leaseName(h.mine))
	}
	if err == nil {
		err = h.sign(ctx, 0)
	}
	if err != nil {
		return fmt.Errorf("the lease could not be given back: %w", err)
	}
	for _, n := range all {
		if n < h.mine {
			if err := h.t.Remove(ctx, leaseName(n)); err != nil {
				return err
			}
		}
	}
	return nil
}
