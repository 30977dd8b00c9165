package intake

import (
	"slices"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// judge works inside one transaction. Lines whose wait may be over are judged
// again before it ends.
type judge struct {
	tx    storage.Tx
	now   int64
	areas zoufang.Areas
	woken []string                         // keys of what has come or was decided
	again []zoufang.CommitID               // released lines to judge anew
	final map[zoufang.CommitID]Answer      // of the lines of this push
	users map[zoufang.UserID]*zoufang.User // read in this transaction
	stood map[zoufang.CommitID]stands      // lines that are applied or put aside
	open  map[opened]int                   // lines, as far as counted

	pending   map[zoufang.RecordID]*pending
	unwritten []zoufang.RecordID
	alarming  *Alarming
	told      map[zoufang.RecordID]bool // visits whose alarm was seen to
	alarmsAt  map[zoufang.AreaID]*Alarms
}

func newJudge(tx storage.Tx, a *Alarming) *judge {
	return &judge{tx: tx, alarming: a, now: tx.Receipt(), final: map[zoufang.CommitID]Answer{}, pending: map[zoufang.RecordID]*pending{}, stood: map[zoufang.CommitID]stands{}, open: map[opened]int{}}
}

// decide judges a line and writes what follows: its records, or its standing.
// h tells what is waived; h.Code is "" for a line never judged before.
func (j *judge) decide(h *storage.Held, l Line, c storage.Commit, s Sender) error {
	v, err := j.try(h, l, c, s)
	if err != nil {
		return err
	}
	first := h.Code == ""
	if first || v.fault == nil {
		j.woken = append(j.woken, storage.WaitsForCommit(c.ID))
	}
	if v.fault == nil {
		j.moves(h.Sender, h.Code, zoufang.Released)
		if err := j.apply(v, c); err != nil {
			return err
		}
		j.final[c.ID] = Answer{ID: c.ID, R: OK}
		if h.Waived {
			h.Code, h.Why, h.Fault, h.Waits = zoufang.Released, "", zoufang.Parts{}, nil
			if h.Decided == 0 {
				h.Decided = j.now
			}
			return j.tx.PutHeld(*h)
		}
		if first {
			return nil
		}
		return j.tx.DropHeld(c.ID)
	}
	hush(v.fault)
	if err := j.budget(h, v); err != nil {
		return err
	}
	j.moves(h.Sender, h.Code, v.fault.Code)
	if h.Code != v.fault.Code || h.Fault.Rule != v.fault.Rule {
		h.Since = j.now
	}
	h.Code, h.Why, h.Fault, h.Waits = v.fault.Code, v.fault.Why(l.items()), v.fault.Parts, nil
	if h.Code == zoufang.HeldWaiting {
		h.Waits = v.waits
	}
	if h.Areas, err = v.named(h); err != nil {
		return err
	}
	h.Decided, h.Ruling, h.Schema = 0, "", zoufang.Schema
	h.Sealed = zoufang.SealedLine(l.Bytes, parsed(l)) || fold.Sensitive(l.Bytes)
	j.final[c.ID] = Answer{c.ID, Kept, h.Code, h.Why, h.Fault}
	return j.tx.PutHeld(*h)
}

// hush masks what a fault quotes of the line: it is kept beside it in the clear.
func hush(f *zoufang.Fault) {
	f.Field = fold.Mask(f.Field)
	for name, value := range f.Args {
		f.Args[name] = fold.Mask(value)
	}
}

func parsed(l Line) *zoufang.Commit {
	if l.Fault != nil {
		return nil
	}
	return &l.Commit
}

// settle judges again, until nothing more moves, the lines that were released
// and those that waited for what has come; then it writes the records, with the reports
// that visits among them make.
func (j *judge) settle() error {
	if err := j.wake(); err != nil {
		return err
	}
	if err := j.reports(); err != nil {
		return err
	}
	if err := j.wake(); err != nil { // what waited for a report
		return err
	}
	return j.write()
}

func (j *judge) wake() error {
	for len(j.again) > 0 || len(j.woken) > 0 {
		ids, released := j.again, true
		j.again = nil
		if len(ids) == 0 {
			released = false
			keys := j.woken
			j.woken = nil
			slices.Sort(keys)
			for chunk := range slices.Chunk(slices.Compact(keys), 200) {
				more, err := j.tx.Waiting(chunk...)
				if err != nil {
					return err
				}
				ids = append(ids, more...)
			}
		}
		for _, id := range ids {
			if err := j.rejudge(id, released); err != nil {
				return err
			}
		}
	}
	return nil
}

// rejudge judges a stored line again with the rights its author has now; one that
// was woken, only if it still waits.
func (j *judge) rejudge(id zoufang.CommitID, whatever bool) error {
	h, err := j.tx.Held(id)
	if err != nil || h == nil || !h.Code.Open() || !whatever && h.Code != zoufang.HeldWaiting {
		return err
	}
	c, err := j.tx.Commit(id)
	if err != nil || c == nil {
		return err
	}
	sender, err := j.user(h.Sender, Sender{})
	if err != nil {
		return err
	}
	if sender == nil {
		sender = &zoufang.User{ID: h.Sender, Disabled: true}
	}
	// Who sent it was settled when it came; a line waits or is released only after.
	s := Sender{User: sender, Device: &zoufang.Device{ID: c.Device, User: h.Sender}}
	_, pushed := j.final[id]
	if err := j.decide(h, Read(c.Line), *c, s); err != nil {
		return err
	}
	if !pushed {
		delete(j.final, id)
	}
	return nil
}

// user reads a user once a transaction. The operator is always there.
func (j *judge) user(id zoufang.UserID, s Sender) (*zoufang.User, error) {
	if s.User != nil && s.User.ID == id {
		return s.User, nil
	}
	if id == zoufang.System {
		return zoufang.SystemUser(), nil
	}
	if u, ok := j.users[id]; ok {
		return u, nil
	}
	u, err := j.tx.User(id)
	if err != nil {
		return nil, err
	}
	if j.users == nil {
		j.users = map[zoufang.UserID]*zoufang.User{}
	}
	j.users[id] = u
	return u, nil
}

func (j *judge) area(id zoufang.AreaID) (bool, error) {
	if j.areas == nil {
		all, err := j.tx.Areas()
		if err != nil {
			return false, err
		}
		j.areas = all
	}
	_, ok := j.areas[id]
	return ok, nil
}
