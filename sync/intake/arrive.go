package intake

import (
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// Bounds of what one transaction tells records of a medium that came: how many of
// those that name it are looked at, and their bytes. A phone that syncs beside it waits for one such transaction at most.
const (
	tellAtOnce = 50
	tellBytes  = 1 << 20
)

// Arrive makes a medium known whose bytes are durable, sent by the devices, and
// begins to take it off the list of what records still need, each written again, with
// what is wrong with it. more: there are others, and Tell goes on. Doing so twice
// changes nothing.
func Arrive(tx storage.Tx, m storage.Medium, from ...zoufang.DeviceID) (more bool, err error) {
	for _, device := range slices.Compact(from) {
		if err := tx.NameMedium(m.Digest, storage.SentByDevice, string(device)); err != nil {
			return false, err
		}
	}
	known, err := tx.Medium(m.Digest)
	if err != nil || known != nil { // its records have been told, or Arrivals has it
		return false, err
	}
	m.At = tx.Receipt()
	if m.Size == 0 && m.Flaw == "" {
		m.Flaw = zoufang.FlawEmpty // of whatever type
	}
	if err := tx.AddMedium(m); err != nil {
		return false, err
	}
	more, _, err = tell(tx, m.Digest)
	return more, err
}

// tell tells some of the records that name a medium that came what they don't know of
// it. It gives the area of the last.
func tell(tx storage.Tx, d zoufang.Digest) (more bool, near zoufang.AreaID, err error) {
	m, err := tx.Medium(d)
	if err != nil {
		return false, "", err
	}
	bytes := 0
	more, err = tx.Naming(d, tellAtOnce, func(id zoufang.RecordID) (bool, error) {
		r, err := tx.Record(id)
		if err != nil || r == nil || m == nil {
			return err == nil, err
		}
		near = r.Area
		bytes += r.Filled("").Bytes
		if news(r, m) {
			err = tx.PutRecord(r, "")
		}
		return bytes < tellBytes, err
	})
	return more, near, err
}

// news notes what is known of a medium in a record that names it, and tells whether
// the record did not know.
func news(r *zoufang.Record, m *storage.Medium) bool {
	needs := slices.Contains(r.Need, m.Digest)
	if needs {
		r.Need = slices.DeleteFunc(r.Need, func(d zoufang.Digest) bool { return d == m.Digest })
	}
	return slices.Contains(r.Media(), m.Digest) && r.SetFlaw(m.Digest, m.Flaw) || needs
}

// Tell tells the records of all media that came until all have been told, a
// transaction for some at a time. Whoever is ended half way, or comes beside another,
// leaves the rest to the next: what is left to tell is stored.
func (in *Intake) Tell(ctx context.Context) error {
	for {
		var media []zoufang.Digest
		err := in.Records.View(ctx, func(v storage.View) (err error) {
			media, err = v.Arrivals(1)
			return err
		})
		if err != nil || len(media) == 0 {
			return err
		}
		if err := in.tellAll(ctx, media[0]); err != nil {
			return err
		}
	}
}

func (in *Intake) tellAll(ctx context.Context, d zoufang.Digest) error {
	var near zoufang.AreaID
	for more := true; more; {
		err := in.Records.Update(ctx, near, func(tx storage.Tx) (err error) {
			more, near, err = tell(tx, d)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
