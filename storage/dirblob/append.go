package dirblob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"zoufang"
	"zoufang/storage"
)

// Append adds to an upload and finishes it with the last byte.
func (s *Store) Append(ctx context.Context, id string, p storage.Part) (storage.Upload, error) {
	if p.Sum != "" && !p.Sum.Valid() {
		return storage.Upload{}, fmt.Errorf("append to upload: checksum: %w", storage.ErrBlobInvalid)
	}
	u, err := s.locked(ctx, id, func(u *storage.Upload) error {
		if p.Offset != u.Offset {
			return storage.ErrOffset
		}
		if u.Done {
			return nil
		}
		part, err := os.OpenFile(s.part(id), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer part.Close()
		return s.grow(ctx, u, part, p)
	})
	if err != nil {
		err = fmt.Errorf("append to upload: %w", err)
	}
	return u, err
}

// grow adds the bytes to the part file; what it counts in u.Offset is durable.
func (s *Store) grow(ctx context.Context, u *storage.Upload, part *os.File, p storage.Part) error {
	if _, err := part.Seek(u.Offset, io.SeekStart); err != nil {
		return err
	}
	h := sha256.New()
	var n int64
	var err error
	if p.Sum == "" {
		n, err = s.copy(ctx, part, h, p.Body, u.Size-u.Offset)
	} else {
		n, err = s.copyChecked(ctx, part, h, p, u.Size-u.Offset)
	}
	if n > 0 || u.Offset == u.Size {
		if serr := s.step("fsync", part.Sync); serr != nil {
			return errors.Join(err, s.distrust(u.ID, serr))
		}
	}
	whole := zoufang.Digest("")
	if u.Offset == 0 && n == u.Size {
		whole = sum(h)
	}
	u.Offset += n
	if err == nil && u.Offset == u.Size {
		return s.finish(ctx, u, part, whole)
	}
	return err
}

// copyChecked holds the bytes back in a file without a name until their
// checksum is right: not even a crash leaves unchecked bytes in the part.
func (s *Store) copyChecked(ctx context.Context, part *os.File, h hash.Hash, p storage.Part, limit int64) (int64, error) {
	chunk, err := os.CreateTemp(s.uploads.Path, "*"+chunkSuffix)
	if err != nil {
		return 0, err
	}
	defer chunk.Close()
	if err := os.Remove(chunk.Name()); err != nil {
		return 0, err
	}
	n, err := s.copy(ctx, chunk, h, p.Body, limit)
	if err != nil {
		return 0, err
	}
	if sum(h) != p.Sum {
		return 0, storage.ErrChunkChecksum
	}
	if _, err := chunk.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	err = s.step("write", func() error {
		_, err := io.CopyN(part, chunk, n)
		return err
	})
	if err != nil {
		return 0, errors.Join(err, part.Truncate(p.Offset))
	}
	return n, nil
}

// finish checks a complete and durable part and makes it an object. whole is its
// digest if the caller happens to know it.
func (s *Store) finish(ctx context.Context, u *storage.Upload, part *os.File, whole zoufang.Digest) error {
	if whole == "" {
		var err error
		if whole, err = hashFile(ctx, part); err != nil {
			return err
		}
	}
	if whole != u.Digest {
		return errors.Join(storage.ErrChecksum, s.forget(u.ID))
	}
	if err := s.shard(u.Digest).Take(s.part(u.ID), string(u.Digest), s.step); err != nil {
		return err
	}
	u.Done = true
	return nil
}
