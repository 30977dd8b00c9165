package desk

import (
	"cmp"
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// HeldFind asks for held lines of the reader's areas. What is empty asks for all.
type HeldFind struct {
	Sender zoufang.UserID
	Code   zoufang.HoldCode
	After  string // what a former call gave as Next
	Limit  int    // 1 to MaxFound
}

// HeldFound is a page of held lines: group after group, each from the oldest on.
type HeldFound struct {
	Rows  []HeldLine
	Next  string // "" at the end
	Count int    // of all that match, as far as they were counted
	Exact bool
}

// HeldLine is a held line with what programs go by.
type HeldLine struct {
	HeldRow
	At             int64 // receipt, Unix ms
	Code           zoufang.HoldCode
	Rule           zoufang.Rule
	Sender, Author zoufang.UserID
	In             []zoufang.AreaID
}

// HeldLines lists held lines one by one.
func (d *Desk) HeldLines(ctx context.Context, u *zoufang.User, f HeldFind) (out HeldFound, err error) {
	from, place := "", storage.HeldPlace{}
	if f.After != "" {
		p, err1 := decode(f.After, 3)
		if err1 != nil {
			return out, refuse(Field)
		}
		var err2 error
		from = p[0]
		if place, err2 = readPlace(encode(p[1], p[2])); err2 != nil {
			return out, refuse(Field)
		}
	}
	err = d.read(ctx, u, func(l *reader) error {
		out = HeldFound{Exact: true}
		groups, cut, err := l.heldGroups()
		if err != nil {
			return err
		}
		out.Exact = !cut
		slices.SortFunc(groups, func(a, b HeldGroup) int { return cmp.Compare(a.Key, b.Key) })
		for _, g := range groups {
			if f.Sender != "" && g.group.Sender != f.Sender || f.Code != "" && g.group.Code != f.Code {
				continue
			}
			out.Count += g.Count
			out.Exact = out.Exact && !g.More
			if g.Key < from || out.Next != "" {
				continue
			}
			after := storage.HeldPlace{}
			if g.Key == from {
				after = place
			}
			if err := l.heldInto(&out, g, after, max(1, min(f.Limit, MaxFound))); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// heldInto adds lines of a group to a page until it is full.
func (l *reader) heldInto(out *HeldFound, g HeldGroup, after storage.HeldPlace, limit int) error {
	for {
		lines, next, err := l.heldLines(g.group, after, limit-len(out.Rows), func(storage.Held) bool { return true })
		if err != nil {
			return err
		}
		for _, h := range lines {
			row, err := l.heldRow(h)
			if err != nil {
				return err
			}
			out.Rows = append(out.Rows, HeldLine{row, h.At, h.Code, h.Fault.Rule, h.Sender, h.Author, h.Areas})
			after = h.Place()
		}
		if next == nil {
			return nil
		}
		after = *next
		if len(out.Rows) >= limit {
			place, err := decode(writePlace(after), 2)
			out.Next = encode(g.Key, place[0], place[1])
			return err
		}
	}
}
