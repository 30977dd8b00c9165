package zoufang

import (
	"maps"
	"slices"
)

// Bounds of one record, far over what work needs: each of its parts costs whoever
// writes or reads it. Part of it is kept for the office, and what voids it has a place
// of its own, so that a reviewer's comment and a `void` find room whatever authors
// wrote; one author leaves room for the others.
const (
	MaxParts  = 2000      // live values, tags, notes and dead ids, void apart
	MaxBytes  = 512 << 10 // of values
	fieldMost = 4         // fifths of both that the field may fill; the last is the office's
	ownMost   = 2         // fifths that one author may fill
	spentMost = 1         // fifth of the parts that dead ids and emptied elements may be

	maxVoids     = 64           // values of void; of this and the next two the field may fill half
	maxVoidBytes = 256 << 10    // of them, with what they name as seen
	maxVoidDead  = 2 * MaxParts // a void names all that the record holds
)

// Filled tells how full a record is.
type Filled struct {
	Parts, Bytes           int // all of it, void apart
	FieldParts, FieldBytes int // of those, what is not the office's
	OwnParts, OwnBytes     int // what one author wrote
	Spent                  int // dead ids, and elements that nobody holds any more
	Voids, VoidBytes       int
	VoidDead               int
}

// Filled counts what a record holds, and how much of it is the author's.
func (r *Record) Filled(author UserID) (f Filled) {
	add := func(heads []Head, first int) { // the first head counts for so many
		each := first
		for i := range heads {
			by, n := r.Stamps[heads[i].ID], len(heads[i].Value)
			f.Parts, f.Bytes = f.Parts+each, f.Bytes+n
			if !by.office() {
				f.FieldParts, f.FieldBytes = f.FieldParts+each, f.FieldBytes+n
			}
			if by.User == author {
				f.OwnParts, f.OwnBytes = f.OwnParts+each, f.OwnBytes+n
			}
			each = 1
		}
	}
	for name, h := range r.Heads {
		if name == Void {
			f.Voids, f.VoidDead = len(h.Live), len(h.Dead)
			for i := range h.Live {
				f.VoidBytes += len(h.Live[i].Value) + len(h.Live[i].ID)*len(h.Live[i].Seen)
			}
			continue
		}
		add(h.Live, 1)
		f.Spent += len(h.Dead)
	}
	for _, set := range r.Sets {
		for _, e := range set {
			add(e.Live, 2) // the element counts beside its tags
			if f.Spent += len(e.Dead); len(e.Live)+len(e.Dead) == 0 {
				f.Spent++
			}
		}
	}
	for _, notes := range r.Logs {
		add(notes, 1)
	}
	f.Parts, f.FieldParts = f.Parts+f.Spent, f.FieldParts+f.Spent
	return f
}

// office reports whether what the stamp is of takes from what is kept for the office.
func (s Stamp) office() bool { return s.Staff || s.User == System }

// TooFull says which bound a record is over for a line of s, that it was not over by
// as much before: what does not make a record fuller is let through.
func (f *Filled) TooFull(was *Filled, s Stamp) *Fault {
	over := func(now, before, most int) bool { return now > most && now > before }
	fifths := func(n int) (parts, bytes int) { return MaxParts / 5 * n, MaxBytes / 5 * n }
	part := 1
	if !s.office() {
		part = 2
	}
	if over(f.Voids, was.Voids, maxVoids/part) || over(f.VoidBytes, was.VoidBytes, maxVoidBytes/part) || over(f.VoidDead, was.VoidDead, maxVoidDead/part) {
		return Fail(HeldInvalid, RuleTooMuch).At(Void)
	}
	if f.Parts <= was.Parts && f.Bytes <= was.Bytes {
		return nil
	}
	if over(f.Parts, was.Parts, MaxParts) || over(f.Bytes, was.Bytes, MaxBytes) {
		return Fail(HeldInvalid, RuleTooMuch)
	}
	if parts, bytes := fifths(ownMost); s.User != System && (over(f.OwnParts, was.OwnParts, parts) || over(f.OwnBytes, was.OwnBytes, bytes)) {
		return Fail(HeldInvalid, RuleOwnShare)
	}
	if s.office() {
		return nil
	}
	parts, bytes := fifths(fieldMost)
	spent, _ := fifths(spentMost)
	if over(f.FieldParts, was.FieldParts, parts) || over(f.FieldBytes, was.FieldBytes, bytes) || over(f.Spent, was.Spent, spent) {
		return Fail(HeldInvalid, RuleKeptFree)
	}
	return nil
}

// Clone copies all that a merge may change.
func (r *Record) Clone() *Record {
	c := *r
	c.Stamps, c.Heads, c.Sets = maps.Clone(r.Stamps), cloneHeads(r.Heads), make(map[string]map[string]*Heads, len(r.Sets))
	for name, set := range r.Sets {
		c.Sets[name] = cloneHeads(set)
	}
	c.Logs, c.States = make(map[string][]Head, len(r.Logs)), make(map[string]*Standing, len(r.States))
	for name, notes := range r.Logs {
		c.Logs[name] = slices.Clone(notes)
	}
	for name, s := range r.States {
		own := *s
		c.States[name] = &own
	}
	c.Need, c.Flaws = slices.Clone(r.Need), maps.Clone(r.Flaws)
	return &c
}

func cloneHeads(m map[string]*Heads) map[string]*Heads {
	out := make(map[string]*Heads, len(m))
	for k, h := range m {
		out[k] = &Heads{Live: slices.Clone(h.Live), Dead: slices.Clone(h.Dead)}
	}
	return out
}
