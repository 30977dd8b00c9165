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
	"time"

	"zoufang/storage"
)

// rounds is after how many sets every medium was read again.
const rounds = 14

// WriteSet backs up into a target as one more set, and keeps the newest sets (0:
// all). Media there already are not written again; that they are there in their
// size is looked up for all, and a share of them is read again in each run, so that
// all are in 14. What is damaged is written anew. As with WriteFile, the clock is
// called safe last. ErrBusy while another backup is written there. A place in which
// a store lies, or which another installation began, is refused.
func (p *Place) WriteSet(ctx context.Context, t Target, keep int) (Written, error) {
	w, err := p.writeSet(ctx, t, keep, nil)
	if err != nil {
		return w, fmt.Errorf("back up: %w", err)
	}
	return w, nil
}

// writeSet asks due, where given, once nobody else can write, about the newest set
// of this store's epoch: nothing is done and no error given where it is not.
func (p *Place) writeSet(ctx context.Context, t Target, keep int, due func(newest *Set) bool) (w Written, err error) {
	if err := p.apart(ctx, t); err != nil {
		return w, err
	}
	name, err := p.installation(ctx)
	if err != nil {
		return w, err
	}
	l, err := p.Keys.forTarget(ctx, t, name)
	if err != nil {
		return w, err
	}
	err = p.hold(ctx, t, func(ctx context.Context, h *held) error {
		whole, others, err := sets(ctx, t)
		if err != nil {
			return err
		}
		meta, err := storage.ReadMeta(ctx, p.Store)
		if err != nil {
			return err
		}
		now := p.Now().UnixMilli()
		s := Set{Created: now, Made: now, Product: p.Version}
		if due != nil && !due(newestOf(whole, meta.Epoch)) {
			return nil
		}
		if len(whole) > 0 {
			newest := whole[len(whole)-1]
			s.Round = newest.Round + 1
			s.Created = max(s.Created, newest.Created+1)
			if newest.Epoch != meta.Epoch {
				p.say("the newest backup there, %s, is of another epoch: from before a restore, or by another store that came of the same backup", newest.Name)
			}
		}
		for _, name := range others {
			if at, ok := setTime(name); ok {
				s.Created = max(s.Created, at+1)
			}
		}
		s.Name = setName(s.Created)
		w.File = s.Name
		if err := p.addSet(ctx, h, l, &s, &w); err != nil {
			after, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer done()
			return errors.Join(err, t.Remove(after, doneName(s.Name)), t.Remove(after, s.Name))
		}
		if err := h.stands(ctx, s); err != nil {
			return err
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
		return h.retain(ctx, keep, meta.Epoch)
	})
	return w, err
}

// addSet writes the dump, then the media, reads both back, and notes that it is whole.
func (p *Place) addSet(ctx context.Context, h *held, l *lock, s *Set, w *Written) (err error) {
	t := h.t
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
	c, err := readSet(ctx, t, l, *s, taking{})
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
	if err := h.still(ctx); err != nil {
		return err
	}
	return t.Put(ctx, doneName(s.Name), bytes.NewReader(b))
}

// sized counts what is written.
type sized int64

func (s *sized) Write(p []byte) (int, error) {
	*s += sized(len(p))
	return len(p), nil
}
