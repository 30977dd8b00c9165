package mobileapi

import (
	"context"
	"errors"
	"time"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/space"
	"zoufang/storage"
)

// What one user may have the server keep that no record names: media that came, and
// uploads that are not finished, at their declared size. An honest phone sends its
// lines first, so that nearly all its media are named when they come and count for
// nothing here; what counts are uploads under way, of which it has one, media of
// lines that are held, and those it sends before their lines because it is full. The
// first is room for eight recordings of the largest size, or 800 photos.
const (
	maxUnnamed = 160 << 20 // bytes
	maxOpen    = 100       // uploads
	leastCost  = 64 << 10  // of one, however small: it takes an inode and some rows
)

const (
	budgetWait   = time.Minute     // until lines may have named some of it
	fullWait     = 5 * time.Minute // until an operator may have made room
	removingWait = time.Minute
)

func cost(size int64) int64 { return max(size, leastCost) }

// room refuses new media below the floor of free space.
func (a *API) room() error {
	if a.cfg.Space.Level() >= space.NoMedia {
		return problem.Of(problem.Full).Wait(fullWait)
	}
	return nil
}

// roomForLines refuses lines at the very end, while what was begun can still be
// finished; phones go on reading.
func (a *API) roomForLines() error {
	if a.cfg.Space.Level() >= space.NoLines {
		return problem.Of(problem.Busy).Wait(fullWait)
	}
	return nil
}

// admit charges the user with an upload that is about to begin, within the bounds,
// unless it comes whole and a record names it already. From then on until it
// arrives the medium is not removed.
func (a *API) admit(ctx context.Context, u storage.Upload) (adm admission, err error) {
	named, free := false, false
	err = a.cfg.Records.View(ctx, func(v storage.View) error {
		names, err := v.Names(u.Digest)
		if named = names.Recorded; err != nil || !named {
			return err
		}
		on, err := v.ChargesFor(u.Digest)
		free = len(on) == 0
		return err
	})
	if _, whole := wholeOf(u.ID); err != nil || whole && free {
		return adm, err
	}
	size := u.Size
	if named { // it counts as an upload, until it came
		size = 0
	}
	adm.charged = true
	var useless []storage.Charge
	err = a.cfg.Records.Update(ctx, "", func(tx storage.Tx) error {
		useless, adm.before = nil, nil
		if err := stay(tx, u.Digest); err != nil {
			return err
		}
		own, err := tx.ChargesOf(u.User)
		if err != nil {
			return err
		}
		for i, c := range own {
			if c.ID == chargeID(u) && c.Stage == storage.StageStored {
				adm.before = &own[i]
			}
		}
		bytes, open := tally(own, chargeID(u))
		over := func() bool { return open >= maxOpen || !named && bytes+cost(size) > maxUnnamed }
		if over() {
			if useless, err = reclaim(tx, own, u); err != nil {
				return err
			}
			for _, c := range useless {
				bytes, open = bytes-cost(c.Size), open-1
			}
		}
		if over() {
			return problem.Of(problem.SlowDown).Wait(budgetWait)
		}
		return tx.PutCharge(storage.Charge{ID: chargeID(u), User: u.User, Digest: u.Digest, Type: u.Type, Size: size, At: u.Created, Stage: storage.StageOpen})
	})
	if err != nil {
		return adm, err
	}
	for _, c := range useless {
		if err := a.cfg.Blobs.Abort(ctx, c.ID); err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrLocked) {
			return adm, err
		}
	}
	return adm, nil
}

// admission is what an upload was let in with.
type admission struct {
	charged bool
	before  *storage.Charge // for the same medium, which came before
}

// chargeID names the charge of an upload; one that comes whole has that of the medium.
func chargeID(u storage.Upload) string {
	if _, whole := wholeOf(u.ID); whole {
		return storage.StoredCharge(u.User, u.Digest)
	}
	return u.ID
}

// stay sees to it that a medium that is about to come is not removed. One that is
// being removed has to be waited for.
func stay(tx storage.Tx, d zoufang.Digest) error {
	on, err := tx.ChargesFor(d)
	if err != nil {
		return err
	}
	for _, c := range on {
		switch c.Stage {
		case storage.StageRemoving:
			return problem.Of(problem.Busy).Wait(removingWait)
		case storage.StageFading:
			if err := tx.DropCharge(c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// tally sums up what a user is charged for, the charge of an id apart.
func tally(own []storage.Charge, but string) (bytes int64, open int) {
	for _, c := range own {
		if c.ID == but {
			continue
		}
		switch c.Stage {
		case storage.StageOpen:
			open++
			bytes += cost(c.Size)
		case storage.StageStored:
			bytes += cost(c.Size)
		}
	}
	return bytes, open
}

// reclaim takes away uploads that no phone goes on with: of this very medium, which
// begins anew because the phone never learned their address, and of media that came
// another way.
func reclaim(tx storage.Tx, own []storage.Charge, u storage.Upload) (gone []storage.Charge, err error) {
	for _, c := range own {
		if c.Stage != storage.StageOpen || c.ID == chargeID(u) || c.ID == storage.StoredCharge(c.User, c.Digest) {
			continue
		}
		useless := c.Digest == u.Digest
		if !useless {
			m, err := tx.Medium(c.Digest)
			if err != nil {
				return nil, err
			}
			useless = m != nil
		}
		if !useless {
			continue
		}
		if err := tx.DropCharge(c.ID); err != nil {
			return nil, err
		}
		gone = append(gone, c)
	}
	return gone, nil
}

// uncharge forgets the charge of an upload that came to nothing, or puts back the one
// that was in its place. Where that fails it stands until it runs out, or the upload
// begins anew.
func (a *API) uncharge(ctx context.Context, u storage.Upload, before *storage.Charge) {
	err := a.cfg.Records.Update(context.WithoutCancel(ctx), "", func(tx storage.Tx) error {
		if before != nil {
			return tx.PutCharge(*before)
		}
		return tx.DropCharge(chargeID(u))
	})
	if err != nil {
		a.cfg.Log.Warn("an upload that came to nothing is still charged for", "cause", err)
	}
}

// settle charges for a medium that arrived as long as no record names it.
func settle(tx storage.Tx, u storage.Upload) error {
	if err := errors.Join(stay(tx, u.Digest), tx.DropCharge(chargeID(u))); err != nil {
		return err
	}
	names, err := tx.Names(u.Digest)
	if err != nil || names.Recorded {
		return err
	}
	return tx.PutCharge(storage.Charge{ID: storage.StoredCharge(u.User, u.Digest), User: u.User, Digest: u.Digest, Type: u.Type, Size: u.Size,
		At: tx.Now(), Stage: storage.StageStored})
}
