package backup

import (
	"context"
	"io"
	"sync/atomic"
)

// addMedia writes the media that are not there, looks at those that are, and reads
// those again whose turn it is.
func (p *Place) addMedia(ctx context.Context, t Target, l *lock, list *media, round int, w *Written) error {
	far := p.progress("media", list.bytes())
	return list.shards(ctx, t, func(from, to int, there map[string]int64) error {
		return atOnce(ctx, from, to, func(ctx context.Context, i int) error {
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
			if old {
				if err := replaceableMedium(ctx, t, d, was, size); err != nil {
					return err
				}
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
	})
}
