// Package fieldsync (folder sync) is the merge: what the items of a commit do to
// a record. It is pure: no I/O, no locks, no clock. It owns which values live;
// whether a commit may be applied at all is judged in sync/intake.
//
// Content merges so that arrival order does not matter; states follow the order
// of calls.
package fieldsync

import (
	"iter"
	"slices"

	"zoufang"
)

// Create begins a record as the item `new` of commit c tells. The state fields
// stand at their first value.
func Create(k *zoufang.Kind, it zoufang.Item, c zoufang.Stamp) *zoufang.Record {
	r := (&zoufang.Record{ID: it.Record, Kind: k.Name, Area: it.Area, Created: c.ID, Author: c.User}).Fill()
	r.Stamps[c.ID] = c
	for _, f := range k.StateFields() {
		r.States[f.Name] = &zoufang.Standing{Value: f.Choices[0].Value, By: c.ID}
	}
	return r
}

// Fill applies the fields of a `new`, first or repeated, as writes that saw
// nothing. State fields are left as they stand.
func Fill(r *zoufang.Record, k *zoufang.Kind, it zoufang.Item, c zoufang.Stamp) {
	for name, v := range it.Fields {
		switch f := k.Field(name); f.Class {
		case zoufang.Elements:
			elements, _ := v.Array()
			for i, e := range elements {
				Add(r, name, e, i, c)
			}
		case zoufang.Register, zoufang.Group:
			Write(r, name, v, nil, c)
		}
	}
}

// Apply does one item of the commit to the record it names: the one place where
// items become merges, for judging, replaying the log and phones alike. A `new`
// is Create, if the record is not there, and Fill.
func Apply(r *zoufang.Record, it *zoufang.Item, c zoufang.Stamp) {
	switch it.Op {
	case zoufang.OpNew:
		Fill(r, zoufang.KindOf(r.Kind), *it, c)
	case zoufang.OpSet:
		Write(r, it.Field, it.Value, it.Seen, c)
	case zoufang.OpAdd:
		Add(r, it.Field, it.Value, it.Nth, c)
	case zoufang.OpRm:
		Remove(r, it.Field, it.Value, it.Seen)
	case zoufang.OpLog:
		Note(r, it.Field, it.Value, c)
	case zoufang.OpGo:
		if it.Field == zoufang.AreaField {
			r.Area = zoufang.AreaID(it.To)
			return
		}
		review := false
		if f := zoufang.KindOf(r.Kind).Field(it.Field); f != nil {
			if s := f.Step(it.From, it.To); s != nil {
				review = s.Review
			}
		}
		Step(r, it.Field, it.To, it.Seen, review, c)
	}
}

// Ordered gives the items of a commit, which is applied whole, with their places
// in the line, in the order they count in: what it creates comes first, then
// content, then steps, then rulings, in whatever order they stand in the line.
func Ordered(do []zoufang.Item) iter.Seq2[int, *zoufang.Item] {
	return func(yield func(int, *zoufang.Item) bool) {
		for pass := range passes {
			for i := range do {
				if passOf(do[i].Op) == pass && !yield(i, &do[i]) {
					return
				}
			}
		}
	}
}

const passes = 4

func passOf(op zoufang.Op) int {
	switch op {
	case zoufang.OpNew:
		return 0
	case zoufang.OpGo:
		return 2
	case zoufang.OpJudge:
		return 3
	}
	return 1
}

// Replay applies what an applied commit does to one record, nil where it is not
// there yet, and returns it: what the log says, without judging again.
func Replay(r *zoufang.Record, id zoufang.RecordID, do []zoufang.Item, c zoufang.Stamp) *zoufang.Record {
	for _, it := range Ordered(do) {
		if it.Record != id || it.Op == zoufang.OpJudge {
			continue
		}
		if r == nil {
			k := zoufang.KindOf(it.Kind)
			if it.Op != zoufang.OpNew || k == nil {
				return nil
			}
			r = Create(k, *it, c)
		}
		Apply(r, it, c)
	}
	if r != nil {
		Settle(r)
	}
	return r
}

