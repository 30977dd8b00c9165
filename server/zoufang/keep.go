package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zoufang/server/backup"
	"zoufang/server/catalog"
	"zoufang/storage/minioblob"
	"zoufang/storage/sqlitestore"
	"zoufang/sync/verify"
)

// maxIdentity bounds a key file, in bytes.
const maxIdentity = 64 << 10

// backupKeys are what backups are encrypted to, or with identity opened with.
func (c *call) backupKeys() (backup.Keys, error) {
	k := backup.Keys{Recipient: c.BackupKey, Passphrase: c.BackupPassphrase}
	if c.Identity != "" {
		f, err := os.Open(c.Identity)
		if err != nil {
			return k, err
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, maxIdentity))
		if err != nil {
			return k, err
		}
		k.Identity = string(b)
	}
	return k, k.Check()
}

func (c *call) place(s *store) (*backup.Place, error) {
	keys, err := c.backupKeys()
	if err != nil {
		return nil, err
	}
	p := &backup.Place{Store: s, Blobs: s.blobs, Keys: keys, Version: version, Now: c.now, Say: func(what string) { c.say("%s", what) }}
	if s.file == nil {
		return p, nil
	}
	p.Swap = &backup.Swap{Dir: s.dir, Store: s.file, Fresh: func(ctx context.Context, dir string) (backup.Closing, string, error) {
		path := filepath.Join(dir, dbName)
		fresh, err := sqlitestore.Open(ctx, path, s.keys)
		return fresh, path, err
	}}
	return p, nil
}

// backups says where backups are kept: nil for a single file. A directory is there
// already or ends in "/".
func (c *call) backups(ctx context.Context, name string, readOnly bool) (backup.Target, error) {
	if rest, ok := strings.CutPrefix(name, "s3://"); ok {
		name, prefix, _ := strings.Cut(rest, "/")
		bucket, err := c.Production.backupBucket(name, c.now)
		if err != nil {
			return nil, err
		}
		bucket.ReadOnly = readOnly
		return minioblob.OpenFiles(ctx, bucket, prefix)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() || strings.HasSuffix(name, "/") {
		return backup.Dir(name), nil
	}
	return nil, nil
}

func backUp(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		to, err := c.backups(ctx, c.args[0], false)
		if err != nil {
			return nil, err
		}
		p, err := c.place(s)
		if err != nil {
			return nil, err
		}
		if to == nil {
			return p.WriteFile(ctx, c.args[0])
		}
		return p.WriteSet(ctx, to, c.BackupKeep)
	})
}

func restore(ctx context.Context, c *call) (any, error) {
	from, err := c.backups(ctx, c.args[0], true)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(c.args[0]); from == nil && (err != nil || !info.Mode().IsRegular()) {
		return nil, fmt.Errorf("there is no backup %s", c.args[0])
	}
	return with(ctx, c.filling, func(s *store) (any, error) {
		p, err := c.place(s)
		if err != nil {
			return nil, err
		}
		if from == nil {
			return p.RestoreFile(ctx, c.args[0])
		}
		return p.RestoreSet(ctx, from, c.Set)
	})
}

func verifyStore(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) { return c.verify(ctx, s) })
}

func (c *call) verify(ctx context.Context, s *store) (any, error) {
	report, err := verify.Run(ctx, s, s.blobs, func(part string) { c.say("reading %s", part) })
	if err != nil {
		return nil, err
	}
	c.say("reading lists")
	areas, err := s.operator(c.now).Areas(ctx)
	if err != nil {
		return nil, err
	}
	faults, listed, err := catalog.Verify(ctx, s, s, slices.Sorted(maps.Keys(areas)))
	if err != nil {
		return nil, err
	}
	report.Listed = listed
	report.Add(faults...)
	if report.FaultCount > 0 {
		return report, errFaults
	}
	return report, nil
}
