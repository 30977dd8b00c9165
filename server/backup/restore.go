package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zoufang"
	"zoufang/storage"
)

// Restored is what a restore did.
type Restored struct {
	File    string `json:"file"`
	Epoch   string `json:"epoch"` // the new one
	From    string `json:"from"`  // the epoch the backup was made in
	Clock   int64  `json:"clock"` // what was answered before is back
	Commits int64  `json:"commits"`
	Records int64  `json:"records"`
	Media   int64  `json:"media"`
	Added   int64  `json:"media_added"` // that were not there, or damaged
	Kept    string `json:"kept"`        // the database as it was before, "" if there was nothing
}

// source is what a restore reads, more than once.
type source interface {
	// check reads all of it and changes nothing.
	check(ctx context.Context) (*contents, error)
	// media stores those of the list that were not seen.
	media(ctx context.Context, list *media) (added int64, err error)
	// load reads the dump's part again.
	load(ctx context.Context, take taking) (*contents, error)
}

// ErrNotEmpty is a restore's or copy's refusal to touch a store in use.
var ErrNotEmpty = errors.New("the store is not empty: give an empty one (another database name, or another directory), or drop it first")

// restore makes the store's content the backup's, under a new epoch. It reads and
// checks the source first and changes nothing when anything is wrong. Then the
// media that are missing, or not what their digest says, are stored, each checked at the door, and the store
// filled, at once for whoever looks; a crash before leaves the old state, with
// some media more. With a Swap what was there is kept in a file beside.
func (p *Place) restore(ctx context.Context, name string, from source) (Restored, error) {
	r := Restored{File: name, Epoch: zoufang.Token(12)}
	empty, err := isEmpty(ctx, p.Store)
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if !empty && p.Swap == nil {
		return r, fmt.Errorf("restore: %w", ErrNotEmpty)
	}
	p.say("checking the backup")
	c, err := from.check(ctx)
	if err != nil {
		return r, fmt.Errorf("%s is refused, nothing was changed: %w", name, err)
	}
	r.From, r.Clock = c.head.Meta.Epoch, c.head.Clock
	r.Commits, r.Records, r.Media = c.count(storage.KindCommit), c.count(storage.KindRecord), c.count(storage.KindMedium)
	if err := c.media.mark(ctx, p.Blobs); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if err := c.media.look(ctx, p.Blobs, p.progress("reading the media that are there", c.media.bytes())); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if r.Added, err = from.media(ctx, c.media); err != nil {
		return r, fmt.Errorf("restore: storing the media: %w", err)
	}
	if err := c.media.complete(ctx, p.Blobs); err != nil {
		return r, fmt.Errorf("restore: storing the media: %w", err)
	}
	fill := func(ctx context.Context, s Store) error { return fill(ctx, s, from, c, r.Epoch) }
	if p.Swap == nil {
		p.say("filling the store")
		err = fill(ctx, p.Store)
	} else {
		r.Kept, err = p.swap(ctx, empty, r.Epoch, fill)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return r, nil
}

// swap fills a fresh store and has it take the place of the one in use.
func (p *Place) swap(ctx context.Context, empty bool, epoch string, fill func(context.Context, Store) error) (kept string, err error) {
	dir, err := workDir(p.Swap.Dir, ".restore-", p.Now())
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	p.say("making the database")
	s, path, err := p.Swap.Fresh(ctx, dir)
	if err != nil {
		return "", err
	}
	if err := errors.Join(fill(ctx, s), s.Close()); err != nil {
		return "", err
	}
	if !empty {
		kept = filepath.Join(p.Swap.Dir, "before-restore-"+p.Now().UTC().Format("20060102T150405.000Z")+".db")
		if err := p.Swap.Store.Backup(ctx, kept); err != nil {
			return "", fmt.Errorf("the present database could not be put aside: %w", err)
		}
		p.say("the present database is kept as %s", kept)
	}
	p.say("replacing the database")
	return kept, p.Swap.Store.ReplaceWith(ctx, path, epoch)
}

// fill loads an empty store and reads back what it then has.
func fill(ctx context.Context, s Store, from source, c *contents, epoch string) error {
	m := c.head.Meta
	m.Epoch = epoch
	var loaded tally
	err := s.Load(ctx, m, func(to storage.Load) error {
		loaded = tally{}
		again, err := from.load(ctx, taking{put: func(e storage.Entry) error {
			if err := loaded.note(e); err != nil {
				return err
			}
			return to.Put(e)
		}})
		if err == nil && again.sum != c.sum {
			err = errors.New("the backup was changed while it was read")
		}
		return err
	})
	if errors.Is(err, storage.ErrTaken) {
		return ErrNotEmpty
	}
	if err != nil {
		return err
	}
	return loaded.found(ctx, s)
}

var errOnlyAsked = errors.New("only asked")

// isEmpty asks a store whether it would be filled. One half filled before says yes.
func isEmpty(ctx context.Context, s storage.Upkeep) (bool, error) {
	err := s.Load(ctx, storage.Meta{Epoch: zoufang.Token(12)}, func(storage.Load) error { return errOnlyAsked })
	switch {
	case errors.Is(err, errOnlyAsked):
		return true, nil
	case errors.Is(err, storage.ErrTaken):
		return false, nil
	case err == nil:
		err = errors.New("the store filled itself with nothing")
	}
	return false, err
}
