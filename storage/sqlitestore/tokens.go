package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

const tokenColumns = "t.id, t.user, t.hash, t.added, t.expires, t.read, t.kinds, t.areas, t.revoked, t.used"

func token(row row) (*storage.Token, error) {
	t := &storage.Token{
		ID: text(row[0]), User: zoufang.UserID(text(row[1])), Hash: text(row[2]), Added: integer(row[3]), Expires: integer(row[4]),
		Read: integer(row[5]) != 0, Revoked: integer(row[8]), Used: integer(row[9]),
	}
	if err := json.Unmarshal([]byte(text(row[6])), &t.Kinds); err != nil {
		return nil, fmt.Errorf("kinds of a token: %w", err)
	}
	if err := json.Unmarshal([]byte(text(row[7])), &t.Areas); err != nil {
		return nil, fmt.Errorf("areas of a token: %w", err)
	}
	return t, nil
}

// AddToken implements storage.Accounts.
func (s *Store) AddToken(ctx context.Context, n storage.Token, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		if err := t.addToken(n); err != nil {
			return err
		}
		return t.noteOf(tell, n.User)
	})
}

func (t *tx) addToken(n storage.Token) error {
	kinds, err := json.Marshal(n.Kinds)
	if err != nil {
		return t.wrap("add token", err)
	}
	areas, err := json.Marshal(n.Areas)
	if err != nil {
		return t.wrap("add token", err)
	}
	read := int64(0)
	if n.Read {
		read = 1
	}
	_, err = t.exec("add token", "INSERT INTO tokens (id, user, hash, added, expires, read, kinds, areas, revoked, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		n.ID, string(n.User), n.Hash, n.Added, n.Expires, read, string(kinds), string(areas), n.Revoked, n.Used)
	return err
}

const tokenWithUser = "SELECT " + tokenColumns + ", u.data FROM tokens t JOIN users u ON u.id = t.user WHERE t.id = ?"

// Token implements storage.Accounts.
func (s *Store) Token(ctx context.Context, id string) (n *storage.Token, u *zoufang.User, err error) {
	err = s.readOne(ctx, func(v *view) error {
		row, err := v.c.one(tokenWithUser, id)
		if err != nil {
			return v.wrap("token", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		if n, err = token(row); err != nil {
			return v.wrap("token", err)
		}
		u, err = storage.DecodeUser(s.sealer, n.User, blob(row[10]))
		return v.wrap("token", err)
	})
	if err != nil {
		return nil, nil, err
	}
	return n, u, nil
}

// Tokens implements storage.Accounts.
func (s *Store) Tokens(ctx context.Context) (out []storage.Token, err error) {
	err = s.read(ctx, func(v *view) error {
		return v.wrap("tokens", v.c.each("SELECT "+tokenColumns+" FROM tokens t ORDER BY t.added, t.id", func(row row) (bool, error) {
			n, err := token(row)
			if err != nil {
				return false, err
			}
			out = append(out, *n)
			return true, v.ended()
		}))
	})
	return out, err
}

// RevokeToken implements storage.Accounts.
func (s *Store) RevokeToken(ctx context.Context, id string, at int64, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		row, err := t.c.one("SELECT user, revoked FROM tokens WHERE id = ?", id)
		if err != nil {
			return t.wrap("revoke token", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		if integer(row[1]) != 0 {
			return nil
		}
		if _, err := t.exec("revoke token", "UPDATE tokens SET revoked = ? WHERE id = ?", at, id); err != nil {
			return err
		}
		return t.noteOf(tell, zoufang.UserID(text(row[0])))
	})
}

// UseToken implements storage.Accounts.
func (s *Store) UseToken(ctx context.Context, id string, at int64, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		row, err := t.c.one("SELECT user, used FROM tokens WHERE id = ?", id)
		if err != nil {
			return t.wrap("use token", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		if at < integer(row[1])+storage.UsedExact {
			return nil
		}
		if _, err := t.exec("use token", "UPDATE tokens SET used = ? WHERE id = ?", at, id); err != nil {
			return err
		}
		return t.noteOf(tell, zoufang.UserID(text(row[0])))
	})
}
