package zoufang

import (
	"cmp"
	"slices"
	"strings"
)

// InOrder gives the live elements of a set as keys of Sets. A set has no order of its
// own: media stand in the order in which they were added, by the newest addition of
// each and within one commit by their places in it, so that who adds one once more
// moves it to the end; all others by their keys. However lines arrive it is the same.
func (r *Record) InOrder(field string) []string {
	if k := KindOf(r.Kind); k == nil || k.Field(field) == nil || k.Field(field).Type != Medium {
		return slices.DeleteFunc(sortedKeys(r.Sets[field]), func(key string) bool { return len(r.Sets[field][key].Live) == 0 })
	}
	type placed struct {
		key   string
		stamp Stamp
		nth   uint32
	}
	set := r.Sets[field]
	list := make([]placed, 0, len(set))
	for key, e := range set {
		if len(e.Live) == 0 {
			continue
		}
		last := placed{key: key}
		for _, tag := range e.Live {
			if s := r.Stamps[tag.ID]; last.stamp.ID == "" || s.After(last.stamp) {
				last.stamp, last.nth = s, tag.Nth
			}
		}
		list = append(list, last)
	}
	slices.SortFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.stamp.At, b.stamp.At), strings.Compare(string(a.stamp.ID), string(b.stamp.ID)),
			cmp.Compare(a.nth, b.nth), strings.Compare(a.key, b.key))
	})
	keys := make([]string, len(list))
	for i, p := range list {
		keys[i] = p.key
	}
	return keys
}
