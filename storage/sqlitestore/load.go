package sqlitestore

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

// Load implements storage.Upkeep, in one transaction.
func (s *Store) Load(ctx context.Context, m storage.Meta, f func(storage.Load) error) error {
	return s.update(ctx, func(t *tx) error {
		some, err := t.c.number("SELECT EXISTS (SELECT 1 FROM commits) OR EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM rows)")
		if err != nil {
			return t.wrap("load", err)
		}
		if some != 0 {
			return storage.ErrTaken
		}
		if _, err := t.exec("load", "DELETE FROM keys"); err != nil { // made by a server that found nothing
			return err
		}
		l := &load{t: t, ctx: ctx}
		l.marks.Mark = func(area zoufang.AreaID, seq uint64, gone zoufang.RecordID) error {
			_, err := t.exec("load a mark", insertGone, string(area), int64(seq), string(gone))
			return err
		}
		if err := f(l); err != nil {
			return err
		}
		if err := l.marks.End(); err != nil {
			return err
		}
		if _, err := t.exec("load", "UPDATE meta SET epoch = ? WHERE id = 1", m.Epoch); err != nil {
			return err
		}
		w := &t.w.meta
		w.Epoch, w.SafeAt, w.Clock = m.Epoch, 0, max(w.Clock, m.Clock)
		w.Areas, w.written = max(w.Areas, m.Areas)+1, max(w.written, l.written)
		return nil
	})
}

type load struct {
	t       *tx
	ctx     context.Context
	marks   storage.Marks
	written int64
}

func (l *load) Commit(c storage.Commit) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	return l.t.AddCommit(c)
}

func (l *load) Held(h storage.Held) error { return l.t.PutHeld(h) }

func (l *load) Record(r *zoufang.Record, written int64) error {
	if err := l.t.begin(); err != nil {
		return err
	}
	l.written = max(l.written, written)
	_, err := l.t.w.store(r, &placed{}, written)
	return l.t.wrap("load a record", err)
}

func (l *load) Write(w storage.Write) error {
	if err := l.t.begin(); err != nil {
		return err
	}
	if err := l.t.w.log(w.Record, w.Ver, w.Area, w.Seq, w.Commit, w.Gone); err != nil {
		return l.t.wrap("load a write", err)
	}
	return l.marks.Write(w)
}

func (l *load) Head(h storage.Head) error {
	if err := l.t.begin(); err != nil {
		return err
	}
	l.t.w.heads[h.Area] = &head{h, true}
	return nil
}

func (l *load) Medium(m storage.Medium) error { return l.t.AddMedium(m) }

func (l *load) Name(d zoufang.Digest, role storage.NameRole, id string) error {
	return l.t.NameMedium(d, role, id)
}

func (l *load) User(u zoufang.User) error { return l.t.putUser(u) }

func (l *load) Device(d zoufang.Device) error { return l.t.addDevice(d) }

func (l *load) Key(k storage.Key) error { return l.t.addKey(k) }
