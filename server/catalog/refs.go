package catalog

import (
	"encoding/binary"
	"iter"
	"slices"
)

// refs is a column of what records name: a set of numbers for each row. Rows that were
// written together share sets that are the same.
type refs struct {
	rows []uint32 // the place of the row's set; 0 is of none
	ends []uint32 // where each set ends in flat
	flat []number
}

// shared are the places of sets by what they hold.
type shared map[string]uint32

func (c *refs) reset() { *c = refs{rows: c.rows[:0], ends: []uint32{0}} }

// sets is how many sets there are.
func (c *refs) sets() int { return len(c.ends) }

func (c *refs) at(i uint32) []number {
	if i == 0 {
		return nil
	}
	return c.flat[c.ends[i-1]:c.ends[i]]
}

func (c *refs) all() iter.Seq2[int, []number] {
	return func(yield func(int, []number) bool) {
		for i := range c.ends {
			if !yield(i, c.at(uint32(i))) {
				return
			}
		}
	}
}

// set gives the place of a set of numbers; the uses of one that is known already are
// given back.
func (c *refs) set(of []number, known shared, all *subjects) uint32 {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	key := make([]byte, 0, 64)
	for _, n := range of {
		key = binary.LittleEndian.AppendUint32(key, n)
	}
	at, ok := known[string(key)]
	if ok {
		for _, n := range of {
			all.drop(n)
		}
		return at
	}
	at = uint32(len(c.ends))
	c.flat = append(c.flat, of...)
	c.ends = append(c.ends, uint32(len(c.flat)))
	known[string(key)] = at
	return at
}

// tidy throws away the sets that no row has, and has those that are the same shared.
func (c *refs) tidy(all *subjects) {
	was := *c
	rows, flat, known := make([]uint32, len(was.rows)), was.flat, shared{}
	c.reset()
	for i, r := range was.rows {
		set := slices.Clone(was.at(r))
		for _, n := range set {
			all.of[n].uses++
		}
		rows[i] = c.set(set, known, all)
	}
	for _, n := range flat {
		all.drop(n)
	}
	c.rows, c.ends, c.flat = rows, slices.Clip(c.ends), slices.Clip(c.flat)
}

// untidy reports whether most of the sets are of no row.
func (c *refs) untidy() bool { return len(c.ends) > 2*len(c.rows)+200 }
