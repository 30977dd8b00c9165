package backup

import (
	"context"
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// found is what a database's copy holds.
type found struct {
	epoch            string
	commits, records int
}

// examine opens a copy with the keys it came with and reads all of it: every
// line opens and has its hash, every record opens, every medium is in the file.
func (p *Place) examine(ctx context.Context, db string, c *contents, dir string) (found, error) {
	store, err := p.Open(ctx, db, c.keys, dir)
	if err != nil {
		return found{}, fmt.Errorf("the database does not open: %w", err)
	}
	f, err := read(ctx, store, c.manifest)
	return f, errors.Join(err, store.Close())
}

func read(ctx context.Context, store Copy, m *manifest) (f found, err error) {
	sizes := make(map[zoufang.Digest]int64, len(m.Files))
	for _, part := range m.Files[2:] {
		sizes[zoufang.Digest(part.SHA256)] = part.Size
	}
	err = store.Dump(ctx, func(d storage.Dump) error {
		meta, err := d.Meta()
		if err != nil {
			return err
		}
		f.epoch = meta.Epoch
		err = d.EachCommit(func(c storage.Commit) error {
			f.commits++
			if id, hash := zoufang.HashLine(c.Line); id != c.ID || hash != c.Hash {
				return errors.New("a line does not have its hash")
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = d.EachRecord(func(*zoufang.Record, int64) error { f.records++; return nil })
		if err != nil {
			return err
		}
		return d.EachMedium(func(m storage.Medium) error {
			if size, ok := sizes[m.Digest]; !ok || size != m.Size {
				return fmt.Errorf("the medium %s is not in the file", m.Digest)
			}
			return nil
		})
	})
	if err == nil && f.epoch != m.Epoch {
		err = errors.New("the database is of another epoch than the manifest says")
	}
	return f, err
}
