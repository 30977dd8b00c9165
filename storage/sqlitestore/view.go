package sqlitestore

import (
	"context"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// view reads through one connection: in a read transaction, which is a snapshot,
// or for tx in the writer's.
type view struct {
	s    *Store
	c    *conn
	ctx  context.Context // ends a reading; nil for tx, whose answer is waited for
	w    *writer         // for tx alone
	meta *meta           // read once

	// For tx alone: the first failure of the store, which fails the update even
	// if its function goes on.
	failed *error
}

var _ storage.View = (*view)(nil)

// Update implements storage.Records. Updates run one after another, wherever they
// write. f must not call Update itself.
func (s *Store) Update(ctx context.Context, _ zoufang.AreaID, f func(storage.Tx) error) error {
	return s.update(ctx, func(t *tx) error { return f(t) })
}

// View implements storage.Records.
func (s *Store) View(ctx context.Context, f func(storage.View) error) error {
	return s.read(ctx, func(v *view) error { return f(v) })
}

func (v *view) ended() error {
	if v.ctx == nil {
		return nil
	}
	return v.ctx.Err()
}

func (v *view) wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("storage: %s: %w", what, err)
	if passes(err) {
		err = storage.Passing(err)
	}
	if v.failed != nil && *v.failed == nil {
		*v.failed = err
	}
	return err
}

func (v *view) Meta() (storage.Meta, error) {
	if v.w != nil {
		return v.w.meta.Meta, nil
	}
	m, err := v.ownMeta()
	return m.Meta, err
}

func (v *view) ownMeta() (meta, error) {
	if v.meta == nil {
		m, err := readMeta(v.c)
		if err != nil {
			return m, v.wrap("meta", err)
		}
		v.meta = &m
	}
	return *v.meta, nil
}

func readMeta(c *conn) (meta, error) {
	row, err := c.one("SELECT epoch, clock, safe_at, areas, written FROM meta WHERE id = 1")
	if err != nil {
		return meta{}, err
	}
	if row == nil {
		return meta{}, fmt.Errorf("the store has lost its meta row")
	}
	m := meta{written: integer(row[4])}
	m.Epoch, m.Clock, m.SafeAt, m.Areas = text(row[0]), integer(row[1]), integer(row[2]), integer(row[3])
	return m, nil
}

const commitColumns = "id, hash, author, sender, device, since, at, staff, line"

func (v *view) Known(id zoufang.CommitID) (bool, error) {
	n, err := v.c.number("SELECT n FROM commits WHERE id = ?", string(id))
	return n != 0, v.wrap("known", err)
}

func (v *view) Commit(id zoufang.CommitID) (*storage.Commit, error) {
	// Nearly all ids asked for are new, and the driver's price is by the column.
	n, err := v.c.number("SELECT n FROM commits WHERE id = ?", string(id))
	if err != nil || n == 0 {
		return nil, v.wrap("commit", err)
	}
	row, err := v.c.one("SELECT "+commitColumns+" FROM commits WHERE n = ?", n)
	if err != nil {
		return nil, v.wrap("commit", err)
	}
	c, err := v.s.commit(row)
	return c, v.wrap("commit", err)
}

func (s *Store) commit(row row) (*storage.Commit, error) {
	c := &storage.Commit{
		ID:     zoufang.CommitID(text(row[0])),
		Author: zoufang.UserID(text(row[2])), Sender: zoufang.UserID(text(row[3])), Device: zoufang.DeviceID(text(row[4])),
		From: integer(row[5]), At: integer(row[6]), Staff: truth(row[7]),
	}
	copy(c.Hash[:], blob(row[1]))
	var err error
	c.Line, err = storage.OpenLine(s.sealer, c.ID, blob(row[8]))
	return c, err
}

func (v *view) Record(id zoufang.RecordID) (*zoufang.Record, error) {
	if v.w != nil {
		r, err := v.w.record(id)
		return r, v.wrap("record", err)
	}
	row, err := v.c.one("SELECT data FROM rows WHERE rid = ?", string(id))
	if err != nil || row == nil {
		return nil, v.wrap("record", err)
	}
	r, err := storage.DecodeRecord(v.s.sealer, id, blob(row[0]))
	return r, v.wrap("record", err)
}

func (v *view) Heads(areas []zoufang.AreaID) ([]storage.AreaHead, error) {
	out := make([]storage.AreaHead, len(areas))
	for i, a := range areas {
		if v.w != nil {
			h, err := v.w.head(a)
			if err != nil {
				return nil, v.wrap("heads", err)
			}
			out[i] = h.AreaHead
			continue
		}
		h, err := readHead(v.c, a)
		if err != nil {
			return nil, v.wrap("heads", err)
		}
		out[i] = h
	}
	return out, v.ended()
}

func readHead(c *conn, area zoufang.AreaID) (storage.AreaHead, error) {
	h := storage.AreaHead{Area: area}
	row, err := c.one("SELECT seq, sum, public FROM heads WHERE area = ?", string(area))
	if row != nil {
		h.Seq, h.Sum, h.Public = uint64(integer(row[0])), uint64(integer(row[1])), uint64(integer(row[2]))
	}
	return h, err
}

const (
	feedAll = `SELECT seq, rid, data FROM rows WHERE area = ?1 AND seq > ?2
		UNION ALL SELECT seq, rid, NULL FROM gone WHERE area = ?1 AND seq > ?2 ORDER BY seq`
	feedPublic = `SELECT seq, rid, data FROM rows INDEXED BY rows_public WHERE area = ?1 AND seq > ?2 AND public = 1 ORDER BY seq`
)

func (v *view) Feed(area zoufang.AreaID, after uint64, public bool, f func(storage.FeedRow) bool) error {
	sql := feedAll
	if public {
		sql = feedPublic
	}
	return v.wrap("feed", v.c.each(sql, func(row row) (bool, error) {
		if err := v.ended(); err != nil {
			return false, err
		}
		out := storage.FeedRow{Seq: uint64(integer(row[0]))}
		id := zoufang.RecordID(text(row[1]))
		if data := blob(row[2]); data != nil {
			var err error
			if out.Record, err = v.s.recent.Decode(v.s.sealer, id, data); err != nil {
				return false, err
			}
		} else {
			out.Gone = id
		}
		return f(out), nil
	}, string(area), int64(after)))
}

func (v *view) History(id zoufang.RecordID) ([]storage.Write, error) {
	var out []storage.Write
	err := v.c.each("SELECT "+writeColumns+" FROM writes WHERE rid = ? ORDER BY ver", func(row row) (bool, error) {
		out = append(out, write(row))
		return true, v.ended()
	}, string(id))
	return out, v.wrap("history", err)
}

const writeColumns = "rid, ver, area, seq, id, gone"

func write(row row) storage.Write {
	return storage.Write{
		Record: zoufang.RecordID(text(row[0])), Ver: uint64(integer(row[1])),
		Area: zoufang.AreaID(text(row[2])), Seq: uint64(integer(row[3])),
		Commit: zoufang.CommitID(text(row[4])), Gone: truth(row[5]),
	}
}
