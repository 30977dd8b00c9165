package mobileapi

import (
	"context"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// arrive makes a finished upload known, and tells when in which epoch it was. Where
// very many records need the medium the answer does not wait for all to be told: what
// is left is stored, and Tell goes on.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID) (epoch string, at int64, err error) {
	more := false
	err = a.cfg.Records.Update(ctx, "", func(tx storage.Tx) error {
		m, err := tx.Meta()
		if err != nil {
			return err
		}
		epoch = m.Epoch
		more, err = intake.Arrive(tx, storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size}, u.Device, by)
		return err
	})
	if err != nil {
		return "", 0, err
	}
	if more {
		select {
		case a.arrived <- struct{}{}:
		default: // Tell has been called already
		}
	}
	at, err = a.cfg.Upkeep.Clock(ctx) // after it is durable: see Advance
	return epoch, at, err
}

// tellEvery is how soon Tell finds what another copy of the server left undone, or
// what failed.
const tellEvery = time.Minute

// Tell tells the records that need it of each medium that came, until ctx ends: first
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
