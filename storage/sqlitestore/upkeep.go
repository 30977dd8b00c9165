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

// Each implements storage.Dump.
func (d *dump) Each(kind storage.EntryKind, f func(storage.Entry) error) error {
	seal := d.s.sealer
	switch kind {
	case storage.KindUser:
		return d.all("SELECT id, data FROM users ORDER BY id", f, func(row row) (storage.Entry, error) {
			u, err := d.s.user(row)
			if err != nil {
				return nil, err
			}
			return storage.User{User: *u}, nil
		})
	case storage.KindDevice:
		return d.all("SELECT "+deviceColumns+" FROM devices d ORDER BY d.enrolled, d.id", f, func(row row) (storage.Entry, error) {
			return storage.Device{Device: *device(row)}, nil
		})
	case storage.KindKey:
		return d.all("SELECT "+keyColumns+" FROM keys ORDER BY purpose, created, id", f, func(row row) (storage.Entry, error) { return d.s.key(row) })
	case storage.KindCommit:
		return d.all("SELECT "+commitColumns+" FROM commits ORDER BY n", f, func(row row) (storage.Entry, error) {
			c, err := d.s.commit(row)
			return *c, err
		})
	case storage.KindHeld:
		return d.all("SELECT "+heldColumns+" FROM held ORDER BY n", f, func(row row) (storage.Entry, error) { return heldRow(row) })
	case storage.KindRecord:
		return d.all("SELECT rid, data, w FROM rows ORDER BY n", f, func(row row) (storage.Entry, error) {
			r, err := storage.DecodeRecord(seal, zoufang.RecordID(text(row[0])), blob(row[1]))
			return storage.StoredRecord{Record: r, Written: integer(row[2])}, err
		})
	case storage.KindWrite:
		return d.all("SELECT "+writeColumns+" FROM writes ORDER BY rid, ver", f, func(row row) (storage.Entry, error) { return write(row), nil })
	case storage.KindHead:
		return d.all("SELECT area, seq, sum, public FROM heads ORDER BY area", f, func(row row) (storage.Entry, error) {
			return storage.AreaHead{
				Area: zoufang.AreaID(text(row[0])), Seq: uint64(integer(row[1])),
				Sum: uint64(integer(row[2])), Public: uint64(integer(row[3])),
			}, nil
		})
	case storage.KindMedium:
		return d.all("SELECT "+mediumColumns+" FROM media ORDER BY digest", f, func(row row) (storage.Entry, error) { return medium(row), nil })
	case storage.KindAudit:
		return d.all("SELECT "+auditColumns+" FROM audit ORDER BY id", f, func(row row) (storage.Entry, error) { return storage.OpenAudit(seal, audited(row)) })
	case storage.KindToken:
		return d.all("SELECT "+tokenColumns+" FROM tokens t ORDER BY t.added, t.id", f, func(row row) (storage.Entry, error) {
			n, err := token(row)
			if err != nil {
				return nil, err
			}
			return *n, nil
		})
	case storage.KindName:
		return d.all("SELECT digest, role, id FROM names ORDER BY digest, role, id", f, func(row row) (storage.Entry, error) {
			return storage.Name{
				Digest: zoufang.Digest(hex.EncodeToString(blob(row[0]))), Role: storage.NameRole(text(row[1])), ID: text(row[2]),
			}, nil
		})
	}
	return storage.ErrNoEntry
}

func (d *dump) all(sql string, f func(storage.Entry) error, read func(row) (storage.Entry, error)) error {
	return d.c.each(sql, func(row row) (bool, error) {
		if err := d.ended(); err != nil {
			return false, err
		}
		e, err := read(row)
		if err != nil {
			return false, err
		}
		return true, f(e)
	})
}
