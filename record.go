package zoufang

import (
	"slices"
	"sort"
)

// Record is the present state of one record: what its applied commits left.
type Record struct {
	ID      RecordID                     `cbor:"1,keyasint"`
	Kind    string                       `cbor:"2,keyasint"`
	Area    AreaID                       `cbor:"3,keyasint"`
	Seq     uint64                       `cbor:"4,keyasint"` // in its area's sequence
	Ver     uint64                       `cbor:"5,keyasint"` // how often the row was written
	Created CommitID                     `cbor:"6,keyasint"`
	Author  UserID                       `cbor:"7,keyasint"`  // of the creating commit
	Stamps  map[CommitID]Stamp           `cbor:"8,keyasint"`  // of every id in By
	Heads   map[string]*Heads            `cbor:"9,keyasint"`  // registers and groups
	Sets    map[string]map[string]*Heads `cbor:"10,keyasint"` // by field, then the element's Canon: tags
	Logs    map[string][]Head            `cbor:"11,keyasint"`
	States  map[string]*Standing         `cbor:"12,keyasint"`
	Need    []Digest                     `cbor:"13,keyasint"`           // media named and not stored yet, sorted
	Flaws   map[Digest]Flaw              `cbor:"14,keyasint,omitempty"` // of media named, where one is known
}

// Heads are the live values of one register or group, or the live tags of one
// element of a set, with the ids that were seen before they arrived.
type Heads struct {
	Live []Head     `cbor:"1,keyasint"`
	Dead []CommitID `cbor:"2,keyasint,omitempty"`
}

// Head is a value with the commit that wrote it.
type Head struct {
	ID    CommitID   `cbor:"1,keyasint"`
	Value Value      `cbor:"2,keyasint"`
	Seen  []CommitID `cbor:"3,keyasint,omitempty"` // kept for Void alone
	// Nth is the place of a tag among what its commit does, for order alone. It is 0
	// for all that was stored before there were places.
	Nth uint32 `cbor:"4,keyasint,omitempty"`
}

// Standing is where a state field stands.
type Standing struct {
	Value string     `cbor:"1,keyasint"`
	By    CommitID   `cbor:"2,keyasint"`
	Seen  []CommitID `cbor:"3,keyasint,omitempty"` // of the step, when it was a review
	Bound bool       `cbor:"4,keyasint,omitempty"` // the step was a review
}

// Fill makes the record's maps where they are missing.
func (r *Record) Fill() *Record {
	if r.Stamps == nil {
		r.Stamps = map[CommitID]Stamp{}
	}
	if r.Heads == nil {
		r.Heads = map[string]*Heads{}
	}
	if r.Sets == nil {
		r.Sets = map[string]map[string]*Heads{}
	}
	if r.Logs == nil {
		r.Logs = map[string][]Head{}
	}
	if r.States == nil {
		r.States = map[string]*Standing{}
	}
	return r
}

// By lists exactly the creating commit and all live heads, tags, notes and
// states, each once: the creating commit first, then by id.
func (r *Record) By() []CommitID {
	ids := make([]CommitID, 0, len(r.Stamps)+8)
	add := func(heads []Head) {
		for i := range heads {
			if id := heads[i].ID; id != r.Created {
				ids = append(ids, id)
			}
		}
	}
	for _, h := range r.Heads {
		add(h.Live)
	}
	for _, set := range r.Sets {
		for _, e := range set {
			add(e.Live)
		}
	}
	for _, notes := range r.Logs {
		add(notes)
	}
	for _, s := range r.States {
		if s.By != r.Created {
			ids = append(ids, s.By)
		}
	}
	slices.Sort(ids)
	return slices.Insert(slices.Compact(ids), 0, r.Created)
}

// Shown gives the value of a register or group that is shown, or nil.
func (r *Record) Shown(field string) Value {
	if h := r.Heads[field]; h != nil && len(h.Live) > 0 {
		return h.Live[0].Value
	}
	return nil
}

