package dirblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"zoufang"
	"zoufang/internal/durable"
	"zoufang/storage"
)

// Remove forgets an object, durably, then what was derived from it.
func (s *Store) Remove(ctx context.Context, digest zoufang.Digest) error {
	if err := ctx.Err(); err != nil || !digest.Valid() {
		return err
	}
	err := s.step("remove", func() error { return ignoreMissing(os.Remove(s.object(digest))) })
	if err == nil {
		err = s.step("dirsync", s.shard(digest).Sync)
	}
	if err == nil {
		err = os.RemoveAll(s.derived(digest))
	}
	if err != nil {
		return fmt.Errorf("remove object: %w", err)
	}
	return nil
}

// PutDerived writes beside the name and renames, as Put does.
func (s *Store) PutDerived(ctx context.Context, digest zoufang.Digest, name string, data []byte) error {
	if !digest.Valid() || !storage.ValidUploadID(name) || len(data) > storage.MaxDerived {
		return fmt.Errorf("put derived: %w", storage.ErrBlobInvalid)
	}
	dir := s.derived(digest)
	err := ctx.Err()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = s.writeDerived(dir, name, data)
	}
	if err != nil {
		return fmt.Errorf("put derived: %w", err)
	}
	return nil
}

func (s *Store) writeDerived(dir, name string, data []byte) error {
	f, err := durable.Create(dir, name+".*"+newSuffix)
	if err != nil {
		return err
	}
	defer f.Drop()
	if err := s.step("write", func() error { _, err := f.Write(data); return err }); err != nil {
		return err
	}
	return f.Give(name)
}

// Derived reads what PutDerived wrote.
func (s *Store) Derived(ctx context.Context, digest zoufang.Digest, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !digest.Valid() || !storage.ValidUploadID(name) {
		return nil, fmt.Errorf("read derived: %w", storage.ErrNotFound)
	}
	f, err := os.Open(filepath.Join(s.derived(digest), name))
	if err != nil {
		return nil, fmt.Errorf("read derived: %w", missing(err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, storage.MaxDerived+1))
	if err == nil && len(b) > storage.MaxDerived {
		err = errors.New("larger than anything derived")
	}
	if err != nil {
		return nil, fmt.Errorf("read derived: %w", err)
	}
	return b, nil
}

// derived is the directory of what was worked out of an object. There is one an
// object, so that what a crash left in it goes with it.
func (s *Store) derived(d zoufang.Digest) string {
	return filepath.Join(s.root, "derived", string(d[:2]), string(d))
}
