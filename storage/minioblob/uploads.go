package minioblob

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zoufang/storage"
)

const (
	uploadsPrefix = "uploads/"
	duePrefix     = uploadsPrefix + ".due/" // no id has a dot
	maxInfo       = 8 << 10

	// maxParts bounds what one upload may make the store list and read. A phone
	// that gets there with less than 20 MiB is better off to begin again.
	maxParts = 2000
)

// upload is an upload as the bucket tells it.
type upload struct {
	storage.Upload
	Life  string  `json:"life"`
	parts []int64 // where each begins, in order
}

func info(id string) string { return uploadsPrefix + id + "/info" }

func (u *upload) part(offset int64) string {
	return fmt.Sprintf("%s%s/%s/%015d", uploadsPrefix, u.ID, u.Life, offset)
}

func due(expires int64, id string) string {
	return fmt.Sprintf("%s%020d/%s", duePrefix, max(expires, 0), id)
}

// Create notes when the upload is over, then the upload: what is known is found
// by Expire. A note of one that was not created goes when it is due.
func (s *Store) Create(ctx context.Context, u storage.Upload) error {
	err := errors.Join(ctx.Err(), u.Check())
	var line []byte
	if err == nil {
		line, err = json.Marshal(upload{Upload: u, Life: rand.Text()})
	}
	if err == nil {
		_, err = s.put(ctx, due(u.Expires, u.ID), nil, condition{}, nil)
	}
	if err == nil {
		var won bool
		if won, err = s.claim(ctx, info(u.ID), line); err == nil && !won {
			err = storage.ErrTaken
		}
	}
	if err != nil {
		return fmt.Errorf("create upload: %w", err)
	}
	return nil
}

// Upload tells how an upload stands; one that only lacks its check is finished.
func (s *Store) Upload(ctx context.Context, id string) (storage.Upload, error) {
	u, err := s.locked(ctx, id, func(u *upload) error {
		if !u.Done && u.Offset == u.Size {
			return s.finish(ctx, u, nil)
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
	_, err := s.locked(ctx, id, func(u *upload) error { return s.forget(ctx, u.Upload) })
	if err != nil {
		return fmt.Errorf("abort upload: %w", err)
	}
	return nil
}

// locked does something with an upload that nobody else in this process uses
// meanwhile. What do makes of it is returned, with its error.
func (s *Store) locked(ctx context.Context, id string, do func(*upload) error) (storage.Upload, error) {
	if err := ctx.Err(); err != nil {
		return storage.Upload{}, err
	}
	if !storage.ValidUploadID(id) {
		return storage.Upload{}, storage.ErrNotFound
	}
	unlock, err := s.locks.wait(ctx, s.place+"/"+id)
	if errors.Is(err, storage.ErrLocked) {
		u, missing := s.info(ctx, id)
		if missing != nil {
			return storage.Upload{}, missing
		}
		return u.Upload, err
	}
	if err != nil {
		return storage.Upload{}, err
	}
	defer unlock()
	u, err := s.state(ctx, id)
	if err != nil {
		return storage.Upload{}, err
	}
	err = do(u)
	return u.Upload, err
}

func (s *Store) info(ctx context.Context, id string) (*upload, error) {
	line, _, err := s.get(ctx, info(id), maxInfo)
	if err != nil {
		return nil, err
	}
	u := &upload{}
	if err := json.Unmarshal(line, u); err != nil {
		return nil, errors.New("an upload's description cannot be read")
	}
	return u, nil
}

// state reads an upload and where its parts end.
func (s *Store) state(ctx context.Context, id string) (*upload, error) {
	u, err := s.info(ctx, id)
	if err != nil {
		return nil, err
	}
	prefix := uploadsPrefix + id + "/" + u.Life + "/"
	for part, err := range s.list(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		at, err := strconv.ParseInt(strings.TrimPrefix(part.Key, prefix), 10, 64)
		if err != nil {
			continue
		}
		if part.Size == 0 {
			u.Offset, u.Done = u.Size, true
			return u, nil
		}
		if at == u.Offset {
			u.parts = append(u.parts, at)
			u.Offset += part.Size
		}
	}
	return u, nil
}

// forget removes an upload: what describes it first, for without that its parts
// are nothing; the note of its end last, for by that Expire comes back.
func (s *Store) forget(ctx context.Context, u storage.Upload) error {
	if err := s.remove(ctx, info(u.ID)); err != nil {
		return err
	}
	if err := s.removeAll(ctx, uploadsPrefix+u.ID+"/"); err != nil {
		return err
	}
	return s.remove(ctx, due(u.Expires, u.ID))
}

func (s *Store) removeAll(ctx context.Context, prefix string) error {
	for part, err := range s.list(ctx, prefix) {
		if err == nil {
			err = s.remove(ctx, part.Key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
