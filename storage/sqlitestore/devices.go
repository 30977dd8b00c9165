package sqlitestore

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

const deviceColumns = "d.id, d.user, d.x, d.y, d.name, d.platform, d.app, d.enrolled, d.seen, d.revoked"

func device(row row) *zoufang.Device {
	return &zoufang.Device{
		ID: zoufang.DeviceID(text(row[0])), User: zoufang.UserID(text(row[1])), X: text(row[2]), Y: text(row[3]),
		Name: text(row[4]), Platform: text(row[5]), App: text(row[6]),
		Enrolled: integer(row[7]), Seen: integer(row[8]), Revoked: integer(row[9]),
	}
}

func (v *view) Device(id zoufang.DeviceID) (*zoufang.Device, error) {
	row, err := v.c.one("SELECT "+deviceColumns+" FROM devices d WHERE d.id = ?", string(id))
	if err != nil || row == nil {
		return nil, v.wrap("device", err)
	}
	return device(row), nil
}

const deviceWithUser = "SELECT " + deviceColumns + ", u.data FROM devices d JOIN users u ON u.id = d.user WHERE d.id = ?"

func (s *Store) Device(ctx context.Context, id zoufang.DeviceID) (d *zoufang.Device, u *zoufang.User, err error) {
	err = s.readOne(ctx, func(v *view) error {
		row, err := v.c.one(deviceWithUser, string(id))
		if err != nil {
			return v.wrap("device", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		d = device(row)
		u, err = storage.DecodeUser(s.sealer, d.User, blob(row[10]))
		return v.wrap("device", err)
	})
	if err != nil {
		return nil, nil, err
	}
	return d, u, nil
}

func (s *Store) Devices(ctx context.Context) ([]zoufang.Device, error) {
	var out []zoufang.Device
	err := s.read(ctx, func(v *view) error {
		return v.wrap("devices", v.c.each("SELECT "+deviceColumns+" FROM devices d ORDER BY d.enrolled, d.id", func(row row) (bool, error) {
			out = append(out, *device(row))
			return true, v.ended()
		}))
	})
	return out, err
}

func (s *Store) Revoke(ctx context.Context, id zoufang.DeviceID, at int64, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		d, err := found(t.Device(id))
		if err != nil || d.Revoked != 0 {
			return err
		}
		if _, err = t.exec("revoke", "UPDATE devices SET revoked = ? WHERE id = ?", at, string(id)); err != nil {
			return err
		}
		return t.noteOf(tell, d.User)
	})
}

// seenExact is how far a device's Seen may lag, ms: each step costs a commit.
const seenExact = 60_000

func (s *Store) Touch(ctx context.Context, id zoufang.DeviceID, at int64) error {
	late := false
	err := s.read(ctx, func(v *view) error {
		row, err := v.c.one("SELECT seen FROM devices WHERE id = ?", string(id))
		late = row != nil && at >= integer(row[0])+seenExact
		return v.wrap("touch", err)
	})
	if err != nil || !late {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		_, err := t.exec("touch", "UPDATE devices SET seen = max(seen, ?) WHERE id = ?", at, string(id))
		return err
	})
}

func (s *Store) AddCode(ctx context.Context, c storage.Code, tell ...storage.Tell) error {
	return s.update(ctx, func(t *tx) error {
		_, err := t.exec("add code", "INSERT INTO codes (hash, user, expires) VALUES (?, ?, ?)", c.Hash, string(c.User), c.Expires)
		if err != nil {
			return err
		}
		return t.noteOf(tell, c.User)
	})
}

// Code implements storage.Accounts.
func (s *Store) Code(ctx context.Context, hash string) (*storage.Code, error) {
	var out *storage.Code
	err := s.readOne(ctx, func(v *view) error {
		row, err := v.c.one("SELECT user, expires FROM codes WHERE hash = ?", hash)
		if err != nil {
			return v.wrap("code", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		out = &storage.Code{Hash: hash, User: zoufang.UserID(text(row[0])), Expires: integer(row[1])}
		return nil
	})
	return out, err
}

func (s *Store) UseCode(ctx context.Context, hash string, now int64, d zoufang.Device, tell ...storage.Tell) (*zoufang.Device, error) {
	var got zoufang.Device
	err := s.update(ctx, func(t *tx) error {
		row, err := t.c.one("SELECT user, expires, device FROM codes WHERE hash = ?", hash)
		if err != nil {
			return t.wrap("use code", err)
		}
		if row == nil {
			return storage.ErrNotFound
		}
		user, expired, spent := text(row[0]), now >= integer(row[1]), row[2] != nil
		if spent {
			had, err := t.Device(zoufang.DeviceID(text(row[2])))
			if err != nil {
				return err
			}
			if expired || had == nil || had.X != d.X || had.Y != d.Y {
				return storage.ErrUsed
			}
			got = *had
			return nil
		}
		if expired {
			return storage.ErrExpired
		}
		got = d
		got.User = zoufang.UserID(user)
		if err := t.addDevice(got); err != nil {
			return err
		}
		if _, err = t.exec("use code", "UPDATE codes SET device = ? WHERE hash = ?", string(got.ID), hash); err != nil {
			return err
		}
		return t.noteOf(tell, got.User)
	})
	if err != nil {
		return nil, err
	}
	return &got, nil
}

func (t *tx) addDevice(d zoufang.Device) error {
	_, err := t.exec("add device", `INSERT INTO devices (id, user, x, y, name, platform, app, enrolled, seen, revoked)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(d.ID), string(d.User), d.X, d.Y, d.Name, d.Platform, d.App, d.Enrolled, d.Seen, d.Revoked)
	return err
}
