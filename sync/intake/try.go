package intake

import (
	"fmt"
	"slices"

	"zoufang"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

// trial is one attempt at a line: the records as it would leave them, the
// rulings it makes, and the fault that counts. Trying writes nothing.
type trial struct {
	j       *judge
	stamp   zoufang.Stamp
	commit  *zoufang.Commit
	actor   *zoufang.User // nil: nobody known
	waived  bool          // author, and within reach rights and scope
	reach   []zoufang.AreaID
	forced  bool // a step's `from`
	records map[zoufang.RecordID]*draft
	order   []*draft          // as first read
	written map[string]bool   // what the commit wrote, to catch a second write
	rulings []storage.Held    // held lines as the commit decides them
	told    []storage.Audited // of these, for the account log
	from    string            // the network address that sent the line
	waits   []string
	areas   []zoufang.AreaID // that the line names
	lost    bool             // it names something whose area is not known
	fault   *zoufang.Fault
}

// draft is a record as the commit would leave it.
type draft struct {
	id      zoufang.RecordID
	rec     *zoufang.Record // nil: not there
	kind    *zoufang.Kind
	created bool
	dirty   bool
	media   []zoufang.Digest // named before, so known as stored or as needed
	from    zoufang.AreaID   // before
	filled  zoufang.Filled   // before
}

// try judges a line. Where several codes fit: revoked, schema, author, then the
// first failing item, waiting last.
func (j *judge) try(h *storage.Held, l Line, c storage.Commit, s Sender) (*trial, error) {
	t := &trial{j: j, commit: &l.Commit, waived: h.Waived, reach: h.Reach, forced: h.Forced, from: s.From, records: map[zoufang.RecordID]*draft{}, written: map[string]bool{}}
	if l.Fault != nil {
		t.lost, t.fault = true, l.Fault
		if s.Will && !t.waived {
			t.fault = s.unheeded()
		}
		return t, nil
	}
	t.stamp = zoufang.NewStamp(c.ID, c.Author, l.Commit.At, c.From, c.At, c.Staff)
	var err error
	if t.actor, err = j.user(l.Commit.User, s); err != nil {
		return nil, err
	}
	faults := make([]*zoufang.Fault, len(l.Commit.Do))
	for i, it := range fieldsync.Ordered(l.Commit.Do) {
		if faults[i], err = t.item(it); err != nil {
			return nil, err
		}
	}
	author, err := j.stranger(l, s)
	if err != nil {
		return nil, err
	}
	var will *zoufang.Fault
	if s.Will && !t.waived {
		will = s.unheeded()
	}
	t.fault = t.pick(faults, will, author && !t.waived)
	if t.fault == nil {
		t.fault = t.tooLarge()
	}
	return t, nil
}

// tooLarge holds records to their bounds. What makes one no fuller is let through.
func (t *trial) tooLarge() *zoufang.Fault {
	for _, d := range t.order {
		if !d.dirty {
			continue
		}
		now := d.rec.Filled(t.stamp.User)
		if f := now.TooFull(&d.filled, t.stamp); f != nil {
			return f
		}
	}
	return nil
}

func (t *trial) pick(faults []*zoufang.Fault, will *zoufang.Fault, stranger bool) *zoufang.Fault {
	var first, waiting *zoufang.Fault
	for i, f := range faults {
		if f == nil {
			continue
		}
		f.In(i)
		switch {
		case f.Code == zoufang.HeldSchema:
			if will == nil {
				return f
			}
		case f.Code == zoufang.HeldWaiting:
			if waiting == nil {
				waiting = f
			}
		case first == nil:
			first = f
		}
	}
	switch {
	case will != nil:
		return will
	case stranger:
		return zoufang.Fail(zoufang.HeldAuthor, zoufang.RuleStranger)
	case first != nil:
		return first
	}
	return waiting
}

// stranger reports whether the line is not the sender's: another user's, or made
// on a phone that is another's or the operator's. A phone the server does not know
// is from before a restore.
func (j *judge) stranger(l Line, s Sender) (bool, error) {
	if l.Commit.User != s.User.ID {
		return true, nil
	}
	if l.Commit.Device == s.Device.ID && s.Device.User == s.User.ID {
		return false, nil
	}
	if l.Commit.Device == zoufang.System {
		return true, nil
	}
	d, err := j.tx.Device(l.Commit.Device)
	return d != nil && d.User != s.User.ID, err
}

// load reads a record once a trial.
func (t *trial) load(id zoufang.RecordID) (*draft, error) {
	if d, ok := t.records[id]; ok {
		return d, nil
	}
	var rec *zoufang.Record
	if p := t.j.pending[id]; p != nil {
		rec = p.rec.Clone()
	} else {
		var err error
		if rec, err = t.j.tx.Record(id); err != nil {
			return nil, err
		}
	}
	d := &draft{id: id, rec: rec}
	if rec != nil {
		d.from = rec.Area
		d.filled = rec.Filled(t.stamp.User)
		if d.kind = zoufang.KindOf(rec.Kind); d.kind == nil {
			return nil, fmt.Errorf("stored record of unknown kind %q", rec.Kind)
		}
		d.media = rec.Media()
	}
	t.records[id] = d
	t.order = append(t.order, d)
	return d, nil
}

// named lists the areas the line names; where it names something unknown, its
// author's too, so that somebody sees it.
func (t *trial) named(h *storage.Held) ([]zoufang.AreaID, error) {
	areas := t.areas
	if t.lost || len(areas) == 0 {
		u := t.actor
		if u == nil {
			var err error
			if u, err = t.j.user(h.Sender, Sender{}); err != nil {
				return nil, err
			}
		}
		if u != nil {
			areas = append(areas, u.Areas...)
		}
	}
	slices.Sort(areas)
	return slices.Compact(areas), nil
}

// stands is how a line stands: applied, or put aside by a person for good.
type stands struct{ is, over bool }

// isApplied reports whether a commit is applied; over, whether it never will be
// because a person rejected or amended it. Either is remembered until a ruling changes
// it: thousands of steps may have seen the same thousands of lines.
func (j *judge) isApplied(id zoufang.CommitID) (is, over bool, err error) {
	if s, ok := j.stood[id]; ok {
		return s.is, s.over, nil
	}
	known, err := j.tx.Known(id)
	if err != nil || !known {
		return false, false, err
	}
	h, err := j.tx.Held(id)
	if err != nil {
		return false, false, err
	}
	s := stands{applied(h), h != nil && !h.Code.Open()}
	if s.is || s.over {
		j.stood[id] = s
	}
	return s.is, s.over, nil
}
