package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"zoufang"
)

// among is the source of a restore that is a set.
type among struct {
	p      *Place
	target Target
	lock   *lock
	set    Set
}

// RestoreSet makes the store's content that of a set: the newest, or the one named.
// The newest is not taken for granted where two stores wrote there by turns. See
// restore for what is promised.
func (p *Place) RestoreSet(ctx context.Context, t Target, name string) (Restored, error) {
	r := Restored{File: name}
	l, err := p.Keys.fromTarget(ctx, t)
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	s, err := p.choose(ctx, t, name)
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return p.restore(ctx, s.Name, &among{p, t, l, s})
}

// check reads the set and sees that its media are there in the size they should
// have. Their bytes are checked when they are stored.
func (s *among) check(ctx context.Context) (*contents, error) {
	c, err := readSet(ctx, s.target, s.lock, s.set, taking{})
	if err != nil {
		return nil, err
	}
	err = c.media.shards(ctx, s.target, func(from, to int, there map[string]int64) error {
		for i := from; i < to; i++ {
			d, size := c.media.digest(i), c.media.all[i].size
			if n, ok := there[mediaName(d)]; !ok || n != agedSize(1, size) && n != agedSize(2, size) {
				return fmt.Errorf("medium %s is missing there, or cut short", d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *among) load(ctx context.Context, take taking) (*contents, error) {
	take.dump = true
	return readSet(ctx, s.target, s.lock, s.set, take)
}

func (s *among) media(ctx context.Context, list *media) (int64, error) {
	far := s.p.progress("media", list.bytes())
	return list.bring(ctx, far, func(ctx context.Context, d zoufang.Digest, size int64) error {
		return readMedium(ctx, s.target, s.lock, d, func(r io.Reader) error { return s.p.Blobs.Put(ctx, d, size, r) })
	})
}

// readSet reads a set's dump. It must be encrypted, and be to the byte what its note
// says; what is handed on before its end is not held to that yet.
func readSet(ctx context.Context, t Target, l *lock, s Set, take taking) (*contents, error) {
	f, err := t.Open(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, n := sha256.New(), sized(0)
	r := io.TeeReader(f, io.MultiWriter(h, &n))
	take.sealed = true
	c, err := read(ctx, r, l, take)
	if err != nil {
		return nil, err
	}
	if !c.head.Beside {
		return nil, errors.New("it is damaged: it is a single backup under the name of a set")
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	if int64(n) != s.Bytes || hex.EncodeToString(h.Sum(nil)) != s.SHA256 {
		return nil, errors.New("it is damaged: it is not what was written")
	}
	return c, nil
}
