package zoufang

import (
	"slices"
	"sort"
)

// AreaID is the 12-digit division code an area had first (区划代码: 2 province,
// 2 city, 2 county of GB/T 2260, 3 township, 3 village). It never changes;
// renames add dated codes and names to the area's record.
type AreaID string

// Valid reports whether the id is twelve digits.
func (a AreaID) Valid() bool {
	if len(a) != 12 {
		return false
	}
	for i := 0; i < len(a); i++ {
		if a[i] < '0' || a[i] > '9' {
			return false
		}
	}
	return true
}

// levels are the lengths of the parts that are nought in a wider area's code.
var levels = []int{2, 4, 6, 9, 12}

// AreaOf reads a code, whole or begun with what one level has (2, 4, 6, 9 digits); ""
// where it is none.
func AreaOf(code string) AreaID {
	if !slices.Contains(levels, len(code)) {
		return ""
	}
	if a := AreaID(code + zeros[len(code):]); a.Valid() {
		return a
	}
	return ""
}

// Prefix gives the significant part of the code: 2, 4, 6, 9 or 12 digits.
func (a AreaID) Prefix() string {
	for _, n := range levels {
		if n <= len(a) && allZero(string(a[n:])) {
			return string(a[:n])
		}
	}
	return string(a)
}

// Covers reports whether b is this area or lies in it.
func (a AreaID) Covers(b AreaID) bool {
	p := a.Prefix()
	return len(b) == 12 && len(a) == 12 && string(b[:len(p)]) == p
}

// Above gives the codes of all wider areas, nearest first.
func (a AreaID) Above() []AreaID {
	var out []AreaID
	p := a.Prefix()
	for i := len(levels) - 1; i >= 0; i-- {
		if n := levels[i]; n < len(p) {
			out = append(out, AreaID(string(a[:n])+zeros[n:]))
		}
	}
	return out
}

const zeros = "000000000000"

func allZero(s string) bool { return s == zeros[:len(s)] }

// Areas is the set of areas that exist, by id.
type Areas map[AreaID]Area

// Area is a division as its record tells it.
type Area struct {
	ID     AreaID
	Record RecordID
	Code   string // the code in force; equals ID until it is renamed
	Name   string
}

// Scope is what a person reaches: the areas they are given with all below, and
// the wider areas whose public records flow down to them.
type Scope struct {
	Areas []AreaID // sorted
	Above []AreaID // sorted; none of them in Areas
}

// ScopeOf expands the areas a user was given. A user without record rights
// (admin) reaches public records alone.
func (all Areas) ScopeOf(u *User) Scope {
	in, above := map[AreaID]bool{}, map[AreaID]bool{}
	for id := range all {
		if u.Covers(id) {
			in[id] = true
		}
	}
	for _, root := range u.Areas {
		for _, id := range root.Above() {
			if _, ok := all[id]; ok {
				above[id] = true
			}
		}
	}
	var s Scope
	for id := range in {
		if u.Role.ReadsRecords() {
			s.Areas = append(s.Areas, id)
			delete(above, id)
		} else {
			above[id] = true
		}
	}
	for id := range above {
		s.Above = append(s.Above, id)
	}
	sort.Slice(s.Areas, func(i, j int) bool { return s.Areas[i] < s.Areas[j] })
	sort.Slice(s.Above, func(i, j int) bool { return s.Above[i] < s.Above[j] })
	return s
}
