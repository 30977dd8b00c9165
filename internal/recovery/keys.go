package recovery

import (
	"context"
	"errors"
	"time"

	"zoufang/storage"
)

const purpose = "recovery"

// Rotate adds a recovery key, which is in use from now on: phones wrap to it at
// their next sync after a day. The older ones stay.
func Rotate(ctx context.Context, accounts storage.Accounts, now time.Time) error {
	k, err := New()
	if err != nil {
		return err
	}
	return accounts.AddKey(ctx, storage.Key{ID: k.ID, Purpose: purpose, Secret: k.Secret(), Created: now.UnixMilli()})
}

// Keys lists the server's recovery keys, the one in use first; the first is made
// where there is none. Older ones stay: files wrapped to them still open.
func Keys(ctx context.Context, accounts storage.Accounts, now time.Time) ([]Key, error) {
	stored, err := accounts.Keys(ctx, purpose)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		// Two servers may make one each at once: the order of the list says for both
		// which is in use, and each opens what was wrapped to it.
		if err := Rotate(ctx, accounts, now); err != nil {
			return nil, err
		}
		if stored, err = accounts.Keys(ctx, purpose); err != nil {
			return nil, err
		}
	}
	keys := make([]Key, len(stored))
	for i, s := range stored {
		if keys[i], err = Parse(s.Secret); err != nil {
			return nil, err
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("a recovery key that was just stored is not there")
	}
	return keys, nil
}
