package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zoufang/internal/seal"
	"zoufang/server/backup"
	"zoufang/storage/sqlitestore"
	"zoufang/sync/verify"
)

func (c *call) place(s *store) *backup.Place {
	return &backup.Place{
		Store: s.Store, Keys: s.keys, Blobs: s.blobs, Dir: s.dir, Version: version, Now: c.now,
		Open: openCopy, Say: func(what string) { c.say("%s", what) },
	}
}

// openCopy opens a database's copy with the keys that came with it.
func openCopy(ctx context.Context, path string, keys []byte, dir string) (backup.Copy, error) {
	own, err := os.MkdirTemp(dir, "keys-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(own, "seal.json")
	if err := os.WriteFile(file, keys, 0o600); err != nil {
		return nil, err
	}
	ring, err := seal.Open(file)
	if err != nil {
		return nil, errors.New("its keys cannot be read")
	}
	s, err := sqlitestore.Open(ctx, path, ring)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func backUp(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		return c.place(s).Write(ctx, c.args[0])
	})
}

func restore(ctx context.Context, c *call) (any, error) {
	if info, err := os.Stat(c.args[0]); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("there is no backup file %s", c.args[0])
	}
	return with(ctx, c.writing, func(s *store) (any, error) {
		return c.place(s).Restore(ctx, c.args[0])
	})
}

func verifyStore(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		report, err := verify.Run(ctx, s.Store, s.blobs, func(part string) { c.say("reading %s", part) })
		if err != nil {
			return nil, err
		}
		if report.FaultCount > 0 {
			return report, errFaults
		}
		return report, nil
	})
}
