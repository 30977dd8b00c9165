package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// among is the source of a restore that is a set.
type among struct {
	p      *Place
	target Target
	lock   *lock
	name   string
}

// RestoreSet makes the store's content that of a set: the newest, or the one named.
// See restore for what is promised.
func (p *Place) RestoreSet(ctx context.Context, t Target, name string) (Restored, error) {
	r := Restored{File: name}
	l, err := p.Keys.fromTarget(ctx, t)
	if err == nil {
		r.File, err = find(ctx, t, name)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return p.restore(ctx, r.File, &among{p, t, l, r.File})
}

// check reads the set and sees that its media are there in the size they should
// have. Their bytes are checked when they are stored.
func (s *among) check(ctx context.Context) (*contents, error) {
	c, err := readSet(ctx, s.target, s.lock, s.name, "", taking{})
	if err != nil {
		return nil, err
	}
	for first := range 256 {
		from, to := c.media.shard(first)
		if from == to {
			continue
		}
		files, err := s.target.List(ctx, fmt.Sprintf("%s%02x/", mediaDir, first))
		if err != nil {
			return nil, err
		}
		there := make(map[string]int64, len(files))
		for _, f := range files {
			there[f.Name] = f.Size
		}
		for i := from; i < to; i++ {
			d, size := c.media.digest(i), c.media.all[i].size
			if n, ok := there[mediaName(d)]; !ok || n != agedSize(1, size) && n != agedSize(2, size) {
				return nil, fmt.Errorf("medium %s is missing there, or cut short", d)
			}
		}
	}
	return c, nil
}

func (s *among) load(ctx context.Context, take taking) (*contents, error) {
	take.dump = true
	return readSet(ctx, s.target, s.lock, s.name, "", take)
}

func (s *among) media(ctx context.Context, list *media) (int64, error) {
	far := s.p.progress("media", list.bytes())
	var added atomic.Int64
	err := atOnce(ctx, 0, len(list.all), func(ctx context.Context, i int) error {
		d, size := list.digest(i), list.all[i].size
		far.add(size)
		if list.seen[i] {
			return nil
		}
		added.Add(1)
		return readMedium(ctx, s.target, s.lock, d, func(r io.Reader) error { return s.p.Blobs.Put(ctx, d, size, r) })
	})
	return added.Load(), err
}

// readSet reads a set's dump; sum, where given, is what its bytes must have.
func readSet(ctx context.Context, t Target, l *lock, name, sum string, take taking) (*contents, error) {
	f, err := t.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	r := io.TeeReader(f, h)
	c, err := read(ctx, r, l, take)
	if err != nil {
		return nil, err
	}
	if !c.head.Beside {
		return nil, errors.New("it is damaged: it is a single backup under the name of a set")
	}
	if sum == "" {
		return c, nil
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return nil, errors.New("it is damaged: the target does not give back what was written")
	}
	return c, nil
}
