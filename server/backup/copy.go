package backup

import (
	"context"
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// Copied is what a copy did.
type Copied struct {
	Epoch   string `json:"epoch"` // the new one
	From    string `json:"from"`
	Commits uint64 `json:"commits"`
	Records uint64 `json:"records"`
	Media   int    `json:"media"`
	Added   int64  `json:"media_added"`
}

// Copy fills the empty store of to with everything in from, of whichever kind they
// are, under a new epoch: phones then offer again what the old store may still
// have taken meanwhile, so that it is safe even if nobody stopped the old server.
// Media go first; those there are read, and passed over where they are good, so that a copy that was cut off
// goes on where it was. The store is filled at once for whoever looks, and read
// back. Swap and Keys of both have no part in it.
func Copy(ctx context.Context, from, to *Place) (Copied, error) {
	c, err := copyStore(ctx, from, to)
	if err != nil {
		return c, fmt.Errorf("copy: %w", err)
	}
	return c, nil
}

func copyStore(ctx context.Context, from, to *Place) (Copied, error) {
	c := Copied{Epoch: zoufang.Token(12)}
	empty, err := isEmpty(ctx, to.Store)
	if err != nil {
		return c, err
	}
	if !empty {
		return c, ErrNotEmpty
	}
	if err := c.media(ctx, from, to); err != nil {
		return c, err
	}
	to.say("copying the records")
	loaded := &tally{}
	late := &media{}
	err = from.Store.Dump(ctx, func(d storage.Dump) error {
		m, err := d.Meta()
		if err != nil {
			return err
		}
		c.From, m.Epoch = m.Epoch, c.Epoch
		return to.Store.Load(ctx, m, func(load storage.Load) error {
			*loaded, *late = tally{}, media{}
			far := to.progress("records and lines", 0)
			err := storage.All(d, func(e storage.Entry) error {
				far.add(1)
				if err := errors.Join(late.note(e), loaded.note(e)); err != nil {
					return err
				}
				return load.Put(e)
			})
			if err != nil {
				return err
			}
			// Media that came since the first look; the rest are there.
			late.sort()
			return c.missing(ctx, from, to, late, false)
		})
	})
	if errors.Is(err, storage.ErrTaken) {
		err = ErrNotEmpty
	}
	if err != nil {
		return c, err
	}
	c.Commits, c.Records, c.Media = loaded.part[storage.KindCommit].n, loaded.part[storage.KindRecord].n, len(late.all)
	to.say("reading the copy")
	if err := loaded.found(ctx, to.Store); err != nil {
		return c, err
	}
	return c, late.complete(ctx, to.Blobs)
}

// media copies those known now.
func (c *Copied) media(ctx context.Context, from, to *Place) error {
	list := &media{}
	err := from.Store.Dump(ctx, func(d storage.Dump) error {
		*list = media{}
		return d.Each(storage.KindMedium, list.note)
	})
	if err != nil {
		return err
	}
	list.sort()
	return c.missing(ctx, from, to, list, true)
}

func (c *Copied) missing(ctx context.Context, from, to *Place, list *media, look bool) error {
	if err := list.complete(ctx, from.Blobs); err != nil {
		return err
	}
	if err := list.mark(ctx, to.Blobs); err != nil {
		return err
	}
	if look {
		if err := list.look(ctx, to.Blobs, to.progress("reading the media that are there", list.bytes())); err != nil {
			return err
		}
	}
	far := to.progress("media", list.bytes())
	n, err := list.bring(ctx, far, func(ctx context.Context, d zoufang.Digest, size int64) error {
		o, err := from.Blobs.Open(ctx, d)
		if err != nil {
			return mediumError(d, err)
		}
		defer o.Close()
		return mediumError(d, to.Blobs.Put(ctx, d, size, &heeding{ctx: ctx, r: o}))
	})
	c.Added += n
	return err
}
