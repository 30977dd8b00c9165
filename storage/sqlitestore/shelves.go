package sqlitestore

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

// Shelf implements storage.Shelves.
func (s *Store) Shelf(ctx context.Context, area zoufang.AreaID) (out *storage.Shelf, err error) {
	err = s.readOne(ctx, func(v *view) error {
		out = nil
		row, err := v.c.one("SELECT data FROM shelves WHERE area = ?", string(area))
		if row != nil {
			out = storage.OpenShelf(s.sealer, area, blob(row[0]))
		}
		return v.wrap("shelf", err)
	})
	return out, err
}

// PutShelf implements storage.Shelves.
func (s *Store) PutShelf(ctx context.Context, shelf storage.Shelf) error {
	data, err := storage.SealShelf(s.sealer, shelf)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		if len(data) > storage.MaxShelf {
			_, err := t.exec("drop a shelf", "DELETE FROM shelves WHERE area = ?", string(shelf.Area))
			return err
		}
		_, err := t.exec("put a shelf", "INSERT OR REPLACE INTO shelves (area, data) VALUES (?, ?)", string(shelf.Area), data)
		return err
	})
}
