package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zoufang/internal/durable"
)

// Backup writes a consistent copy of the database to a new file at path while
// the store is in use. When it returns nil the copy is whole and durable; when
// it fails there is none. The copy carries the sealed values as they are.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up: %s is there already", path)
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("back up: %w", err)
	}
	c, err := connect(s.path, "busy_timeout = 10000")
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer c.close()
	if err := copyInto(ctx, c, path); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// copyInto writes the content of c's database to a new file, durably, under its
// name only when it is whole.
func copyInto(ctx context.Context, c *conn, path string) error {
	f, err := durable.Create(filepath.Dir(path), filepath.Base(path)+".*.part") // SQLite takes an empty file as new
	if err != nil {
		return err
	}
	defer f.Drop()
	if err := c.script(ctx, "VACUUM INTO ?", f.Name()); err != nil {
		return err
	}
	return f.Give(filepath.Base(path))
}

// tables are all that a restore replaces, beside meta.
var tables = []string{
	"commits", "held", "waits", "rows", "gone", "writes", "heads", "media", "names", "arrivals", "charges",
	"users", "devices", "codes", "sessions", "tokens", "keys", "audit", "shelves", "jobs", "job_parts",
}

// ReplaceWith makes the store's content that of a backup's file, under a new
// epoch with nothing safe, in one transaction: whoever uses the store, in this
// process or another, sees the old content or the new one whole. The clock does
// not run back. The file is not changed; a backup of an older schema is taken to
// the present one in a copy.
func (s *Store) ReplaceWith(ctx context.Context, path, epoch string) error {
	if epoch == "" {
		return errors.New("restore: an epoch is needed")
	}
	dir, err := os.MkdirTemp(filepath.Dir(s.path), "restore-")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "copy.db")
	if err := presentCopy(ctx, path, copied); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	// What follows can't be ended half way by ctx.
	if err := s.submit(ctx, s.alone(func(w *writer) error { return w.replace(copied, epoch) })); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// presentCopy copies a store's file, checks it and takes it to the present schema.
func presentCopy(ctx context.Context, path, copied string) error {
	if _, err := os.Stat(path); err != nil {
		return err // and no file is made by opening it
	}
	from, err := connect(path, "busy_timeout = 10000")
	if err != nil {
		return err
	}
	defer from.close()
	v, err := version(from)
	if err != nil {
		return err
	}
	if v == 0 {
		return errors.New("the file holds no store")
	}
	if err := copyInto(ctx, from, copied); err != nil {
		return err
	}
	c, err := connect(copied, "journal_mode = DELETE")
	if err != nil {
		return err
	}
	defer c.close()
	row, err := c.one("PRAGMA quick_check(1)")
	if err != nil {
		return err
	}
	if row == nil || text(row[0]) != "ok" {
		return errors.New("the file is damaged")
	}
	if err := migrate(c); err != nil {
		return err
	}
	_, err = readMeta(c)
	return err
}

func (w *writer) replace(path, epoch string) error {
	bg := context.Background()
	if err := w.c.script(bg, "ATTACH ? AS new", path); err != nil {
		return err
	}
	defer w.c.script(bg, "DETACH new")
	if err := w.begin(); err != nil {
		return err
	}
	if err := w.swap(epoch); err != nil {
		w.rollback()
		return err
	}
	w.known = false
	return nil
}

func (w *writer) swap(epoch string) error {
	bg := context.Background()
	for _, g := range guards {
		if err := w.c.script(bg, "DROP TRIGGER main."+g); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := w.c.script(bg, fmt.Sprintf("DELETE FROM main.%s; INSERT INTO main.%[1]s SELECT * FROM new.%[1]s", t)); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	if err := w.c.script(bg, guard+guard4); err != nil {
		return err
	}
	w.meta.Clock = max(w.meta.Clock, w.s.now().UnixMilli())
	err := w.c.script(bg, `UPDATE main.meta SET epoch = ?1, safe_at = NULL, clock = max(?2, n.clock),
		areas = max(main.meta.areas, n.areas) + 1, written = max(main.meta.written, n.written)
		FROM (SELECT clock, areas, written FROM new.meta) AS n WHERE main.meta.id = 1`, epoch, w.meta.Clock)
	if err != nil {
		return err
	}
	if err := w.s.fault(false); err != nil {
		return err
	}
	if err := w.c.script(bg, "COMMIT"); err != nil {
		return err
	}
	return w.s.fault(true)
}
