package mobileapi

import (
	"context"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// arrive makes a finished upload known, and tells when in which epoch it was. What
// its user is charged with is settled, and the picture looked at when there is time.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID, charged bool) (epoch string, at int64, err error) {
	flaw, told := zoufang.Flaw(""), true
	if zoufang.IsPicture(u.Type) {
		flaw, told = a.pictures.Arriving(ctx, u.Digest) // so that rows are written once
	}
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
		return intake.Arrive(tx, storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size, Flaw: flaw}, u.Device, by)
	})
	if err != nil {
		return "", 0, err
	}
	if !told {
		a.pictures.Look(u.Digest)
	}
	at, err = a.cfg.Upkeep.Clock(ctx) // after it is durable: see Advance
	return epoch, at, err
}
