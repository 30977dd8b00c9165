package storage

import "zoufang"

// HeldGroup is what open held lines have in common that came about alike: one
// sender's, held for one reason.
type HeldGroup struct {
	Sender zoufang.UserID
	Code   zoufang.HoldCode
	Rule   zoufang.Rule // "" where an older program held them
}

// Group tells which group an open line is in.
func (h *Held) Group() HeldGroup { return HeldGroup{h.Sender, h.Code, h.Fault.Rule} }

// Came is when the line came under its code and rule, Unix ms.
func (h *Held) Came() int64 {
	if h.Since != 0 {
		return h.Since
	}
	return h.At
}

// HeldPlace is where a line stands in its group: by arrival. The zero place is
// before all.
type HeldPlace struct {
	At int64
	ID zoufang.CommitID
}

// Place tells where the line stands.
func (h *Held) Place() HeldPlace { return HeldPlace{h.At, h.ID} }

// HeldShare is the part of a group whose lines name the same areas.
type HeldShare struct {
	HeldGroup
	Areas  []zoufang.AreaID
	Count  int   // no more than was asked for
	Oldest int64 // receipt, Unix ms
}
