package intake

import (
	"slices"

	"zoufang"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

// apply writes what a trial without fault leaves.
func (j *judge) apply(t *trial, c storage.Commit) error {
	for _, d := range t.order {
		if !d.dirty {
			continue
		}
		fieldsync.Settle(d.rec)
		if err := j.need(d); err != nil {
			return err
		}
		if err := j.put(d, c.ID); err != nil {
			return err
		}
		if d.created {
			j.woken = append(j.woken, storage.WaitsForRecord(d.id))
		}
		if d.kind.Name == zoufang.KindArea {
			j.areas = nil
		}
	}
	for _, h := range t.rulings {
		if err := j.tx.PutHeld(h); err != nil {
			return err
		}
		delete(j.stood, h.ID)
		clear(j.open)
		if h.Code.Open() {
			j.again = append(j.again, h.ID) // released: judged anew
		} else {
			j.woken = append(j.woken, storage.WaitsForCommit(h.ID))
			if _, pushed := j.final[h.ID]; pushed {
				j.final[h.ID] = standing(h.ID, &h)
			}
		}
	}
	for _, e := range t.told {
		if err := j.tx.Tell(e); err != nil {
			return err
		}
	}
	return nil
}

// pending is a record that commits of this transaction changed and that is not
// written yet: it is written once for all of them.
type pending struct {
	rec *zoufang.Record
	by  []zoufang.CommitID
}

// put keeps a changed record for the end of the transaction. A move, and what
// makes an area, is written at once.
func (j *judge) put(d *draft, by zoufang.CommitID) error {
	p := j.pending[d.id]
	if !d.created && d.rec.Area != d.from || d.kind.Name == zoufang.KindArea {
		if p != nil {
			if err := j.tx.PutRecord(p.rec, p.by...); err != nil {
				return err
			}
			delete(j.pending, d.id)
		}
		return j.tx.PutRecord(d.rec, by)
	}
	if p == nil {
		p = &pending{}
		j.pending[d.id] = p
		j.unwritten = append(j.unwritten, d.id)
	}
	p.rec, p.by = d.rec, append(p.by, by)
	return nil
}

// write writes what is pending, in the order it was first changed.
func (j *judge) write() error {
	for _, id := range j.unwritten {
		p := j.pending[id]
		if p == nil {
			continue
		}
		if err := j.tx.PutRecord(p.rec, p.by...); err != nil {
			return err
		}
		delete(j.pending, id)
	}
	return nil
}

// uncharge lets off whoever is charged for a medium that came, as a record names it.
func (j *judge) uncharge(d zoufang.Digest) error {
	on, err := j.tx.ChargesFor(d)
	for _, c := range on {
		if c.Stage == storage.StageStored && err == nil {
			err = j.tx.DropCharge(c.ID)
		}
	}
	return err
}

// need settles which of the media a record names are still to come, and which cannot
// be seen. A medium named before is known to be stored, or stands in Need; one that
// stands there may have come without the record having been told yet. Of a flaw that
// is being told, a record that moves past the teller may not have heard.
func (j *judge) need(d *draft) error {
	named := d.rec.Media()
	moves := !d.created && d.rec.Area != d.from
	var need []zoufang.Digest
	for _, m := range named {
		_, before := slices.BinarySearch(d.media, m)
		if _, needed := slices.BinarySearch(d.rec.Need, m); before && !needed && !moves {
			continue
		}
		stored, err := j.tx.Medium(m)
		if err != nil {
			return err
		}
		if stored == nil {
			need = append(need, m)
		} else {
			d.rec.SetFlaw(m, stored.Flaw)
			if err := j.uncharge(m); err != nil {
				return err
			}
		}
	}
	for m := range d.rec.Flaws {
		if _, still := slices.BinarySearch(named, m); !still {
			d.rec.SetFlaw(m, "")
		}
	}
	d.rec.Need = need
	return nil
}
