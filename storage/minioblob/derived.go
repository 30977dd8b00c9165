package minioblob

import (
	"context"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

const derivedPrefix = "derived/"

func derived(d zoufang.Digest) string { return derivedPrefix + string(d[:2]) + "/" + string(d) + "/" }

// Remove forgets an object, then what was derived from it.
func (s *Store) Remove(ctx context.Context, digest zoufang.Digest) error {
	if !digest.Valid() {
		return nil
	}
	err := s.remove(ctx, object(digest))
	if err == nil {
		err = s.removeAll(ctx, derived(digest))
	}
	if err != nil {
		return fmt.Errorf("remove object: %w", err)
	}
	return nil
}

// PutDerived stores a little that was worked out of an object.
func (s *Store) PutDerived(ctx context.Context, digest zoufang.Digest, name string, data []byte) error {
	if !digest.Valid() || !storage.ValidUploadID(name) || len(data) > storage.MaxDerived {
		return fmt.Errorf("put derived: %w", storage.ErrBlobInvalid)
	}
	if _, err := s.put(ctx, derived(digest)+name, data, condition{}, nil); err != nil {
		return fmt.Errorf("put derived: %w", err)
	}
	return nil
}

// Derived reads what PutDerived stored.
func (s *Store) Derived(ctx context.Context, digest zoufang.Digest, name string) ([]byte, error) {
	if !digest.Valid() || !storage.ValidUploadID(name) {
		return nil, fmt.Errorf("read derived: %w", storage.ErrNotFound)
	}
	data, _, err := s.get(ctx, derived(digest)+name, storage.MaxDerived)
	if err != nil {
		return nil, fmt.Errorf("read derived: %w", err)
	}
	return data, nil
}
