package mobileapi

import (
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// arrive makes a medium known whose bytes are durable, and takes it off the list
// of what records still need, each written again. Doing so twice changes nothing.
func (a *API) arrive(ctx context.Context, u storage.Upload, by zoufang.DeviceID) (epoch string, at int64, err error) {
	err = a.cfg.Records.Update(ctx, func(tx storage.Tx) error {
		m, err := tx.Meta()
		if err != nil {
			return err
		}
		epoch, at = m.Epoch, tx.Now()
		if err := tx.AddMedium(storage.Medium{Digest: u.Digest, Type: u.Type, Size: u.Size, At: at}); err != nil {
			return err
		}
		for _, device := range []zoufang.DeviceID{u.Device, by} {
			if err := tx.NameMedium(u.Digest, storage.SentByDevice, string(device)); err != nil {
				return err
			}
		}
		needing, err := tx.Needing(u.Digest)
		if err != nil {
			return err
		}
		for _, id := range needing {
			r, err := tx.Record(id)
			if err != nil {
				return err
			}
			if r == nil || !slices.Contains(r.Need, u.Digest) {
				continue
			}
			r.Need = slices.DeleteFunc(r.Need, func(d zoufang.Digest) bool { return d == u.Digest })
			if err := tx.PutRecord(r, ""); err != nil {
				return err
			}
		}
		return nil
	})
	return epoch, at, err
}
