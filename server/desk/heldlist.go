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
	Sender   zoufang.UserID
	Code     zoufang.HoldCode
	Areas    []zoufang.AreaID // it names one that lies in any of these
	From, To string           // days on which it came, both included
	Oldest   bool             // the oldest first; else the newest
	After    string           // what a former call gave as Next
	Limit    int              // 1 to MaxFound
}

// HeldFound is a page of held lines by when they came.
type HeldFound struct {
	Rows  []HeldLine
	Next  string // "" at the end
	Count int    // of all that match
	Exact bool   // false: there is more than was looked through
	By    HeldCounts
}

// HeldCounts count the lines that match.
type HeldCounts struct {
	Code map[zoufang.HoldCode]int
	Rule map[zoufang.Rule]int // of those that have one
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

// HeldLines lists held lines one by one, and counts all that match: it looks at each of
// them, so that it costs what the reader's lines are, whatever the page. Field where
// After is no place, zoufang.ErrDay.
func (d *Desk) HeldLines(ctx context.Context, u *zoufang.User, f HeldFind) (out HeldFound, err error) {
	after, err := readPlace(f.After)
	if err != nil {
		return out, refuse(Field)
	}
	w := heldWindow{HeldFind: f, after: after, limit: max(1, min(f.Limit, MaxFound))}
	if w.from, w.to, err = zoufang.Days(f.From, f.To); err != nil {
		return out, err
	}
	err = d.read(ctx, u, func(l *reader) error {
		w.page, w.more = nil, false
		out = HeldFound{By: HeldCounts{map[zoufang.HoldCode]int{}, map[zoufang.Rule]int{}}}
		groups, cut, err := l.heldGroups()
		if err != nil {
			return err
		}
		out.Exact = !cut
		for i := range groups {
			if g := &groups[i]; w.asks(g) {
				n, err := l.heldIn(g.group, &w)
				if err != nil {
					return err
				}
				out.Count += n
				if n > 0 {
					out.By.Code[g.group.Code] += n
				}
				if n > 0 && g.group.Rule != "" {
					out.By.Rule[g.group.Rule] += n
				}
			}
		}
		w.keep()
		for _, h := range w.page {
			row, err := l.heldRow(h)
			if err != nil {
				return err
			}
			out.Rows = append(out.Rows, HeldLine{row, h.At, h.Code, h.Fault.Rule, h.Sender, h.Author, h.Areas})
		}
		if w.more {
			out.Next = writePlace(w.page[len(w.page)-1].Place())
		}
		return nil
	})
	return out, err
}

// heldWindow gathers a page of lines from their groups.
type heldWindow struct {
	HeldFind
	from, to int64 // Unix ms; 0: no bound
	after    storage.HeldPlace
	limit    int
	page     []storage.Held // a page and more, see keep
	more     bool           // there are lines behind it
}

func (w *heldWindow) asks(g *HeldGroup) bool {
	return (w.Sender == "" || g.group.Sender == w.Sender) && (w.Code == "" || g.group.Code == w.Code) && lieIn(g.areas, w.Areas)
}

// lieIn reports whether any of the areas lies in one of those asked for; all do where
// none is asked for.
func lieIn(areas, asked []zoufang.AreaID) bool {
	return len(asked) == 0 || slices.ContainsFunc(areas, func(a zoufang.AreaID) bool {
		return slices.ContainsFunc(asked, func(wide zoufang.AreaID) bool { return wide.Covers(a) })
	})
}

// order compares two places in the order of the list.
func (w *heldWindow) order(a, b storage.HeldPlace) int {
	by := cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	if w.Oldest {
		return by
	}
	return -by
}

// keep drops what is behind the page.
func (w *heldWindow) keep() {
	slices.SortFunc(w.page, func(a, b storage.Held) int { return w.order(a.Place(), b.Place()) })
	if len(w.page) > w.limit {
		w.page, w.more = w.page[:w.limit], true
	}
}

// heldIn looks at a group's lines and counts those that are asked for.
func (l *reader) heldIn(g storage.HeldGroup, w *heldWindow) (n int, err error) {
	err = l.v.HeldOf(g, storage.HeldPlace{At: w.from}, func(h storage.Held) bool {
		if w.to != 0 && h.At >= w.to {
			return false
		}
		if !l.seesAll(h.Areas) || !lieIn(h.Areas, w.Areas) {
			return true
		}
		n++
		if w.After == "" || w.order(w.after, h.Place()) < 0 {
			if w.page = append(w.page, h); len(w.page) >= 4*w.limit {
				w.keep()
			}
		}
		return true
	})
	return n, err
}
