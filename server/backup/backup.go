// Package backup owns the backup file: one plain tar of the database, the keys
// that open it and all media, with their hashes; how it is written, read back,
// and put into a store again.
//
//	manifest.json       what follows, with sizes and hashes
//	zoufang.db          a consistent copy of the database
//	keys.json           the keyring, bare: whoever holds the file reads everything
//	media/ab/<digest>   every photo, signature and recording
//	SHA256              the hash of every byte before this entry
//
// Nothing is called safe before the file was read back whole. Unfinished uploads
// are left out: phones begin them anew. It hands on what was written or restored.
package backup

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zoufang/storage"
)

// Store is a database that can be copied and replaced while it is in use.
type Store interface {
	storage.Records
	storage.Accounts
	storage.Upkeep
	// Backup writes a consistent copy to a new file.
	Backup(ctx context.Context, path string) error
	// ReplaceWith makes the content that of a copy, under a new epoch, at once.
	ReplaceWith(ctx context.Context, path, epoch string) error
}

// Copy is an opened copy of a database.
type Copy interface {
	storage.Records
	storage.Upkeep
	Close() error
}

// Keyring holds what the database is sealed with.
type Keyring interface {
	Export() []byte
	Import(keys []byte) error
}

// Place is an installation that is backed up or restored to.
type Place struct {
	Store   Store
	Keys    Keyring
	Blobs   storage.Blobs
	Dir     string // for what is kept of the database before a restore
	Version string // of the product
	Now     func() time.Time
	// Open opens a copy of a database with a keyring's exported keys; what it
	// needs beside goes into dir.
	Open func(ctx context.Context, path string, keys []byte, dir string) (Copy, error)
	// Say tells a person how far it is.
	Say func(string)
}

// Written is what a backup holds.
type Written struct {
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	Commits int    `json:"commits"`
	Records int    `json:"records"`
	Media   int    `json:"media"`
	Epoch   string `json:"epoch"`
	SafeAt  int64  `json:"safe_at"`
}

// Write backs up into file. The clock is read first, then the database copied,
// then the media: whatever was answered before that clock is in the file. Only
// when the file has been read back, and has its name, is that clock called safe.
func (p *Place) Write(ctx context.Context, file string) (Written, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Written{}, err
	}
	if err := replaceable(file); err != nil {
		return Written{}, fmt.Errorf("back up: %w", err)
	}
	dir, err := workDir(filepath.Dir(file), ".backup-", p.Now())
	if err != nil {
		return Written{}, fmt.Errorf("back up: %w", err)
	}
	defer os.RemoveAll(dir)
	w := Written{File: file}
	if w.SafeAt, err = p.Store.Advance(ctx); err != nil {
		return w, err
	}
	if err := p.write(ctx, &w, dir); err != nil {
		return w, fmt.Errorf("back up: %w", err)
	}
	if err := place(filepath.Join(dir, "backup.tar"), file); err != nil {
		return w, fmt.Errorf("back up: %w", err)
	}
	return w, p.callSafe(ctx, w)
}

func (p *Place) write(ctx context.Context, w *Written, dir string) error {
	p.Say("copying the database")
	db, tar := filepath.Join(dir, dbName), filepath.Join(dir, "backup.tar")
	if err := p.Store.Backup(ctx, db); err != nil {
		return err
	}
	keys := p.Keys.Export()
	m := manifest{Format: format, Product: p.Version, Created: p.Now().UTC().Format(time.RFC3339), Clock: w.SafeAt}
	if err := p.list(ctx, &m, db, keys); err != nil {
		return err
	}
	meta, err := readMeta(ctx, p.Store)
	if err != nil {
		return err
	}
	m.Epoch = meta.Epoch
	p.Say(fmt.Sprintf("writing %d media", m.media()))
	if err := p.pack(ctx, tar, &m, db, keys); err != nil {
		return err
	}
	p.Say("reading the file back")
	read, err := unpack(ctx, tar, "")
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	held, err := p.examine(ctx, db, read, dir)
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	w.Bytes, w.Commits, w.Records, w.Media, w.Epoch = read.bytes, held.commits, held.records, m.media(), held.epoch
	return nil
}

// callSafe makes it known up to when everything is in a verified backup.
func (p *Place) callSafe(ctx context.Context, w Written) error {
	now, err := readMeta(ctx, p.Store)
	if err != nil {
		return err
	}
	if now.Epoch != w.Epoch {
		return errors.New("back up: the store was restored meanwhile; the file is whole but holds the state before")
	}
	if now.SafeAt >= w.SafeAt {
		return nil
	}
	return p.Store.SetSafeAt(ctx, w.SafeAt)
}

func readMeta(ctx context.Context, r storage.Records) (m storage.Meta, err error) {
	err = r.View(ctx, func(v storage.View) (err error) {
		m, err = v.Meta()
		return err
	})
	return m, err
}

// replaceable reports whether a backup may have the name: nothing is there, or an
// older backup. Anything else could be somebody's database.
func replaceable(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if h, err := tar.NewReader(f).Next(); err != nil || h.Name != manifestName {
		return fmt.Errorf("%s is there and is no backup; choose another name", file)
	}
	return nil
}

// place gives a finished file its name, durably.
func place(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// staleAfter is how old a working directory must be to be a crashed process's.
const staleAfter = 24 * time.Hour

// workDir makes a directory of mode 0700 to work in, and removes what crashed
// processes left of theirs.
func workDir(parent, prefix string, now time.Time) (string, error) {
	left, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && now.Sub(info.ModTime()) > staleAfter {
			if err := os.RemoveAll(dir); err != nil {
				return "", err
			}
		}
	}
	return os.MkdirTemp(parent, prefix+"*")
}
