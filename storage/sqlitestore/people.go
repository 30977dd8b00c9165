package sqlitestore

import (
	"context"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// user reads a user from id and data.
func (s *Store) user(row row) (*zoufang.User, error) {
	return storage.DecodeUser(s.sealer, zoufang.UserID(text(row[0])), blob(row[1]))
}

func (v *view) user(sql, key string) (*zoufang.User, error) {
	row, err := v.c.one(sql, key)
	if err != nil || row == nil {
		return nil, v.wrap("user", err)
	}
	u, err := v.s.user(row)
	return u, v.wrap("user", err)
}

// User gives a user; the operator has no row.
func (v *view) User(id zoufang.UserID) (*zoufang.User, error) {
	return v.user("SELECT id, data FROM users WHERE id = ?", string(id))
}

// found turns what is missing into ErrNotFound.
func found[T any](v *T, err error) (*T, error) {
	if err == nil && v == nil {
		err = storage.ErrNotFound
	}
	return v, err
}

func (s *Store) User(ctx context.Context, id zoufang.UserID) (u *zoufang.User, err error) {
	err = s.read(ctx, func(v *view) error {
		u, err = found(v.User(id))
		return err
	})
	return u, err
}

func (s *Store) UserByLogin(ctx context.Context, login string) (u *zoufang.User, err error) {
	err = s.read(ctx, func(v *view) error {
		u, err = found(v.user("SELECT id, data FROM users WHERE login = ?", strings.ToLower(login)))
		return err
	})
	return u, err
}

func (s *Store) Users(ctx context.Context) ([]zoufang.User, error) {
	var out []zoufang.User
	err := s.read(ctx, func(v *view) error {
		return v.wrap("users", v.c.each("SELECT id, data FROM users ORDER BY id", func(row row) (bool, error) {
			u, err := s.user(row)
			if err != nil {
				return false, err
			}
			out = append(out, *u)
			return true, v.ended()
		}))
	})
	return out, err
}

func (s *Store) PutUser(ctx context.Context, u zoufang.User, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		was, err := t.User(u.ID)
		if err != nil {
			return err
		}
		is := u
		if was != nil {
			is.Follow(was)
		}
		if err := t.putUser(is); err != nil {
			return err
		}
		return t.note(tell, was, &is)
	})
}

func (s *Store) ChangeUser(ctx context.Context, id zoufang.UserID, f func(*zoufang.User) error, tell ...storage.Tell) (*zoufang.User, error) {
	var u *zoufang.User
	err := s.update(ctx, func(t *tx) (err error) {
		if u, err = found(t.User(id)); err != nil {
			return err
		}
		was, err := t.User(id)
		if err != nil {
			return err
		}
		if err := f(u); err != nil {
			return err
		}
		u.ID = id
		u.Follow(was)
		if err := t.putUser(*u); err != nil {
			return err
		}
		return t.note(tell, was, u)
	})
	if err != nil {
		return nil, err
	}
	return u, nil
}

func (t *tx) putUser(u zoufang.User) error {
	data, err := storage.EncodeUser(t.s.sealer, u)
	if err != nil {
		return t.wrap("put user", err)
	}
	var login any
	if u.Login != "" {
		login = strings.ToLower(u.Login)
		row, err := t.c.one("SELECT id FROM users WHERE login = ?", login)
		if err != nil {
			return t.wrap("put user", err)
		}
		if row != nil && text(row[0]) != string(u.ID) {
			return storage.ErrTaken
		}
	}
	_, err = t.exec("put user", `INSERT INTO users (id, login, data) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET login = excluded.login, data = excluded.data`, string(u.ID), login, data)
	return err
}
