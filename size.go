package zoufang

import (
	"maps"
	"slices"
)

// Bounds of one record, far over what work needs: each of its parts costs whoever
// writes or reads it.
const (
	MaxParts = 2000      // live values, tags, notes and dead ids
	MaxBytes = 512 << 10 // of values
)

// Size counts a record's parts and the bytes of its values.
func (r *Record) Size() (parts, bytes int) {
	add := func(heads []Head) {
		parts += len(heads)
		for i := range heads {
			bytes += len(heads[i].Value)
		}
	}
	for _, h := range r.Heads {
		add(h.Live)
		parts += len(h.Dead)
	}
	for _, set := range r.Sets {
		for _, e := range set {
			add(e.Live)
			parts += max(1, len(e.Dead))
		}
	}
	for _, notes := range r.Logs {
		add(notes)
	}
	return parts, bytes
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
