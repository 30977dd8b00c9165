package desk

import (
	"maps"
	"slices"

	"zoufang"
)

// HeldHarm is what a group of held lines tells of harm to a child.
type HeldHarm struct {
	Key, Who, Areas string
	Code            Mark
	Count           int
	More            bool   // there may be more than Count
	Waits           string // how long the oldest has waited, since it was saved
}

// harmWaiting sums up what held lines tell of harm for the start page; what is others'
// to open is counted alone.
func (l *reader) harmWaiting(groups []HeldGroup, out *Waiting, oldest *int64) error {
	for _, g := range groups {
		var mine int
		since, areas := int64(0), map[zoufang.AreaID]bool{}
		for _, h := range g.harm {
			if l.kept(h.Areas...) {
				out.Guarded++
				*oldest = earliest(*oldest, h.since)
				out.Keepers = append(out.Keepers, l.keeps(h.Areas...)...)
				continue
			}
			mine++
			since = earliest(since, h.since)
			for _, a := range h.Areas {
				areas[a] = true
			}
		}
		if mine == 0 {
			continue
		}
		who, err := l.person(g.group.Sender)
		if err != nil {
			return err
		}
		out.HeldHarm = append(out.HeldHarm, HeldHarm{Key: g.Key, Who: who, Areas: l.areaNames(slices.Sorted(maps.Keys(areas))), Code: heldMark(g.group.Code),
			Count: mine, More: len(g.harm) == harmRows, Waits: l.waits(since)})
	}
	return nil
}

// earliest is the earlier of two times; 0 is none.
func earliest(a, b int64) int64 {
	if a == 0 || b < a {
		return b
	}
	return a
}
