package mobileapi

import (
	"context"
	"errors"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// A medium that nobody named for unnamedLife is forgotten; its bytes go fadeTime
// later, which is longer than any transaction or backup that still knew it lasts, if
// still nobody named it. One that is named between comes back as it was.
const (
	unnamedLife = 31 * 24 * time.Hour
	fadeTime    = 24 * time.Hour
	removeTime  = time.Hour // after which whoever was removing it is taken for dead
	fadeAtOnce  = 100
)

// fade takes all that ran out a step on.
func (a *API) fade(ctx context.Context) error {
	now := a.cfg.Clock()
	for _, step := range []struct {
		stage storage.Stage
		life  time.Duration
		take  func(context.Context, storage.Charge) error
	}{
		{storage.StageOpen, uploadLife, a.forgive},
		{storage.StageStored, unnamedLife, a.forget},
		{storage.StageFading, fadeTime, a.release},
		{storage.StageRemoving, removeTime, a.release},
	} {
		for more := true; more; {
			var due []storage.Charge
			err := a.cfg.Records.View(ctx, func(v storage.View) (err error) {
				due, err = v.ChargesBefore(step.stage, now.Add(-step.life).UnixMilli(), fadeAtOnce)
				return err
			})
			if err != nil {
				return err
			}
			for _, c := range due {
				if err := step.take(ctx, c); err != nil {
					return err
				}
			}
			more = len(due) == fadeAtOnce
		}
	}
	return nil
}

// onCharge runs f on a charge that is still as it was read.
func (a *API) onCharge(ctx context.Context, c storage.Charge, f func(tx storage.Tx, others []storage.Charge, names storage.MediumNames) error) error {
	return a.cfg.Records.Update(ctx, "", func(tx storage.Tx) error {
		on, err := tx.ChargesFor(c.Digest)
		if err != nil {
			return err
		}
		var others []storage.Charge
		same := false
		for _, o := range on {
			if o.ID == c.ID {
				same = o == c
			} else {
				others = append(others, o)
			}
		}
		if !same {
			return nil
		}
		names, err := tx.Names(c.Digest)
		if err != nil {
			return err
		}
		return f(tx, others, names)
	})
}

// forgive forgets the charge of an upload that ran out: its bytes go by themselves.
func (a *API) forgive(ctx context.Context, c storage.Charge) error {
	return a.onCharge(ctx, c, func(tx storage.Tx, _ []storage.Charge, _ storage.MediumNames) error { return tx.DropCharge(c.ID) })
}

// forget has a medium not be known any more that nobody named. A line may name it at
// this very moment, on another copy; release finds that out.
func (a *API) forget(ctx context.Context, c storage.Charge) error {
	return a.onCharge(ctx, c, func(tx storage.Tx, others []storage.Charge, names storage.MediumNames) error {
		if names.Named() || len(others) > 0 { // it stays: as evidence, or on another's account
			return tx.DropCharge(c.ID)
		}
		c.Stage, c.At = storage.StageFading, tx.Now()
		return errors.Join(tx.DropMedium(c.Digest), tx.PutCharge(c))
	})
}

// release removes the bytes of a medium that is not known any more, or makes it
// known again where a line names it. It is removed by whoever wrote so, alone, and
// what sends the medium waits meanwhile (see stay).
func (a *API) release(ctx context.Context, c storage.Charge) error {
	ours, returned, more := false, false, false
	err := a.onCharge(ctx, c, func(tx storage.Tx, others []storage.Charge, names storage.MediumNames) error {
		ours, returned, more = false, false, false
		switch {
		case c.Stage == storage.StageFading && names.Named():
			returned = true
			var err error
			more, err = back(tx, c)
			return err
		case c.Stage == storage.StageFading && len(others) > 0: // it is coming again
			return tx.DropCharge(c.ID)
		}
		ours = true
		next := c
		next.Stage, next.At = storage.StageRemoving, tx.Now()
		return tx.PutCharge(next)
	})
	if err == nil && returned {
		a.returned(c, more)
	}
	if err != nil || !ours {
		return err
	}
	var names storage.MediumNames
	err = a.cfg.Records.View(ctx, func(v storage.View) (err error) { // lines of just before are in it
		names, err = v.Names(c.Digest)
		return err
	})
	if err != nil {
		return err
	}
	keep := names.Named()
	if keep {
		if _, err := a.cfg.Blobs.Stat(ctx, c.Digest); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		} else if err != nil {
			keep = false // it was removed before by one who died then
		}
	}
	if !keep {
		if err := a.cfg.Blobs.Remove(ctx, c.Digest); err != nil {
			return err
		}
	}
	err = a.cfg.Records.Update(ctx, "", func(tx storage.Tx) (err error) {
		if keep {
			more, err = back(tx, c)
			return err
		}
		return tx.DropCharge(c.ID)
	})
	if err == nil && keep {
		a.returned(c, more)
	}
	return err
}

// back makes a medium known again. more is as of Arrive.
func back(tx storage.Tx, c storage.Charge) (more bool, err error) {
	more, err = intake.Arrive(tx, storage.Medium{Digest: c.Digest, Type: c.Type, Size: c.Size})
	return more, errors.Join(err, tx.DropCharge(c.ID))
}

// returned sees to a medium that is back: what records have to know of it.
func (a *API) returned(c storage.Charge, more bool) {
	if more {
		a.tellOn()
	}
	if zoufang.IsPicture(c.Type) {
		a.pictures.Look(c.Digest)
	}
}

// Sweep forgets uploads and media that ran out. Whoever runs the server calls it now
// and then; on several copies at once is fine.
func (a *API) Sweep(ctx context.Context) error {
	_, err := a.cfg.Blobs.Expire(ctx, a.cfg.Clock().UnixMilli())
	return errors.Join(err, a.fade(ctx))
}
