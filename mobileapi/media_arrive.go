package mobileapi

import (
	"context"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// arrive makes a finished upload known, and tells when in which epoch it was.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID) (epoch string, at int64, err error) {
	err = a.cfg.Records.Update(ctx, func(tx storage.Tx) error {
		m, err := tx.Meta()
		if err != nil {
			return err
		}
		epoch, at = m.Epoch, tx.Now()
		return intake.Arrive(tx, storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size}, u.Device, by)
	})
	return epoch, at, err
}
