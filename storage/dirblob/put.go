package dirblob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"

	"zoufang"
	"zoufang/storage"
)

// Put writes beside the object's place and renames. Beside, because a rename
// across directories takes a lock of the whole file system. (Files without a
// name and linkat, one directory or 65,536 instead of 256, and one syncfs for
// many writers were measured too: none was clearly better, the many directories
// half as fast.) An object already there is written and replaced all the same:
// the caller learns nothing, and one damaged on disk is mended.
func (s *Store) Put(ctx context.Context, digest zoufang.Digest, size int64, body io.Reader) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("put object: %w", err)
		}
	}()
	if !digest.Valid() || size < 0 {
		return storage.ErrBlobInvalid
	}
	f, err := s.shard(digest).Create(string(digest) + ".*" + newSuffix)
	if err != nil {
		return err
	}
	defer f.Drop()
	f.Step = s.step
	h := sha256.New()
	n, err := s.copy(ctx, f, h, body, size)
	switch {
	case err != nil:
		return err
	case n < size:
		return storage.ErrShort
	case sum(h) != digest:
		return storage.ErrChecksum
	}
	return f.Give(string(digest))
}

// buffers are large enough for a whole signature and most of a photo, so that
// one request costs few writes.
var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// copy moves at most limit bytes from r to w and h, and says how many w took. A
// clean end of r before the limit is no error.
func (s *Store) copy(ctx context.Context, w io.Writer, h hash.Hash, r io.Reader, limit int64) (int64, error) {
	buf := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buf)
	var n int64
	for n < limit {
		chunk, readErr := fill(ctx, r, buf[:min(int64(len(buf)), limit-n)])
		if len(chunk) > 0 {
			h.Write(chunk)
			err := s.step("write", func() error {
				m, err := w.Write(chunk)
				n += int64(m)
				return err
			})
			if err != nil {
				return n, err
			}
		}
		if readErr == io.EOF || n == limit {
			break // what a reader says after the last byte changes nothing
		}
		if readErr != nil {
			return n, readErr
		}
	}
	return n, nil
}

// fill is io.ReadFull that tells a clean end (io.EOF) from a body cut off
// (io.ErrUnexpectedEOF of the reader's own), and heeds ctx between reads.
func fill(ctx context.Context, r io.Reader, buf []byte) ([]byte, error) {
	n, idle := 0, 0
	for n < len(buf) {
		if err := ctx.Err(); err != nil {
			return buf[:n], err
		}
		m, err := r.Read(buf[n:])
		n += m
		if err != nil {
			return buf[:n], err
		}
		if idle++; m > 0 {
			idle = 0
		} else if idle == 100 {
			return buf[:n], io.ErrNoProgress
		}
	}
	return buf[:n], nil
}

func sum(h hash.Hash) zoufang.Digest {
	return zoufang.Digest(hex.EncodeToString(h.Sum(nil)))
}

// hashFile reads the file from its beginning.
func hashFile(ctx context.Context, f *os.File) (zoufang.Digest, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	buf := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buf)
	h := sha256.New()
	for {
		chunk, err := fill(ctx, f, buf[:])
		h.Write(chunk)
		if errors.Is(err, io.EOF) {
			return sum(h), nil
		}
		if err != nil {
			return "", err
		}
	}
}