// Write sets a register or group: the heads that were seen leave, what was seen
// and is not here is dead before it arrives, and the value becomes a head unless
// somebody has already replaced it unseen.
func Write(r *zoufang.Record, field string, v zoufang.Value, seen []zoufang.CommitID, c zoufang.Stamp) {
	h := r.Heads[field]
	if h == nil {
		h = &zoufang.Heads{}
		r.Heads[field] = h
	}
	head := zoufang.Head{ID: c.ID, Value: v}
	if field == zoufang.Void {
		head.Seen = seen
	}
	leave(h, seen)
	enter(r, h, head, c)
}

// Add puts an element into a set, tagged with the commit; nth is its place among
// what the commit adds.
func Add(r *zoufang.Record, field string, element zoufang.Value, nth int, c zoufang.Stamp) {
	enter(r, tags(r, field, element), zoufang.Head{ID: c.ID, Value: element, Nth: uint32(nth)}, c)
}

// Remove takes the additions that were seen out of a set; others stay.
func Remove(r *zoufang.Record, field string, element zoufang.Value, seen []zoufang.CommitID) {
	leave(tags(r, field, element), seen)
}

// Note appends to a log. Notes are never edited.
func Note(r *zoufang.Record, field string, text zoufang.Value, c zoufang.Stamp) {
	r.Stamps[c.ID] = c
	notes := r.Logs[field]
	at, _ := slices.BinarySearchFunc(notes, c, func(a zoufang.Head, c zoufang.Stamp) int { return earlier(r.Stamps[a.ID], c) })
	r.Logs[field] = slices.Insert(notes, at, zoufang.Head{ID: c.ID, Value: text})
}

// Step moves a state field. It reports false, and changes nothing, when the
// state already is to. The caller has judged that it may.
func Step(r *zoufang.Record, field, to string, seen []zoufang.CommitID, review bool, c zoufang.Stamp) bool {
	if r.State(field) == to {
		return false
	}
	s := &zoufang.Standing{Value: to, By: c.ID, Bound: review}
	if review {
		s.Seen = seen
	}
	r.States[field] = s
	r.Stamps[c.ID] = c
	return true
}

// Settle ends the application of a commit: it forgets the stamps of commits
// that no longer have a part in the record. Call it once, after the last item.
func Settle(r *zoufang.Record) {
	by := r.By()
	if len(r.Stamps) == len(by) {
		return
	}
	kept := make(map[zoufang.CommitID]zoufang.Stamp, len(by))
	for _, id := range by {
		kept[id] = r.Stamps[id]
	}
	r.Stamps = kept
}

func tags(r *zoufang.Record, field string, element zoufang.Value) *zoufang.Heads {
	set := r.Sets[field]
	if set == nil {
		set = map[string]*zoufang.Heads{}
		r.Sets[field] = set
	}
	key := element.Canon()
	if set[key] == nil {
		set[key] = &zoufang.Heads{}
	}
	return set[key]
}

// leave removes the heads that were seen; ids that are no heads are dead.
func leave(h *zoufang.Heads, seen []zoufang.CommitID) {
	for _, id := range seen {
		if i := slices.IndexFunc(h.Live, func(l zoufang.Head) bool { return l.ID == id }); i >= 0 {
			h.Live = slices.Delete(h.Live, i, i+1)
		} else if i, known := slices.BinarySearch(h.Dead, id); !known {
			h.Dead = slices.Insert(h.Dead, i, id)
		}
	}
}

// enter makes the commit a head unless it is dead, in the order of display.
func enter(r *zoufang.Record, h *zoufang.Heads, head zoufang.Head, c zoufang.Stamp) {
	if _, dead := slices.BinarySearch(h.Dead, c.ID); dead {
		return
	}
	r.Stamps[c.ID] = c
	at, _ := slices.BinarySearchFunc(h.Live, c, func(a zoufang.Head, c zoufang.Stamp) int {
		if r.Stamps[a.ID].Before(c) {
			return -1
		}
		return 1
	})
	h.Live = slices.Insert(h.Live, at, head)
}

func earlier(a, b zoufang.Stamp) int {
	if b.After(a) {
		return -1
	}
	return 1
}
