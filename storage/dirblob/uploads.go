package dirblob

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zoufang/storage"
)

// Create takes the id, makes the part, then writes what describes it: an upload
// that can be read has both. A description cut short by a crash was never
// acknowledged and is never found; Expire removes it.
func (s *Store) Create(ctx context.Context, u storage.Upload) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("create upload: %w", err)
		}
	}()
	if err := errors.Join(ctx.Err(), u.Check()); err != nil {
		return err
	}
	line, err := json.Marshal(u)
	if err != nil {
		return err
	}
	meta, err := os.OpenFile(s.meta(u.ID), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return storage.ErrTaken
	}
	if err != nil {
		return err
	}
	defer meta.Close()
	part, err := os.OpenFile(s.part(u.ID), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		err = part.Close()
	}
	if err == nil {
		err = s.step("write", func() error { _, err := meta.Write(line); return err })
	}
	if err == nil {
		err = s.step("fsync", meta.Sync)
	}
	if err == nil {
		err = s.step("dirsync", s.uploads.Sync)
	}
	if err != nil {
		s.forget(u.ID)
	}
	return err
}

// Upload tells how an upload stands, and makes it so first: what it counts is
// forced to disk, and one that only lacks its check is finished.
func (s *Store) Upload(ctx context.Context, id string) (storage.Upload, error) {
	u, err := s.locked(ctx, id, func(u *storage.Upload) error {
		if u.Done {
			return nil
		}
		part, err := os.OpenFile(s.part(id), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer part.Close()
		if err := s.step("fsync", part.Sync); err != nil {
			return s.distrust(id, err)
		}
		if u.Offset == u.Size {
			return s.finish(ctx, u, part, "")
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("look up upload: %w", err)
	}
	return u, err
}

// Abort forgets an upload.
func (s *Store) Abort(ctx context.Context, id string) error {
	_, err := s.locked(ctx, id, func(*storage.Upload) error { return s.forget(id) })
	if err != nil {
		return fmt.Errorf("abort upload: %w", err)
	}
	return nil
}

// Expire forgets uploads whose time is over. It tries all of them and returns
// the first failure.
func (s *Store) Expire(ctx context.Context, now int64) (int, error) {
	count := 0
	var first error
	err := eachName(s.uploads.Path, func(name string) error {
		id, ok := strings.CutSuffix(name, metaSuffix)
		if err := ctx.Err(); err != nil || !ok || !storage.ValidUploadID(id) {
			return err
		}
		gone, err := s.expire(id, now)
		if gone {
			count++
		}
		if first == nil {
			first = err
		}
		return nil
	})
	if err == nil {
		err = first
	}
	if err != nil {
		err = fmt.Errorf("expire uploads: %w", err)
	}
	return count, err
}

func (s *Store) expire(id string, now int64) (bool, error) {
	f, err := os.OpenFile(s.meta(id), os.O_RDWR, 0)
	if err != nil {
		return false, ignoreMissing(err)
	}
	defer f.Close()
	u, err := readMeta(f)
	if err != nil {
		info, err := f.Stat()
		if err != nil || now-info.ModTime().UnixMilli() < staleAfter.Milliseconds() {
			return false, err
		}
		return false, s.forget(id)
	}
	if u.Expires > now {
		return false, nil
	}
	if held, err := tryLock(f); err != nil || !held {
		return false, err
	}
	return true, s.forget(id)
}

// distrust discards an upload whose fsync failed. The kernel then takes lost
// pages for clean ones, and which they are nobody can say: no phone may count
// on them, and the check of the whole would read them from memory.
func (s *Store) distrust(id string, err error) error {
	return errors.Join(fmt.Errorf("upload discarded: %w", err), s.forget(id))
}

// forget removes an upload, its description first: without it a part is
// nothing, and goes when it is stale.
func (s *Store) forget(id string) error {
	return errors.Join(ignoreMissing(os.Remove(s.meta(id))), ignoreMissing(os.Remove(s.part(id))))
}

func (s *Store) meta(id string) string { return filepath.Join(s.uploads.Path, id+metaSuffix) }
func (s *Store) part(id string) string { return filepath.Join(s.uploads.Path, id+partSuffix) }

func readMeta(f *os.File) (storage.Upload, error) {
	var u storage.Upload
	line, err := io.ReadAll(io.NewSectionReader(f, 0, 8<<10))
	if err != nil {
		return u, err
	}
	return u, json.Unmarshal(line, &u)
}
