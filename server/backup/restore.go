package backup

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// Restored is what a restore did.
type Restored struct {
	File    string `json:"file"`
	Epoch   string `json:"epoch"` // the new one
	From    string `json:"from"`  // the epoch the backup was made in
	Clock   int64  `json:"clock"` // what was answered before is back
	Commits int    `json:"commits"`
	Records int    `json:"records"`
	Media   int    `json:"media"`
	Added   int    `json:"media_added"` // that were not there
	Kept    string `json:"kept"`        // the database as it was before, "" if there was nothing
}

// Restore makes the store's content the backup's, under a new epoch. It reads
// and checks the whole file first and changes nothing when anything is wrong. The
// last step replaces the content at once; a crash before leaves the old state,
// with some media and keys more. What was there is kept in a file beside.
func (p *Place) Restore(ctx context.Context, file string) (Restored, error) {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	dir, err := workDir(p.Dir, ".restore-", p.Now())
	if err != nil {
		return Restored{}, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(dir)
	r := Restored{File: file, Epoch: zoufang.Token(12)}
	p.Say("checking the file")
	c, err := unpack(ctx, file, dir)
	if err != nil {
		return r, fmt.Errorf("%s is refused, nothing was changed: %w", file, err)
	}
	db := filepath.Join(dir, dbName)
	held, err := p.examine(ctx, db, c, dir)
	if err != nil {
		return r, fmt.Errorf("%s is refused, nothing was changed: %w", file, err)
	}
	r.From, r.Clock, r.Commits, r.Records, r.Media = held.epoch, c.manifest.Clock, held.commits, held.records, c.manifest.media()
	if err := p.Keys.Import(c.keys); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	p.Say("storing the media that are missing")
	if r.Added, err = p.putMedia(ctx, file, c.manifest); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if r.Kept, err = p.keep(ctx); err != nil {
		return r, fmt.Errorf("restore: the present database could not be put aside: %w", err)
	}
	p.Say("replacing the database")
	return r, p.Store.ReplaceWith(ctx, db, r.Epoch)
}

// putMedia stores what is missing. The file is read a second time: each digest
// is checked again at the door of the blobs.
func (p *Place) putMedia(ctx context.Context, file string, m *manifest) (added int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	t := tar.NewReader(&source{ctx, f})
	for left := m.media(); left > 0; {
		h, err := t.Next()
		if err == io.EOF {
			return added, errors.New("the file was changed while it was read")
		}
		if err != nil {
			return added, err
		}
		if !strings.HasPrefix(h.Name, mediaDir) {
			continue
		}
		left--
		d := zoufang.Digest(h.Name[strings.LastIndexByte(h.Name, '/')+1:])
		size, err := p.Blobs.Stat(ctx, d)
		switch {
		case err == nil && size == h.Size:
			continue
		case err != nil && !errors.Is(err, storage.ErrNotFound):
			return added, err
		}
		if err := p.Blobs.Put(ctx, d, h.Size, t); err != nil {
			return added, fmt.Errorf("medium %s: %w", d, err)
		}
		added++
	}
	return added, nil
}

// keep copies the database as it is beside itself, unless nothing is in it.
func (p *Place) keep(ctx context.Context) (string, error) {
	empty, err := p.empty(ctx)
	if err != nil || empty {
		return "", err
	}
	name := filepath.Join(p.Dir, "before-restore-"+p.Now().UTC().Format("20060102T150405.000Z")+".db")
	if err := p.Store.Backup(ctx, name); err != nil {
		return "", err
	}
	p.Say("the present database is kept as " + name)
	return name, nil
}

var errSome = errors.New("there is something")

func (p *Place) empty(ctx context.Context) (bool, error) {
	users, err := p.Store.Users(ctx)
	if err != nil || len(users) > 0 {
		return false, err
	}
	err = p.Store.Dump(ctx, func(d storage.Dump) error {
		return d.EachCommit(func(storage.Commit) error { return errSome })
	})
	if errors.Is(err, errSome) {
		return false, nil
	}
	return err == nil, err
}
