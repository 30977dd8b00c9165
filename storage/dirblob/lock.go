package dirblob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"zoufang/storage"
)

// lockWait lets a question and an Append that meet by chance follow each other;
// who finds a running Append is told so after it.
const lockWait = 100 * time.Millisecond

// locked calls do while no other request or process works on the upload, with
// its state filled in. The lock is the kernel's (flock on the description): it
// ends with the process, so a crash leaves none behind. What do makes of the
// upload is returned, with its error.
func (s *Store) locked(ctx context.Context, id string, do func(*storage.Upload) error) (storage.Upload, error) {
	if !storage.ValidUploadID(id) {
		return storage.Upload{}, storage.ErrNotFound
	}
	f, err := os.OpenFile(s.meta(id), os.O_RDWR, 0)
	if err != nil {
		return storage.Upload{}, missing(err)
	}
	defer f.Close() // unlocks
	u, err := readMeta(f)
	if err != nil {
		return storage.Upload{}, storage.ErrNotFound // Create was cut short
	}
	if err := lock(ctx, f); err != nil {
		return u, err
	}
	// While we waited it may have been aborted, and made anew.
	ours, err := f.Stat()
	if err != nil {
		return u, err
	}
	now, err := os.Lstat(s.meta(id))
	if err != nil || !os.SameFile(ours, now) {
		return storage.Upload{}, storage.ErrNotFound
	}
	if err := s.state(&u); err != nil {
		return storage.Upload{}, err
	}
	err = do(&u)
	return u, err
}

// state fills in what the files say. The part is there until it becomes the
// object.
func (s *Store) state(u *storage.Upload) error {
	info, err := os.Lstat(s.part(u.ID))
	if err == nil {
		u.Offset = min(info.Size(), u.Size)
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(s.object(u.Digest)); err != nil {
		return missing(err)
	}
	// The rename may be all that was done before a failure.
	if err := s.step("dirsync", s.shard(u.Digest).Sync); err != nil {
		return err
	}
	u.Offset, u.Done = u.Size, true
	return nil
}

func lock(ctx context.Context, f *os.File) error {
	for begun := time.Now(); ; {
		held, err := tryLock(f)
		if held || err != nil {
			return err
		}
		if time.Since(begun) >= lockWait {
			return storage.ErrLocked
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockWait / 20):
		}
	}
}

// tryLock takes the lock that other processes see too, if it is free.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, fmt.Errorf("lock upload: %w", err)
		}
	}
}
