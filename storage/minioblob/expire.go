package minioblob

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zoufang/storage"
)

// Expire goes through the notes of what is due, which are in the order of time.
// It tries all and returns the first failure.
func (s *Store) Expire(ctx context.Context, now int64) (int, error) {
	count := 0
	var first error
	for note, err := range s.list(ctx, duePrefix) {
		if err != nil {
			first = errors.Join(first, err)
			break
		}
		at, id, ok := strings.Cut(strings.TrimPrefix(note.Key, duePrefix), "/")
		expires, err := strconv.ParseInt(at, 10, 64)
		if err != nil || !ok || !storage.ValidUploadID(id) {
			continue
		}
		if expires > now {
			break
		}
		gone, err := s.expire(ctx, id, expires, now)
		if gone {
			count++
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return count, fmt.Errorf("expire uploads: %w", first)
	}
	return count, nil
}

func (s *Store) expire(ctx context.Context, id string, expires, now int64) (bool, error) {
	unlock, ok := s.locks.try(s.place + "/" + id)
	if !ok {
		return false, nil
	}
	defer unlock()
	u, err := s.info(ctx, id)
	switch {
	case errors.Is(err, storage.ErrNotFound): // Create or forget was cut short
		err := s.removeAll(ctx, uploadsPrefix+id+"/")
		if err == nil {
			err = s.remove(ctx, due(expires, id))
		}
		return false, err
	case err != nil:
		return false, err
	case u.Expires > now: // the id was given again
		return false, s.remove(ctx, due(expires, id))
	}
	if err := s.forget(ctx, u.Upload); err != nil {
		return false, err
	}
	return true, s.remove(ctx, due(expires, id))
}
