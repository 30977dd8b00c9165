package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zoufang/internal/durable"
	"zoufang/internal/seal"
	"zoufang/server/catalog"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
)

// store is what a service keeps, opened. Several processes may have it open at once.
type store struct {
	engine
	blobs storage.Blobs
	keys  *seal.Ring
	// file is the data directory's database; nil where MongoDB is in its place.
	file *sqlitestore.Store
	dir  string
}

// engine keeps everything but media.
type engine interface {
	storage.Records
	storage.Accounts
	storage.Upkeep
	storage.Audit
	storage.Shelves
	storage.Jobs
	Close() error
}

// A data directory:
//
//	zoufang.db        records, commits, accounts
//	keys/seal.json    what they are sealed with, unless --keys names another file
//	media/            photos, signatures, recordings
const (
	dbName    = "zoufang.db"
	keysName  = "keys/seal.json"
	mediaName = "media"
)

func (c *call) keysFile() string {
	if c.Keys != "" {
		return c.Keys
	}
	return filepath.Join(c.Data, keysName)
}

// exists reports whether the data directory holds a store.
func (c *call) exists() (bool, error) {
	_, err := os.Stat(filepath.Join(c.Data, dbName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// open opens the store for a command that writes, making it where there is none.
// now is the clock that is stored with what is written.
func (c *call) open(ctx context.Context, now func() time.Time) (*store, error) {
	if c.Production.inUse() {
		return c.openProduction(ctx, now, false)
	}
	return c.openData(ctx, now)
}

func (c *call) openData(ctx context.Context, now func() time.Time) (*store, error) {
	if err := durable.MakeDir(c.Data); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s := &store{dir: c.Data}
	there, err := c.exists()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(c.keysFile()); there && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: without it nothing in the store can be read; put it back, or restore a backup into an empty directory", c.keysFile())
	}
	if s.keys, err = seal.Open(c.keysFile()); err != nil {
		return nil, err
	}
	if s.blobs, err = dirblob.Open(filepath.Join(c.Data, mediaName), c.now()); err != nil {
		return nil, err
	}
	if s.file, err = sqlitestore.Open(ctx, filepath.Join(c.Data, dbName), s.keys, sqlitestore.WithClock(now)); err != nil {
		return nil, err
	}
	s.engine = s.file
	return s, s.opens(ctx)
}

// What shows that a keyring is the store's: a key of no use, kept like the others.
const (
	sealPurpose = "seal"
	sealMark    = "mark"
)

// opens fails unless the keyring opens what is stored. Otherwise new things would
// be sealed with keys that nobody keeps for this store.
func (s *store) opens(ctx context.Context) error {
	marks, err := s.Keys(ctx, sealPurpose)
	if err == nil && len(marks) == 0 {
		_, err = s.Users(ctx) // of a store from before there were marks
	}
	if errors.Is(err, seal.ErrOpen) {
		err = errors.New("the keyring is another store's: look at --keys, and at which bucket and database are named")
	}
	if err == nil && len(marks) == 0 {
		err = s.AddKey(ctx, storage.Key{ID: sealMark, Purpose: sealPurpose, Secret: []byte(sealMark), Created: time.Now().UnixMilli()})
	}
	if err != nil {
		s.Close()
	}
	return err
}

// read opens a store for a command that only reads; there must be one.
func (c *call) read(ctx context.Context) (*store, error) {
	if c.Production.inUse() {
		return c.openProduction(ctx, c.now, true)
	}
	there, err := c.exists()
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("there is no store in %s", c.Data)
	}
	return c.writing(ctx)
}

func (s *store) operator(now func() time.Time) *operator.Operator {
	return &operator.Operator{Records: s, Accounts: s, Now: now}
}

func (s *store) desk(now func() time.Time) (*desk.Desk, error) {
	lists := catalog.New(catalog.Config{Records: s, Shelves: s})
	return desk.New(desk.Config{Records: s, Accounts: s, Upkeep: s, Audit: s, Lists: lists, Now: now})
}

// with opens the store, has f use it, and closes it.
func with(ctx context.Context, open func(context.Context) (*store, error), f func(*store) (any, error)) (any, error) {
	s, err := open(ctx)
	if err != nil {
		return nil, err
	}
	v, err := f(s)
	if failed := s.Close(); err == nil && failed != nil {
		err = fmt.Errorf("close the store: %w", failed)
	}
	return v, err
}

// writing opens for a command that writes.
func (c *call) writing(ctx context.Context) (*store, error) { return c.open(ctx, c.now) }
