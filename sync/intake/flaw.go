package intake

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

// Flawed notes of a medium that it cannot be seen, and begins to tell it to all who
// read a record that names it: each is written again. more: there are others, and
// Tell goes on. Doing so twice changes nothing; after an error it is to be done again.
func (in *Intake) Flawed(ctx context.Context, d zoufang.Digest, f zoufang.Flaw) (more bool, err error) {
	err = in.Records.Update(ctx, "", func(tx storage.Tx) error {
		more = false
		m, err := tx.Medium(d)
		if err != nil || m == nil || m.Flaw == f {
			return err
		}
		if err := tx.FlawMedium(d, f); err != nil {
			return err
		}
		more, _, err = tell(tx, d)
		return err
	})
	return more, err
}
