package dirblob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zoufang"
	"zoufang/storage"
)

// Open finds an object for reading.
func (s *Store) Open(ctx context.Context, digest zoufang.Digest) (storage.Object, error) {
	if err := ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	if !digest.Valid() {
		return storage.Object{}, fmt.Errorf("open object: %w", storage.ErrNotFound)
	}
	f, err := os.Open(s.object(digest))
	if err != nil {
		return storage.Object{}, fmt.Errorf("open object: %w", missing(err))
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return storage.Object{}, fmt.Errorf("open object: %w", err)
	}
	return storage.Object{ReadSeekCloser: f, Size: info.Size(), Stored: info.ModTime()}, nil
}

// Stat gives an object's size.
func (s *Store) Stat(ctx context.Context, digest zoufang.Digest) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if !digest.Valid() {
		return 0, fmt.Errorf("stat object: %w", storage.ErrNotFound)
	}
	info, err := os.Lstat(s.object(digest))
	if err != nil {
		return 0, fmt.Errorf("stat object: %w", missing(err))
	}
	return info.Size(), nil
}

// Each walks the objects.
func (s *Store) Each(ctx context.Context, f func(zoufang.Digest, int64) error) error {
	for i := range s.shards {
		path := s.shards[i].Path
		err := eachName(path, func(name string) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			digest := zoufang.Digest(name)
			if !digest.Valid() {
				return nil
			}
			info, err := os.Lstat(filepath.Join(path, name))
			if err != nil {
				return ignoreMissing(err)
			}
			return f(digest, info.Size())
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// missing turns "no such file" into the store's own word for it.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return storage.ErrNotFound
	}
	return err
}
