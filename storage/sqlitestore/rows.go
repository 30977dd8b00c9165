package sqlitestore

import (
	"errors"

	"zoufang"
	"zoufang/storage"
)

// placed is where a record stands in the present transaction, so that writing it
// needs no second look.
type placed struct {
	n      int64 // 0: there is no such record
	area   zoufang.AreaID
	ver    uint64
	sum    uint64
	public bool
}

const placeColumns = "n, area, ver, sum, public"

func place(row row) *placed {
	return &placed{
		n: integer(row[0]), area: zoufang.AreaID(text(row[1])), ver: uint64(integer(row[2])),
		sum: uint64(integer(row[3])), public: truth(row[4]),
	}
}

// record reads a record in the writer's transaction and remembers its place.
func (w *writer) record(id zoufang.RecordID) (*zoufang.Record, error) {
	n, err := w.c.number("SELECT n FROM rows WHERE rid = ?", string(id)) // as for commits
	if err != nil {
		return nil, err
	}
	if n == 0 {
		w.placed[id] = &placed{}
		return nil, nil
	}
	row, err := w.c.one("SELECT "+placeColumns+", data FROM rows WHERE n = ?", n)
	if err != nil {
		return nil, err
	}
	w.placed[id] = place(row)
	return storage.DecodeRecord(w.s.sealer, id, blob(row[5]))
}

// place finds where a record stands.
func (w *writer) place(id zoufang.RecordID) (*placed, error) {
	if p := w.placed[id]; p != nil {
		return p, nil
	}
	row, err := w.c.one("SELECT "+placeColumns+" FROM rows WHERE rid = ?", string(id))
	if err != nil {
		return nil, err
	}
	p := &placed{}
	if row != nil {
		p = place(row)
	}
	w.placed[id] = p
	return p, nil
}

const (
	insertRow   = "INSERT INTO rows (rid, area, seq, ver, kind, public, sum, w, need, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	updateRow   = "UPDATE rows SET area = ?, seq = ?, ver = ?, kind = ?, public = ?, sum = ?, w = ?, need = ?, data = ? WHERE n = ?"
	insertGone  = "INSERT INTO gone (area, seq, rid) VALUES (?, ?, ?)"
	insertWrite = "INSERT INTO writes (" + writeColumns + ") VALUES (?, ?, ?, ?, ?, ?)"
)

func (t *tx) PutRecord(r *zoufang.Record, by ...zoufang.CommitID) error {
	if err := t.begin(); err != nil {
		return err
	}
	return t.wrap("put record", t.w.put(r, by))
}

func (w *writer) put(r *zoufang.Record, by []zoufang.CommitID) error {
	if len(by) == 0 {
		return errors.New("a record is written by no commit")
	}
	p, err := w.place(r.ID)
	if err != nil {
		return err
	}
	ver := p.ver
	if p.n != 0 {
		if err := w.leave(p, r, by[len(by)-1], &ver); err != nil {
			return err
		}
	}
	h, err := w.head(r.Area)
	if err != nil {
		return err
	}
	for _, c := range by {
		h.Seq++
		ver++
		if err := w.log(r.ID, ver, r.Area, h.Seq, c, false); err != nil {
			return err
		}
	}
	h.dirty = true
	r.Seq, r.Ver = h.Seq, ver
	w.meta.written++
	if r.Kind == "area" {
		w.meta.Areas++
	}
	next, err := w.store(r, p, w.meta.written)
	if err == nil {
		err = w.media(r, p, next)
	}
	if err != nil {
		return err
	}
	h.Sum += next.sum
	if next.public {
		h.Public += next.sum
	}
	w.placed[r.ID] = next
	return nil
}

// store writes a record's row, in place of the one at p, and tells where it stands.
func (w *writer) store(r *zoufang.Record, p *placed, written int64) (*placed, error) {
	next := &placed{n: p.n, area: r.Area, ver: r.Ver, sum: r.Sum(), public: r.Public()}
	need, err := needed(r)
	if err != nil {
		return nil, err
	}
	data, err := storage.EncodeRecord(w.s.sealer, r)
	if err != nil {
		return nil, err
	}
	if p.n == 0 {
		next.n, err = w.c.insert(insertRow,
			string(r.ID), string(r.Area), int64(r.Seq), int64(r.Ver), r.Kind, bit(next.public), int64(next.sum), written, need, data)
	} else {
		_, err = w.c.exec(updateRow,
			string(r.Area), int64(r.Seq), int64(r.Ver), r.Kind, bit(next.public), int64(next.sum), written, need, data, p.n)
	}
	if err != nil {
		return nil, err
	}
	w.s.recent.Keep(r, data)
	return next, nil
}

// leave takes the stored record out of its area's sums and, where the record
// moves, leaves the mark there that it is gone. A mark in the area it moves to is
// taken away: it is back.
func (w *writer) leave(p *placed, r *zoufang.Record, by zoufang.CommitID, ver *uint64) error {
	old, err := w.head(p.area)
	if err != nil {
		return err
	}
	old.Sum -= p.sum
	if p.public {
		old.Public -= p.sum
	}
	old.dirty = true
	if p.area == r.Area {
		return nil
	}
	old.Seq++
	*ver++
	if _, err := w.c.exec(insertGone, string(p.area), int64(old.Seq), string(r.ID)); err != nil {
		return err
	}
	if _, err := w.c.exec("DELETE FROM gone WHERE rid = ? AND area = ?", string(r.ID), string(r.Area)); err != nil {
		return err
	}
	return w.log(r.ID, *ver, p.area, old.Seq, by, true)
}

func (w *writer) log(id zoufang.RecordID, ver uint64, area zoufang.AreaID, seq uint64, by zoufang.CommitID, gone bool) error {
	_, err := w.c.exec(insertWrite,
		string(id), int64(ver), string(area), int64(seq), string(by), bit(gone))
	return err
}

// needed gives the column need.
func needed(r *zoufang.Record) ([]byte, error) {
	var need []byte
	for _, d := range r.Need {
		b, err := digest(d)
		if err != nil {
			return nil, err
		}
		need = append(need, b...)
	}
	return need, nil
}

// media remembers what media a record names and needs. Those that it named before
// move with it.
func (w *writer) media(r *zoufang.Record, was, next *placed) error {
	if was.n != 0 && was.placeOf() != next.placeOf() {
		if _, err := w.c.exec(movePlaces, next.placeOf(), string(r.ID)); err != nil {
			return err
		}
	}
	for _, d := range storage.MediaOf(r) {
		b, err := digest(d)
		if err != nil {
			return err
		}
		if _, err := w.c.exec(insertName, b, string(storage.NamedByRecord), next.placeOf(), string(r.ID)); err != nil {
			return err
		}
	}
	return nil
}
