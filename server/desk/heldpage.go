package desk

import (
	"context"
	"errors"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// heldOf reads lines of a group after a place, oldest first: whoever has waited longest
// comes first, and a decision over the group goes the same way. Those among its lines
// that tell of harm are left out: they stand before. next is where to go on; nil at the end.
func (l *reader) heldOf(g *HeldGroup, after storage.HeldPlace, most int) (rows []HeldRow, next *storage.HeldPlace, err error) {
	lines, next, err := l.heldLines(g.group, after, most, func(h storage.Held) bool {
		return !slices.ContainsFunc(g.harm, func(of heldHarm) bool { return of.ID == h.ID })
	})
	for _, h := range lines {
		row, err := l.heldRow(h)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row)
	}
	return rows, next, err
}

func (l *reader) heldLines(g storage.HeldGroup, after storage.HeldPlace, most int, wanted func(storage.Held) bool) (out []storage.Held, next *storage.HeldPlace, err error) {
	walked, last := 0, after
	err = l.v.HeldOf(g, after, func(h storage.Held) bool {
		if len(out) == most || walked == heldWalked {
			next = &last
			return false
		}
		walked, last = walked+1, h.Place()
		if l.seesAll(h.Areas) && wanted(h) {
			out = append(out, h)
		}
		return true
	})
	return out, next, err
}

// HeldPage is a page of one group. It bears what a decision over the group goes by.
type HeldPage struct {
	HeldGroup
	Mark  string // what had come when the page was made
	After string // where the page begins; "" at the beginning
	Next  string // where the next begins; "" at the end
}

// HeldOf shows one group of held lines from a place on; NotFound where the reader sees
// none of it.
func (d *Desk) HeldOf(ctx context.Context, u *zoufang.User, key, after string) (out HeldPage, err error) {
	g, err1 := readGroupKey(key)
	place, err2 := readPlace(after)
	if errors.Join(err1, err2) != nil {
		return out, refuse(NotFound)
	}
	now, err := d.Upkeep.Clock(ctx) // before the snapshot: what comes later is not before it
	if err != nil {
		return out, err
	}
	err = d.read(ctx, u, func(l *reader) error {
		groups, _, err := l.heldGroups()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(groups, func(of HeldGroup) bool { return of.group == g })
		if i < 0 {
			return refuse(NotFound)
		}
		out = HeldPage{HeldGroup: groups[i], Mark: writeMark(now), After: after}
		if err := l.word(&out.HeldGroup); err != nil {
			return err
		}
		var next *storage.HeldPlace
		if out.Harm, err = l.harmRows(&out.HeldGroup); err != nil {
			return err
		}
		out.Rows, next, err = l.heldOf(&out.HeldGroup, place, heldRows)
		if next != nil {
			out.Next = writePlace(*next)
		}
		return err
	})
	return out, err
}
