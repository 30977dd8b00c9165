package intake

import (
	"slices"

	"zoufang"
	"zoufang/storage"
)

// Arrive makes a medium known whose bytes are durable, sent by the devices, and
// takes it off the list of what records still need, each written again. Doing so
// twice changes nothing.
func Arrive(tx storage.Tx, m storage.Medium, from ...zoufang.DeviceID) error {
	m.At = tx.Now()
	if m.Size == 0 && m.Flaw == "" {
		m.Flaw = zoufang.FlawEmpty // of whatever type
	}
	if err := tx.AddMedium(m); err != nil {
		return err
	}
	for _, device := range slices.Compact(from) {
		if err := tx.NameMedium(m.Digest, storage.SentByDevice, string(device)); err != nil {
			return err
		}
	}
	needing, err := tx.Needing(m.Digest)
	if err != nil {
		return err
	}
	for _, id := range needing {
		r, err := tx.Record(id)
		if err != nil {
			return err
		}
		if r == nil || !slices.Contains(r.Need, m.Digest) {
			continue
		}
		r.Need = slices.DeleteFunc(r.Need, func(d zoufang.Digest) bool { return d == m.Digest })
		r.SetFlaw(m.Digest, m.Flaw)
		if err := tx.PutRecord(r, ""); err != nil {
			return err
		}
	}
	return nil
}
