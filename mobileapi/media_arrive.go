package mobileapi

import (
	"context"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// arrive makes a finished upload known, and tells when in which epoch it was. What
// its user is charged with is settled, and the picture looked at when there is time.
// Where very many records need the medium the answer does not wait for all to be told:
// what is left is stored, and Tell goes on.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID, charged bool) (epoch string, at int64, err error) {
	flaw, told := zoufang.Flaw(""), true
	if zoufang.IsPicture(u.Type) {
		flaw, told = a.pictures.Arriving(ctx, u.Digest) // so that rows are written once
	}
	more := false
	err = a.cfg.Records.Update(ctx, "", func(tx storage.Tx) error {
		m, err := tx.Meta()
		if err != nil {
			return err
		}
		epoch = m.Epoch
		if charged {
			if err := settle(tx, u); err != nil {
				return err
			}
		}
		more, err = intake.Arrive(tx, storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size, Flaw: flaw}, u.Device, by)
		return err
	})
	if err != nil {
		return "", 0, err
	}
	if more {
		a.tellOn()
	}
	if !told {
		a.pictures.Look(u.Digest)
	}
	at, err = a.cfg.Upkeep.Clock(ctx) // after it is durable: see Advance
	return epoch, at, err
}

// flawed notes that a medium cannot be seen; records are told as of an arrival.
func (a *API) flawed(ctx context.Context, d zoufang.Digest, f zoufang.Flaw) error {
	more, err := a.intake.Flawed(ctx, d, f)
	if more {
		a.tellOn()
	}
	return err
}

// tellOn has Tell go on with what is left.
func (a *API) tellOn() {
	select {
	case a.arrived <- struct{}{}:
	default: // it has been called already
	}
}

// tellEvery is how soon Tell finds what another copy of the server left undone, or
// what failed.
const tellEvery = time.Minute

// Tell tells the records that name it of each medium that came, or was found flawed,
// until ctx ends: first
// of those that an earlier process left. Whoever runs the server runs it beside; on
// several copies at once is fine.
func (a *API) Tell(ctx context.Context) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		if err := a.intake.Tell(ctx); err != nil && ctx.Err() == nil {
			a.cfg.Log.Error("records have not all been told of a medium that came; it is tried again", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-a.arrived:
		}
	}
}
