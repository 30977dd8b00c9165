package sqlitestore

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

func (s *Store) Keys(ctx context.Context, purpose string) ([]storage.Key, error) {
	var out []storage.Key
	err := s.read(ctx, func(v *view) error {
		return v.wrap("keys", v.c.each("SELECT "+keyColumns+" FROM keys WHERE purpose = ? ORDER BY created DESC, id DESC", func(row row) (bool, error) {
			k, err := s.key(row)
			out = append(out, k)
			return true, err
		}, purpose))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

const keyColumns = "purpose, id, created, secret"

func (s *Store) key(row row) (k storage.Key, err error) {
	k = storage.Key{Purpose: text(row[0]), ID: text(row[1]), Created: integer(row[2])}
	k.Secret, err = storage.OpenKey(s.sealer, k.Purpose, k.ID, blob(row[3]))
	return k, err
}

func (s *Store) AddKey(ctx context.Context, k storage.Key) error {
	return s.update(ctx, func(t *tx) error { return t.addKey(k) })
}

func (t *tx) addKey(k storage.Key) error {
	secret, err := storage.SealKey(t.s.sealer, k)
	if err != nil {
		return t.wrap("add key", err)
	}
	_, err = t.exec("add key", "INSERT INTO keys ("+keyColumns+") VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		k.Purpose, k.ID, k.Created, secret)
	return err
}

func (s *Store) Session(ctx context.Context, id string) (*storage.Session, error) {
	var out *storage.Session
	err := s.read(ctx, func(v *view) error {
		row, err := v.c.one("SELECT id, user, hash, was, turned, expires FROM sessions WHERE id = ?", id)
		if err != nil {
			return v.wrap("session", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		out = &storage.Session{ID: text(row[0]), User: zoufang.UserID(text(row[1])), Hash: text(row[2]),
			Was: text(row[3]), Turned: integer(row[4]), Expires: integer(row[5])}
		return nil
	})
	return out, err
}

func (s *Store) AddSession(ctx context.Context, n storage.Session, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		_, err := t.exec("add session", "INSERT INTO sessions (id, user, hash, was, turned, expires) VALUES (?, ?, ?, ?, ?, ?)",
			n.ID, string(n.User), n.Hash, n.Was, n.Turned, n.Expires)
		if err != nil {
			return err
		}
		return t.noteOf(tell, n.User)
	})
}

func (s *Store) TurnSession(ctx context.Context, was string, n storage.Session) error {
	return s.update(ctx, func(t *tx) error {
		rows, err := t.exec("turn session", "UPDATE sessions SET user = ?, hash = ?, was = ?, turned = ?, expires = ? WHERE id = ? AND hash = ?",
			string(n.User), n.Hash, n.Was, n.Turned, n.Expires, n.ID, was)
		if err == nil && rows == 0 {
			err = storage.ErrNotFound
		}
		return err
	})
}

func (s *Store) DropSession(ctx context.Context, id string, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		row, err := t.c.one("SELECT user FROM sessions WHERE id = ?", id)
		if err != nil || row == nil {
			return t.wrap("drop session", err)
		}
		if _, err := t.exec("drop session", "DELETE FROM sessions WHERE id = ?", id); err != nil {
			return err
		}
		return t.noteOf(tell, zoufang.UserID(text(row[0])))
	})
}
