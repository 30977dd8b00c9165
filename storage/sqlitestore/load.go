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
		if err := t.emptyAudit(); err != nil { // likewise of those it turned away
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
		if err := l.settle(); err != nil {
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
	owed    storage.Owed
	written int64
}

// Put implements storage.Load.
func (l *load) Put(e storage.Entry) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if err := l.t.begin(); err != nil {
		return err
	}
	switch e := e.(type) {
	case storage.User:
		return l.t.putUser(e.User)
	case storage.Device:
		return l.t.addDevice(e.Device)
	case storage.Key:
		return l.t.addKey(e)
	case storage.Commit:
		return l.t.AddCommit(e)
	case storage.Held:
		return l.t.PutHeld(e)
	case storage.StoredRecord:
		l.written = max(l.written, e.Written)
		l.owed.Record(e.Record)
		_, err := l.t.w.store(e.Record, &placed{}, e.Written)
		return l.t.wrap("load a record", err)
	case storage.Write:
		if err := l.t.w.log(e.Record, e.Ver, e.Area, e.Seq, e.Commit, e.Gone); err != nil {
			return l.t.wrap("load a write", err)
		}
		return l.marks.Write(e)
	case storage.AreaHead:
		l.t.w.heads[e.Area] = &head{e, true}
		return nil
	case storage.Medium:
		l.owed.Medium(e)
		return l.t.AddMedium(e)
	case storage.Token:
		return l.t.addToken(e)
	case storage.Audited:
		return l.t.audit(e)
	case storage.Name:
		b, err := digest(e.Digest)
		if err != nil {
			return err
		}
		_, err = l.t.exec("load a name", insertName, b, string(e.Role), "", e.ID)
		return err
	}
	return storage.ErrNoEntry
}
