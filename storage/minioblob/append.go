package minioblob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"zoufang"
	"zoufang/storage"
)

// step is how many bytes are read before they are stored: what a server that
// dies may lose of a body, and what one body holds of its memory.
const step = 1 << 20

// Append adds to an upload and finishes it with the last byte.
func (s *Store) Append(ctx context.Context, id string, p storage.Part) (storage.Upload, error) {
	if p.Sum != "" && !p.Sum.Valid() {
		return storage.Upload{}, fmt.Errorf("append to upload: checksum: %w", storage.ErrBlobInvalid)
	}
	u, err := s.locked(ctx, id, func(u *upload) error {
		switch {
		case p.Offset != u.Offset:
			return storage.ErrOffset
		case u.Done:
			return nil
		case len(u.parts) >= maxParts:
			return errors.Join(storage.ErrNotFound, s.forget(ctx, u.Upload))
		case u.Offset == u.Size:
			return s.finish(ctx, u, nil)
		case p.Sum != "" && u.Size-u.Offset > step:
			return s.growChecked(ctx, u, p)
		}
		return s.grow(ctx, u, p)
	})
	if err != nil {
		err = fmt.Errorf("append to upload: %w", err)
	}
	return u, err
}

// grow stores what the body gives step by step; what it counts in u.Offset is
// durable. Bytes that came are kept when ctx ends.
func (s *Store) grow(ctx context.Context, u *upload, p storage.Part) error {
	keep := context.WithoutCancel(ctx)
	var buf []byte
	for u.Offset < u.Size {
		var err error
		buf, err = gather(ctx, p.Body, buf, min(step, u.Size-u.Offset))
		if p.Sum != "" { // then this is all there is
			if err != nil {
				return err
			}
			if sum := sha256.Sum256(buf); zoufang.Digest(hex.EncodeToString(sum[:])) != p.Sum {
				return storage.ErrChunkChecksum
			}
		}
		if u.Offset == 0 && int64(len(buf)) == u.Size {
			return s.finish(keep, u, buf)
		}
		if len(buf) > 0 {
			won, serr := s.claim(keep, u.part(u.Offset), buf)
			if serr != nil || !won {
				return errors.Join(err, s.lost(keep, u, serr))
			}
			u.parts = append(u.parts, u.Offset)
			u.Offset += int64(len(buf))
		}
		if err != nil {
			return err
		}
		if len(buf) < step {
			break
		}
	}
	if u.Offset == u.Size {
		return s.finish(keep, u, nil)
	}
	return nil
}

// growChecked keeps a part whole, once its checksum is right, or not at all.
func (s *Store) growChecked(ctx context.Context, u *upload, p storage.Part) error {
	n, won, err := s.pour(ctx, pour{key: u.part(u.Offset), body: p.Body, limit: u.Size - u.Offset, block: block, once: true,
		check: func(n int64, sum zoufang.Digest) error {
			if sum != p.Sum {
				return storage.ErrChunkChecksum
			}
			if n == 0 {
				return errNothing // an empty part would say that all is done
			}
			return nil
		}})
	switch {
	case errors.Is(err, errNothing):
		return nil
	case err != nil:
		return err
	case !won:
		return s.lost(ctx, u, nil)
	}
	u.parts = append(u.parts, u.Offset)
	if u.Offset += n; u.Offset == u.Size {
		return s.finish(context.WithoutCancel(ctx), u, nil)
	}
	return nil
}

var errNothing = errors.New("nothing came")

// lost looks again at an upload that another server has moved on.
func (s *Store) lost(ctx context.Context, u *upload, err error) error {
	if err != nil {
		return err
	}
	now, err := s.state(ctx, u.ID)
	if err != nil {
		return err
	}
	if now.Life != u.Life {
		return storage.ErrNotFound
	}
	*u = *now
	return storage.ErrOffset
}

// finish checks the whole, makes the object and says so by an empty part. whole
// are the bytes, if they came at once and were not stored: then that part, at
// their beginning, decides among servers which Append it was. Otherwise nothing
// is decided any more, and the parts can be emptied.
func (s *Store) finish(ctx context.Context, u *upload, whole []byte) error {
	at, body := int64(0), io.Reader(bytes.NewReader(whole))
	if u.Offset > 0 {
		parts := &parts{ctx: ctx, store: s, u: u}
		defer parts.close()
		at, body = u.Size, parts
	}
	err := s.Put(ctx, u.Digest, u.Size, body)
	switch {
	case errors.Is(err, storage.ErrNotFound): // a part is gone: somebody finished or discarded it
		if err := s.lost(ctx, u, nil); u.Done || !errors.Is(err, storage.ErrOffset) {
			if u.Done {
				return nil
			}
			return err
		}
		return storage.Passing(errors.New("a part of the upload is not to be found"))
	case errors.Is(err, storage.ErrChecksum):
		return errors.Join(storage.ErrChecksum, s.forget(ctx, u.Upload))
	case err != nil:
		return err
	}
	won, err := s.claim(ctx, u.part(at), nil)
	if err != nil {
		return err
	}
	if !won && len(whole) > 0 {
		return s.lost(ctx, u, nil)
	}
	u.Offset, u.Done = u.Size, true
	for _, at := range u.parts { // emptied, not removed: a slow server must not find their places free
		if _, err := s.put(ctx, u.part(at), nil, condition{}, nil); err != nil {
			break // they stay until Expire takes them
		}
	}
	return nil
}

// parts reads an upload's parts as one.
type parts struct {
	ctx   context.Context
	store *Store
	u     *upload
	next  int
	open  *reader
}

func (p *parts) Read(b []byte) (int, error) {
	for {
		if p.open == nil {
			if p.next == len(p.u.parts) {
				return 0, io.EOF
			}
			key := p.u.part(p.u.parts[p.next])
			info, err := p.store.stat(p.ctx, key)
			if err != nil {
				return 0, err
			}
			p.open = p.store.reader(p.ctx, key, info)
			p.next++
		}
		n, err := p.open.Read(b)
		if err == io.EOF {
			p.close()
			if n == 0 {
				continue
			}
			err = nil
		}
		if errors.Is(err, errConflict) { // emptied since it was looked at
			err = storage.ErrNotFound
		}
		return n, err
	}
}

func (p *parts) close() {
	if p.open != nil {
		p.open.Close()
		p.open = nil
	}
}
