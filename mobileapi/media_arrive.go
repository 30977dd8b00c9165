package mobileapi

import (
	"context"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// arrive makes a finished upload known, and tells when in which epoch it was.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID) (epoch string, at int64, err error) {
	err = a.cfg.Records.Update(ctx, "", func(tx storage.Tx) error {
		m, err := tx.Meta()
		if err != nil {
			return err
		}
		epoch = m.Epoch
		return intake.Arrive(tx, storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size}, u.Device, by)
	})
	if err != nil {
		return "", 0, err
	}
	at, err = a.cfg.Upkeep.Clock(ctx) // after it is durable: see Advance
	return epoch, at, err
}
