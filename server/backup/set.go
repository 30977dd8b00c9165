package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

// rounds is after how many sets every medium was read again.
const rounds = 14

// WriteSet backs up into a target as one more set, and keeps the newest sets (0:
// all). Media there already are not written again; that they are there in their
// size is looked up for all, and a share of them is read again in each run, so that
// all are in 14. What is damaged is written anew. As with WriteFile, the clock is
// called safe last. ErrBusy while another backup is written there.
func (p *Place) WriteSet(ctx context.Context, t Target, keep int) (Written, error) {
	w, err := p.writeSet(ctx, t, keep, nil)
	if err != nil {
		return w, fmt.Errorf("back up: %w", err)
	}
	return w, nil
}

// writeSet asks due, where given, once nobody else can write: nothing is done and
// no error given where it is not.
func (p *Place) writeSet(ctx context.Context, t Target, keep int, due func(newest *Set) bool) (w Written, err error) {
	l, err := p.Keys.forTarget(ctx, t)
	if err != nil {
		return w, err
	}
	err = p.hold(ctx, t, func(ctx context.Context) error {
		whole, others, err := sets(ctx, t)
		if err != nil {
			return err
		}
		now := p.Now().UnixMilli()
		s := Set{Created: now, Made: now, Product: p.Version}
		var newest *Set
		if len(whole) > 0 {
			newest = &whole[len(whole)-1]
			s.Round = newest.Round + 1
			s.Created = max(s.Created, newest.Created+1)
		}
		if due != nil && !due(newest) {
			return nil
		}
		for _, name := range others {
			if at, ok := setTime(name); ok {
				s.Created = max(s.Created, at+1)
			}
		}
		s.Name = setName(s.Created)
		w.File = s.Name
		if err := p.addSet(ctx, t, l, &s, &w); err != nil {
			after, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer done()
			return errors.Join(err, t.Remove(after, s.Name))
		}
		if err := p.callSafe(ctx, w); err != nil {
			return err
		}
		if d, ok := t.(interface {
			Sweep(context.Context, time.Time) error
		}); ok {
			if err := d.Sweep(ctx, p.Now()); err != nil {
				return err
			}
		}
		return p.retain(ctx, t, keep)
	})
	return w, err
}

// addSet writes the dump, then the media, reads both back, and notes that it is whole.
func (p *Place) addSet(ctx context.Context, t Target, l *lock, s *Set, w *Written) (err error) {
	if w.SafeAt, err = p.Store.Advance(ctx); err != nil {
		return err
	}
	var list *media
	sum := sha256.New()
	err = putStream(ctx, t, s.Name, func(out io.Writer) error {
		stream, err := newWriter(io.MultiWriter(out, sum, (*sized)(&s.Bytes)), l)
		if err != nil {
			return err
		}
		if list, _, err = p.dumpInto(ctx, stream, w.SafeAt, true); err != nil {
			return err
		}
		return stream.close()
	})
	if err != nil {
		return err
	}
	if err := list.complete(ctx, p.Blobs); err != nil {
		return err
	}
	if err := p.addMedia(ctx, t, l, list, s.Round, w); err != nil {
		return err
	}
	p.say("reading the set back")
	s.SHA256 = hex.EncodeToString(sum.Sum(nil))
	c, err := readSet(ctx, t, l, s.Name, s.SHA256, taking{})
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	w.Bytes = s.Bytes
	w.counted(c)
	s.Clock, s.Epoch, s.Commits, s.Records, s.Media = w.SafeAt, w.Epoch, w.Commits, w.Records, w.Media
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return t.Put(ctx, strings.TrimSuffix(s.Name, setSuffix)+doneSuffix, bytes.NewReader(b))
}

// addMedia writes the media that are not there, looks at those that are, and reads
// those again whose turn it is.
func (p *Place) addMedia(ctx context.Context, t Target, l *lock, list *media, round int, w *Written) error {
	far := p.progress("media", list.bytes())
	for first := range 256 {
		from, to := list.shard(first)
		if from == to {
			continue
		}
		files, err := t.List(ctx, fmt.Sprintf("%s%02x/", mediaDir, first))
		if err != nil {
			return err
		}
		there := make(map[string]int64, len(files))
		for _, f := range files {
			there[f.Name] = f.Size
		}
		err = atOnce(ctx, from, to, func(ctx context.Context, i int) error {
			d, size := list.digest(i), list.all[i].size
			defer far.add(size)
			was, old := there[mediaName(d)]
			good := old && was == agedSize(len(l.to), size)
			if turn := int(list.all[i].digest[1]) % rounds; good && turn == round%rounds {
				atomic.AddInt64(&w.Checked, 1)
				var f func(io.Reader) error
				if l.later {
					f = func(r io.Reader) error { return copyChecked(io.Discard, r, d, size) }
				}
				err := readMedium(ctx, t, l, d, f)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				good = err == nil
			}
			if good {
				return nil
			}
			if err := p.putMedium(ctx, t, l, d, size); err != nil {
				return err
			}
			if old {
				p.say("medium %s was damaged in the target and is written anew", d)
				atomic.AddInt64(&w.Mended, 1)
			}
			atomic.AddInt64(&w.Added, 1)
			atomic.AddInt64(&w.AddedBytes, size)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sized counts what is written.
type sized int64

func (s *sized) Write(p []byte) (int, error) {
	*s += sized(len(p))
	return len(p), nil
}
