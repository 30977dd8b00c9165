package intake

import (
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// flawedAtOnce bounds how many records are written again in one step.
const flawedAtOnce = 100

// Flawed notes of a medium that it cannot be seen, and tells it to all who read a
// record that names it: each is written again. Doing so twice changes nothing; after
// an error it is to be done again.
func (in *Intake) Flawed(ctx context.Context, d zoufang.Digest, f zoufang.Flaw) error {
	var naming []zoufang.RecordID
	err := in.Records.Update(ctx, "", func(tx storage.Tx) error {
		m, err := tx.Medium(d)
		if err != nil || m == nil {
			return err
		}
		if m.Flaw != f {
			if err := tx.FlawMedium(d, f); err != nil {
				return err
			}
		}
		names, err := tx.Names(d) // who names it from now on reads the flaw from the medium
		naming = slices.Clone(names.Records)
		return err
	})
	for len(naming) > 0 && err == nil {
		some := naming[:min(flawedAtOnce, len(naming))]
		naming = naming[len(some):]
		err = in.Records.Update(ctx, "", func(tx storage.Tx) error { return flawed(tx, d, f, some) })
	}
	return err
}

func flawed(tx storage.Tx, d zoufang.Digest, f zoufang.Flaw, naming []zoufang.RecordID) error {
	if err := tx.Ahead(nil, naming); err != nil {
		return err
	}
	for _, id := range naming {
		r, err := tx.Record(id)
		if err != nil {
			return err
		}
		if r == nil || !slices.Contains(r.Media(), d) || !r.SetFlaw(d, f) {
			continue
		}
		if err := tx.PutRecord(r, ""); err != nil {
			return err
		}
	}
	return nil
}
