package sqlitestore

import (
	"context"
	"encoding/hex"

	"zoufang"
	"zoufang/storage"
)

// clockSlack is how far, in ms, the stored clock may lag before Clock moves it:
// idle phones ask often, and each move costs a commit.
const clockSlack = 1000

// Clock implements storage.Upkeep. Where the stored clock is less than a second
// behind it gives that, which is durable as it is; use Advance for the exact time.
func (s *Store) Clock(ctx context.Context) (int64, error) {
	var stored int64
	err := s.read(ctx, func(v *view) error {
		m, err := v.ownMeta()
		stored = m.Clock
		return err
	})
	if err != nil || s.now().UnixMilli() <= stored+clockSlack {
		return stored, err
	}
	return s.tick(ctx, 0)
}

// Advance implements storage.Upkeep.
func (s *Store) Advance(ctx context.Context) (int64, error) { return s.tick(ctx, 1) }

// tick moves the stored clock to the machine's, if that is later, and past ms on.
func (s *Store) tick(ctx context.Context, past int64) (now int64, err error) {
	err = s.update(ctx, func(t *tx) error {
		if err := t.begin(); err != nil {
			return err
		}
		t.w.meta.Clock += past
		now = t.w.meta.Clock
		return nil
	})
	return now, err
}

// SetSafeAt implements storage.Upkeep.
func (s *Store) SetSafeAt(ctx context.Context, at int64) error {
	return s.update(ctx, func(t *tx) error {
		if err := t.begin(); err != nil {
			return err
		}
		t.w.meta.SafeAt = at
		return nil
	})
}

// Dump implements storage.Upkeep. It has a connection of its own, so that a long
// one takes none from the requests.
func (s *Store) Dump(ctx context.Context, f func(storage.Dump) error) error {
	own := readers{}
	own.init(s.path, 1)
	defer own.close()
	return s.readFrom(ctx, &own, func(v *view) error { return f(&dump{v}) })
}

type dump struct{ *view }

func (d *dump) all(sql string, f func(row) error) error {
	return d.c.each(sql, func(row row) (bool, error) {
		if err := d.ended(); err != nil {
			return false, err
		}
		return true, f(row)
	})
}

func (d *dump) EachCommit(f func(storage.Commit) error) error {
	return d.all("SELECT "+commitColumns+" FROM commits ORDER BY n", func(row row) error {
		c, err := d.s.commit(row)
		if err != nil {
			return err
		}
		return f(*c)
	})
}

func (d *dump) EachHeld(f func(storage.Held) error) error {
	return d.all("SELECT "+heldColumns+" FROM held ORDER BY n", func(row row) error {
		h, err := heldRow(row)
		if err != nil {
			return err
		}
		return f(h)
	})
}

func (d *dump) EachRecord(f func(*zoufang.Record, int64) error) error {
	return d.all("SELECT rid, data, w FROM rows ORDER BY n", func(row row) error {
		r, err := storage.DecodeRecord(d.s.sealer, zoufang.RecordID(text(row[0])), blob(row[1]))
		if err != nil {
			return err
		}
		return f(r, integer(row[2]))
	})
}

func (d *dump) EachWrite(f func(storage.Write) error) error {
	return d.all("SELECT "+writeColumns+" FROM writes ORDER BY rid, ver", func(row row) error { return f(write(row)) })
}

func (d *dump) EachHead(f func(storage.Head) error) error {
	return d.all("SELECT area, seq, sum, public FROM heads ORDER BY area", func(row row) error {
		return f(storage.Head{
			Area: zoufang.AreaID(text(row[0])), Seq: uint64(integer(row[1])),
			Sum: uint64(integer(row[2])), Public: uint64(integer(row[3])),
		})
	})
}

func (d *dump) EachMedium(f func(storage.Medium) error) error {
	return d.all("SELECT "+mediumColumns+" FROM media ORDER BY digest", func(row row) error { return f(medium(row)) })
}

func (d *dump) EachName(f func(zoufang.Digest, storage.NameRole, string) error) error {
	return d.all("SELECT digest, role, id FROM names ORDER BY digest, role, id", func(row row) error {
		return f(zoufang.Digest(hex.EncodeToString(blob(row[0]))), storage.NameRole(text(row[1])), text(row[2]))
	})
}

func (d *dump) EachUser(f func(zoufang.User) error) error {
	return d.all("SELECT id, data FROM users ORDER BY id", func(row row) error {
		u, err := storage.DecodeUser(d.s.sealer, zoufang.UserID(text(row[0])), blob(row[1]))
		if err != nil {
			return err
		}
		return f(*u)
	})
}

func (d *dump) EachDevice(f func(zoufang.Device) error) error {
	return d.all("SELECT "+deviceColumns+" FROM devices d ORDER BY d.enrolled, d.id", func(row row) error { return f(*device(row)) })
}

func (d *dump) EachKey(f func(storage.Key) error) error {
	return d.all("SELECT purpose, id, created, secret FROM keys ORDER BY purpose, created, id", func(row row) error {
		k := storage.Key{Purpose: text(row[0]), ID: text(row[1]), Created: integer(row[2])}
		var err error
		if k.Secret, err = storage.OpenKey(d.s.sealer, k.Purpose, k.ID, blob(row[3])); err != nil {
			return err
		}
		return f(k)
	})
}