// Public reports whether the record flows down to every phone below its area, and
// counts in the area's public sum.
func (r *Record) Public() bool {
	k := KindOf(r.Kind)
	return k != nil && k.Public
}

// Voided reports whether the record is void by the value that is shown.
func (r *Record) Voided() bool {
	v := r.Shown(Void)
	return v != nil && !v.IsNull()
}

// Counts reports whether the record stands for what it tells of: it is not void, and
// no draft of its author's any more. What counts for "last visited", for what is due
// and for figures is told here and nowhere else; phones have it from the table of
// kinds. A returned visit counts: somebody was there, only the record is put right.
func (r *Record) Counts() bool {
	k := KindOf(r.Kind)
	return !r.Voided() && (k == nil || k.Draft == "" || r.State("state") != k.Draft)
}

// Elements counts the distinct live elements of a set.
func (r *Record) Elements(field string) int {
	n := 0
	for _, e := range r.Sets[field] {
		if len(e.Live) > 0 {
			n++
		}
	}
	return n
}

// State gives where a state field stands, "" if the kind has none of that name.
func (r *Record) State(field string) string {
	if s := r.States[field]; s != nil {
		return s.Value
	}
	return ""
}

// Conflicts lists the registers and groups with more than one distinct value, sorted.
func (r *Record) Conflicts() []string {
	var out []string
	for name, h := range r.Heads {
		for i := 1; i < len(h.Live); i++ {
			if !h.Live[0].Value.Equal(h.Live[i].Value) {
				out = append(out, name)
				break
			}
		}
	}
	sort.Strings(out)
	return out
}

// Changed reports whether a live head or tag was not seen by whoever reviewed
// the record, or, where it is void, by whoever voided it.
func (r *Record) Changed() bool {
	var voided bool
	known := map[CommitID]bool{}
	if h := r.Heads[Void]; h != nil {
		for _, v := range h.Live {
			if !v.Value.IsNull() {
				voided = true
				for _, id := range append(v.Seen, v.ID) {
					known[id] = true
				}
			}
		}
	}
	if !voided {
		bound := false
		for _, s := range r.States {
			if s.Bound {
				bound = true
				for _, id := range append(s.Seen, s.By) {
					known[id] = true
				}
			}
		}
		if !bound {
			return false
		}
	}
	unseen := func(heads []Head) bool {
		for _, h := range heads {
			if !known[h.ID] {
				return true
			}
		}
		return false
	}
	for name, h := range r.Heads {
		if name == Void && voided {
			continue
		}
		if unseen(h.Live) {
			return true
		}
	}
	for _, set := range r.Sets {
		for _, e := range set {
			if unseen(e.Live) {
				return true
			}
		}
	}
	return false
}

// Media lists the media that live values name, sorted, each once.
func (r *Record) Media() []Digest {
	k := KindOf(r.Kind)
	if k == nil {
		return nil
	}
	var out []Digest
	for name, h := range r.Heads {
		if f := k.Field(name); f != nil {
			for _, v := range h.Live {
				out = append(out, f.Media(v.Value)...)
			}
		}
	}
	for name, set := range r.Sets {
		if f := k.Field(name); f != nil && f.Type == Medium {
			for _, e := range set {
				if len(e.Live) > 0 {
					out = append(out, f.Media(e.Live[0].Value)...)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Seen lists what a step names as seen by whoever was shown the whole record: all
// of By, mere notes left out.
func (r *Record) Seen() []CommitID {
	bare := *r
	bare.Logs = nil
	return bare.By()
}

// SeenOf lists the ids of the values of a register or group that are there.
func (r *Record) SeenOf(field string) []CommitID {
	if r == nil || r.Heads[field] == nil {
		return nil
	}
	out := make([]CommitID, len(r.Heads[field].Live))
	for i, h := range r.Heads[field].Live {
		out[i] = h.ID
	}
	return out
}
