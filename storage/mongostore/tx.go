package mongostore

import (
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// tx is one update's part of a group.
type tx struct {
	view
	wants   heads // the areas that it writes in
	receipt int64 // given once
}

var _ storage.Tx = (*tx)(nil)

// Now is the stored clock in the snapshot: it is moved before transactions begin,
// never in them.
func (t *tx) Now() int64 { return t.meta.Clock }

// Receipt is the machine's time: the stored clock moves in steps of a second. Where
// that is behind the stored clock, what this process gave before, or what any copy gave
// near the areas whose heads this transaction holds, receipts go on in steps of a
// millisecond.
func (t *tx) Receipt() int64 {
	if t.receipt == 0 {
		past := t.meta.Clock
		for _, h := range t.g.heads {
			past = max(past, h.At)
		}
		t.receipt = t.s.clock.receipt(t.s.now().UnixMilli(), past)
		t.g.receipt = max(t.g.receipt, t.receipt)
	}
	return t.receipt
}

func (t *tx) AddCommit(c storage.Commit) error {
	if t.failed != nil {
		return t.failed
	}
	known, err := t.commitDoc(c.ID)
	if err != nil {
		return t.fail("add commit", err)
	}
	if known != nil {
		return fmt.Errorf("storage: commit %s is known", c.ID)
	}
	d, err := newCommitDoc(t.s.sealer, c)
	if err != nil {
		return t.fail("seal a line", err)
	}
	t.own.commits[c.ID] = d
	t.own.bytes += 256 + len(d.Line)
	return nil
}

func (t *tx) AddMedium(m storage.Medium) error {
	if !m.Digest.Valid() {
		return errNoDigest
	}
	known, err := t.mediumDoc(m.Digest)
	if err != nil || known != nil {
		return t.fail("add medium", err)
	}
	t.own.media[m.Digest] = newMediumDoc(m)
	t.own.bytes += 256
	return nil
}

var errNoDigest = errors.New("storage: not the digest of a medium")

func (t *tx) PutRecord(r *zoufang.Record, by ...zoufang.CommitID) error {
	if t.failed != nil {
		return t.failed
	}
	return t.fail("put record", t.put(r, by))
}

func (t *tx) put(r *zoufang.Record, by []zoufang.CommitID) error {
	if t.own.bytes > maxUpdate { // the rest is of no more use: see give
		return storage.ErrTooLarge
	}
	if len(by) == 0 {
		return errors.New("a record is written by no commit")
	}
	was, err := t.rowDoc(r.ID)
	if err != nil {
		return err
	}
	var ver uint64
	if was != nil {
		if err := t.movePlaces(was, r); err != nil {
			return err
		}
		ver = uint64(was.Ver)
		if err := t.leave(was, r, by[len(by)-1], &ver); err != nil {
			return err
		}
	}
	h, err := t.head(r.Area)
	if err != nil {
		return err
	}
	for _, c := range by {
		h.Seq++
		ver++
		t.log(storage.Write{Record: r.ID, Ver: ver, Area: r.Area, Seq: uint64(h.Seq), Commit: c})
	}
	r.Seq, r.Ver = uint64(h.Seq), ver
	h.W = t.s.nextW(t.meta.Clock, h.W)
	d, err := newRowDoc(t.s.sealer, r, h.W)
	if err != nil {
		return err
	}
	t.s.recent.Keep(r, d.Data)
	h.Sum += d.Sum
	if d.Public {
		h.Public += d.Sum
	}
	t.own.rows[r.ID] = d
	t.own.bytes += 512 + len(d.Data)
	if r.Kind == "area" {
		t.own.areas++
	}
	return t.nameMedia(r)
}

// nextW gives a number that orders records by when they were written: by the
// stored clock, and past what this process gave and what the area has.
func (s *Store) nextW(clock, area int64) int64 {
	for {
		last := s.w.Load()
		w := max(last+1, clock<<20, area+1)
		if s.w.CompareAndSwap(last, w) {
			return w
		}
	}
}

// head gives the head of an area as this update leaves it.
func (t *tx) head(area zoufang.AreaID) (*headDoc, error) {
	t.wants[area] = true
	if h := t.own.heads[area]; h != nil {
		return h, nil
	}
	h, ok := written(t.own.under, headsOf, area)
	if !ok {
		var err error
		if h, err = t.g.lock(area); err != nil {
			return nil, err
		}
	}
	mine := *h
	t.own.heads[area] = &mine
	return &mine, nil
}

// leave takes the stored record out of its area's sums and, where the record
// moves, leaves the mark there that it is gone. A mark in the area it moves to is
// taken away: it is back.
func (t *tx) leave(was *rowDoc, r *zoufang.Record, by zoufang.CommitID, ver *uint64) error {
	from := zoufang.AreaID(was.Area)
	h, err := t.head(from)
	if err != nil {
		return err
	}
	h.Sum -= was.Sum
	if was.Public {
		h.Public -= was.Sum
	}
	if from == r.Area {
		return nil
	}
	h.Seq++
	*ver++
	t.own.marks[mark{from, r.ID}] = newMarkDoc(from, uint64(h.Seq), r.ID)
	t.own.marks[mark{r.Area, r.ID}] = nil
	t.log(storage.Write{Record: r.ID, Ver: *ver, Area: from, Seq: uint64(h.Seq), Commit: by, Gone: true})
	return nil
}

func (t *tx) log(w storage.Write) {
	t.own.writes = append(t.own.writes, newWriteDoc(w))
	t.own.bytes += 256
}
