package minioblob

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"zoufang"
	"zoufang/storage"
)

const mediaPrefix = "media/"

// object is the key of a valid digest.
func object(d zoufang.Digest) string { return mediaPrefix + string(d[:2]) + "/" + string(d) }

// Put stores an object. One that is there is read, and written over where its
// bytes do not have the digest, or cannot be read.
func (s *Store) Put(ctx context.Context, digest zoufang.Digest, size int64, body io.Reader) error {
	if !digest.Valid() || size < 0 {
		return fmt.Errorf("put object: %w", storage.ErrBlobInvalid)
	}
	_, _, err := s.pour(ctx, pour{key: object(digest), body: body, limit: size, block: block, once: true,
		check: func(n int64, sum zoufang.Digest) error {
			switch {
			case n < size:
				return storage.ErrShort
			case sum != digest:
				return storage.ErrChecksum
			}
			return nil
		},
		wrong: func(ctx context.Context) (bool, error) { return s.wrong(ctx, digest, size) }})
	if err != nil {
		return fmt.Errorf("put object: %w", err)
	}
	return nil
}

// wrong tells whether what is stored under a digest has other bytes, or none that
// can be had.
func (s *Store) wrong(ctx context.Context, digest zoufang.Digest, size int64) (bool, error) {
	info, err := s.stat(ctx, object(digest))
	if err != nil || info.Size != size {
		return true, ctx.Err()
	}
	r := s.reader(ctx, object(digest), info)
	defer r.Close()
	h := sha256.New()
	_, err = io.Copy(h, r)
	return err != nil || sum(h) != digest, ctx.Err()
}

// Stat gives an object's size.
func (s *Store) Stat(ctx context.Context, digest zoufang.Digest) (int64, error) {
	if !digest.Valid() {
		return 0, fmt.Errorf("stat object: %w", storage.ErrNotFound)
	}
	info, err := s.stat(ctx, object(digest))
	if err != nil {
		return 0, fmt.Errorf("stat object: %w", err)
	}
	return info.Size, nil
}

// Open finds an object; its bytes are asked for when they are read. Reading goes
// on when ctx has ended: replies are sent after their handler has returned.
func (s *Store) Open(ctx context.Context, digest zoufang.Digest) (storage.Object, error) {
	if !digest.Valid() {
		return storage.Object{}, fmt.Errorf("open object: %w", storage.ErrNotFound)
	}
	info, err := s.stat(ctx, object(digest))
	if err != nil {
		return storage.Object{}, fmt.Errorf("open object: %w", err)
	}
	r := s.reader(context.WithoutCancel(ctx), object(digest), info)
	return storage.Object{ReadSeekCloser: r, Size: info.Size, Stored: info.LastModified}, nil
}

// Each goes through the listing.
func (s *Store) Each(ctx context.Context, f func(zoufang.Digest, int64) error) error {
	for info, err := range s.list(ctx, mediaPrefix) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("list objects: %w", err)
		}
		digest := zoufang.Digest(info.Key[strings.LastIndexByte(info.Key, '/')+1:])
		if !digest.Valid() || info.Key != object(digest) {
			continue
		}
		if err := f(digest, info.Size); err != nil {
			return err
		}
	}
	return ctx.Err()
}
