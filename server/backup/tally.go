package backup

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// tally counts and sums what passes, by kind, in whatever order. Two stores with
// the same content have the same tally.
type tally struct {
	part ['z']struct{ n, sum uint64 }
}

// found holds a store to what passed.
func (t *tally) found(ctx context.Context, s storage.Upkeep) error {
	var got tally
	if err := s.Dump(ctx, func(d storage.Dump) error { return storage.All(d, got.note) }); err != nil {
		return err
	}
	if got.part != t.part {
		return errors.New("the store does not give back what was put into it")
	}
	return nil
}

func (t *tally) note(e storage.Entry) error {
	b, err := sameBytes(e)
	if err != nil {
		return err
	}
	h := sha256.Sum256(b)
	p := &t.part[e.Kind()]
	p.n++
	p.sum += binary.BigEndian.Uint64(h[:8])
	return nil
}

// sameBytes are the same for entries that are. Empty lists and none are the same
// but for Reach, where none is everywhere.
func sameBytes(e storage.Entry) ([]byte, error) {
	switch same := e.(type) {
	case storage.Held:
		same.Waits, same.Areas = slices.Sorted(slices.Values(same.Waits)), append([]zoufang.AreaID(nil), same.Areas...)
		return encoding.Marshal(same)
	case storage.User:
		same.Areas, same.Grants = append([]zoufang.AreaID(nil), same.Areas...), append([]zoufang.Grant(nil), same.Grants...)
		return encoding.Marshal(same)
	case storage.StoredRecord:
		return storage.PlainRecord(same.Record)
	}
	return encoding.Marshal(e)
}
