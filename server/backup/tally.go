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

// tally is a storage.Load that counts and sums what passes, in whatever order, on
// its way to another. Two stores with the same content have the same tally.
type tally struct {
	to   storage.Load // nil: nowhere
	part [10]struct{ n, sum uint64 }
}

// found holds a store to what passed.
func (t *tally) found(ctx context.Context, s storage.Upkeep) error {
	var got tally
	if err := s.Dump(ctx, func(d storage.Dump) error { return pour(d, &got) }); err != nil {
		return err
	}
	if got.part != t.part {
		return errors.New("the store does not give back what was put into it")
	}
	return nil
}

func (t *tally) next() storage.Load {
	if t.to == nil {
		return nowhere{}
	}
	return t.to
}

func (t *tally) note(part int, v any) error {
	b, ok := v.([]byte)
	if !ok {
		var err error
		if b, err = encoding.Marshal(v); err != nil {
			return err
		}
	}
	h := sha256.Sum256(b)
	t.part[part].n++
	t.part[part].sum += binary.BigEndian.Uint64(h[:8])
	return nil
}

func pass[T any](t *tally, part int, v T, next func(T) error) error {
	if err := t.note(part, v); err != nil {
		return err
	}
	return next(v)
}

func (t *tally) Commit(c storage.Commit) error { return pass(t, 0, c, t.next().Commit) }
func (t *tally) Write(w storage.Write) error   { return pass(t, 1, w, t.next().Write) }
func (t *tally) Head(h storage.Head) error     { return pass(t, 2, h, t.next().Head) }
func (t *tally) Medium(m storage.Medium) error { return pass(t, 3, m, t.next().Medium) }
func (t *tally) Device(d zoufang.Device) error { return pass(t, 4, d, t.next().Device) }
func (t *tally) Key(k storage.Key) error       { return pass(t, 5, k, t.next().Key) }

// Empty lists and none are the same but for Reach, where none is everywhere.
func (t *tally) Held(h storage.Held) error {
	same := h
	same.Waits, same.Areas = slices.Sorted(slices.Values(h.Waits)), append([]zoufang.AreaID(nil), h.Areas...)
	if err := t.note(6, same); err != nil {
		return err
	}
	return t.next().Held(h)
}

func (t *tally) User(u zoufang.User) error {
	same := u
	same.Areas, same.Grants = append([]zoufang.AreaID(nil), u.Areas...), append([]zoufang.Grant(nil), u.Grants...)
	if err := t.note(7, same); err != nil {
		return err
	}
	return t.next().User(u)
}

func (t *tally) Record(r *zoufang.Record, written int64) error {
	b, err := storage.PlainRecord(r)
	if err != nil {
		return err
	}
	if err := t.note(8, b); err != nil {
		return err
	}
	return t.next().Record(r, written)
}

func (t *tally) Name(d zoufang.Digest, role storage.NameRole, id string) error {
	if err := t.note(9, nameEntry{d, role, id}); err != nil {
		return err
	}
	return t.next().Name(d, role, id)
}
