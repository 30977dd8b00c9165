package sqlitestore

import (
	"context"
	"encoding/json"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// person is the stored form of a user, sealed under its id.
type person struct {
	Name     string           `json:"name"`
	Role     zoufang.Role     `json:"role"`
	Areas    []zoufang.AreaID `json:"areas,omitempty"`
	Grants   []zoufang.Grant  `json:"grants,omitempty"`
	Login    string           `json:"login,omitempty"`
	Password string           `json:"password,omitempty"`
	Change   bool             `json:"change,omitempty"`
	Disabled bool             `json:"disabled,omitempty"`
	Created  int64            `json:"created"`
}

func (s *Store) sealUser(u zoufang.User) ([]byte, error) {
	plain, err := json.Marshal(person{u.Name, u.Role, u.Areas, u.Grants, u.Login, u.Password, u.Change, u.Disabled, u.Created})
	if err != nil {
		return nil, err
	}
	return s.sealer.Seal(plain, []byte("user:"+u.ID))
}

func (s *Store) openUser(id string, sealed []byte) (*zoufang.User, error) {
	plain, err := s.sealer.Open(sealed, []byte("user:"+id))
	if err != nil {
		return nil, err
	}
	var p person
	if err := json.Unmarshal(plain, &p); err != nil {
		return nil, err
	}
	return &zoufang.User{
		ID: zoufang.UserID(id), Name: p.Name, Role: p.Role, Areas: p.Areas, Grants: p.Grants, Login: p.Login,
		Password: p.Password, Change: p.Change, Disabled: p.Disabled, Created: p.Created,
	}, nil
}

func (v *view) user(sql, key string) (*zoufang.User, error) {
	row, err := v.c.one(sql, key)
	if err != nil || row == nil {
		return nil, v.wrap("user", err)
	}
	u, err := v.s.openUser(text(row[0]), blob(row[1]))
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
			u, err := s.openUser(text(row[0]), blob(row[1]))
			if err != nil {
				return false, err
			}
			out = append(out, *u)
			return true, v.ended()
		}))
	})
	return out, err
}

func (s *Store) PutUser(ctx context.Context, u zoufang.User) error {
	data, err := s.sealUser(u)
	if err != nil {
		return err
	}
	var login any
	if u.Login != "" {
		login = strings.ToLower(u.Login)
	}
	return s.update(ctx, func(t *tx) error {
		if login != nil {
			row, err := t.c.one("SELECT id FROM users WHERE login = ?", login)
			if err != nil {
				return t.wrap("put user", err)
			}
			if row != nil && text(row[0]) != string(u.ID) {
				return storage.ErrTaken
			}
		}
		_, err := t.exec("put user", `INSERT INTO users (id, login, data) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET login = excluded.login, data = excluded.data`, string(u.ID), login, data)
		return err
	})
}
