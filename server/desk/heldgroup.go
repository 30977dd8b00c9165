package desk

import (
	"cmp"
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// Bounds on what a page of held lines costs.
const (
	heldGroups  = 20   // on a page
	heldFirst   = 3    // lines of a group shown beside the others
	heldRows    = 40   // of one group on a page
	heldWalked  = 2000 // lines looked through for them
	MaxCounted  = 5000 // lines counted of a share: see HeldGroup.More
	MaxShares   = 5000 // shares looked through
	maxHeldPage = MaxShares / heldGroups
)

// HeldGroup is the held lines of one sender that are held for one reason, as far as
// the reader sees them.
type HeldGroup struct {
	Key     string // what it is asked for by
	Who     string
	Code    Mark
	Areas   string
	Count   int
	More    bool      // there are more than Count
	Oldest  string    // receipt
	Harm    []HeldRow // lines that tell of harm to a child, see heldHarm
	Rows    []HeldRow // others
	Release bool      // how the reader may end its lines
	Reject  bool

	group  storage.HeldGroup
	areas  []zoufang.AreaID
	oldest int64
	harm   []heldHarm
}

// HeldGroups is a page of the groups. Whoever has few lines comes before who has many,
// so that a phone that sends thousands hides nobody, however many reasons they are
// held for; a sender's groups stand together, the smallest first. Before all come those
// with a line that tells of harm to a child.
type HeldGroups struct {
	Groups []HeldGroup
	Lines  int  // held, in all groups
	Count  int  // of groups
	Cut    bool // there is more than was looked through
	More   bool // there is a next page
}

// Held lists a page of the groups of held lines of the reader's areas, from 1.
func (d *Desk) Held(ctx context.Context, u *zoufang.User, page int) (out HeldGroups, err error) {
	if page < 1 || page > maxHeldPage {
		return out, refuse(NotFound)
	}
	err = d.read(ctx, u, func(l *reader) (err error) {
		out = HeldGroups{}
		groups, cut, err := l.heldGroups()
		if err != nil {
			return err
		}
		for _, g := range groups {
			out.Lines += g.Count
			out.Cut = out.Cut || g.More
		}
		out.Count, out.Cut = len(groups), out.Cut || cut
		first := min((page-1)*heldGroups, len(groups))
		last := min(first+heldGroups, len(groups))
		out.More, out.Groups = last < len(groups), groups[first:last]
		for i := range out.Groups {
			g := &out.Groups[i]
			if err := l.word(g); err != nil {
				return err
			}
			if g.Harm, err = l.harmRows(g); err != nil {
				return err
			}
			if g.Rows, _, err = l.heldOf(g, storage.HeldPlace{}, heldFirst); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// heldGroups gathers the groups from their shares, in the order they are listed in.
func (l *reader) heldGroups() (out []HeldGroup, cut bool, err error) {
	at, total := map[storage.HeldGroup]int{}, map[zoufang.UserID]int{}
	walked := 0
	for _, in := range l.heldAreas() {
		err := l.v.HeldShares(in, MaxCounted, func(s storage.HeldShare) bool {
			if walked++; walked > MaxShares {
				cut = true
				return false
			}
			if !l.seesAll(s.Areas) {
				return true
			}
			i, known := at[s.HeldGroup]
			if !known {
				i = len(out)
				at[s.HeldGroup] = i
				out = append(out, HeldGroup{Key: groupKey(s.HeldGroup), group: s.HeldGroup, oldest: s.Oldest})
			}
			g := &out[i]
			g.Count += s.Count
			g.More = g.More || s.Count == MaxCounted
			g.oldest = min(g.oldest, s.Oldest)
			for _, a := range s.Areas {
				if j, there := slices.BinarySearch(g.areas, a); !there {
					g.areas = slices.Insert(g.areas, j, a)
				}
			}
			total[s.Sender] += s.Count
			return true
		})
		if err != nil {
			return nil, false, err
		}
	}
	slices.SortFunc(out, func(a, b HeldGroup) int {
		return cmp.Or(cmp.Compare(total[a.group.Sender], total[b.group.Sender]), cmp.Compare(a.group.Sender, b.group.Sender),
			cmp.Compare(a.Count, b.Count), cmp.Compare(a.oldest, b.oldest), cmp.Compare(a.Key, b.Key))
	})
	unread, err := l.findHarm(out)
	return out, cut || unread, err
}

// heldAreas lists the areas whose shares are the reader's, each once; "" stands for
// lines that name none.
func (l *reader) heldAreas() (out []zoufang.AreaID) {
	for i, a := range l.u.Areas {
		within := func(b zoufang.AreaID) bool { return b != a && b.Covers(a) }
		if a.Valid() && !slices.ContainsFunc(l.u.Areas, within) && !slices.Contains(l.u.Areas[:i], a) {
			out = append(out, a)
		}
	}
	if l.seesAll(nil) {
		out = append(out, "")
	}
	return out
}

// word says in words what the group is.
func (l *reader) word(g *HeldGroup) (err error) {
	g.Code, g.Areas, g.Oldest = heldMark(g.group.Code), l.areaNames(g.areas), l.d.date(g.oldest)
	h := storage.Held{Code: g.group.Code, Areas: g.areas}
	g.Release, g.Reject = l.decides(h, zoufang.Release), l.decides(h, zoufang.Reject)
	g.Who, err = l.person(g.group.Sender)
	return err
}
