package storage

import (
	"errors"
	"maps"
	"slices"

	"zoufang"
)

// Medium is a stored photo, signature or recording.
type Medium struct {
	Digest zoufang.Digest
	Type   string // MIME
	Size   int64
	At     int64 // arrival, Unix ms
	Flaw   zoufang.Flaw
}

// NameRole says what somebody has to do with a medium.
type NameRole string

// The roles.
const (
	NamedByRecord NameRole = "r" // a record names or named it: see PutRecord
	NamedByUser   NameRole = "u" // a commit of this user names it, applied or not
	SentByDevice  NameRole = "d"
	WillOfDevice  NameRole = "w" // a line of this device's last will names it
)

// MediumNames lists who has to do with a medium.
type MediumNames struct {
	Users    []zoufang.UserID
	Devices  []zoufang.DeviceID
	Wills    []zoufang.DeviceID
	Recorded bool // a record names or named it
}

// Named tells whether anybody named the medium, whatever became of the line.
func (n MediumNames) Named() bool { return n.Recorded || len(n.Users)+len(n.Wills) > 0 }

// Add notes somebody in a role.
func (n *MediumNames) Add(role NameRole, id string) {
	switch role {
	case NamedByRecord:
		n.Recorded = true
	case NamedByUser:
		n.Users = append(n.Users, zoufang.UserID(id))
	case SentByDevice:
		n.Devices = append(n.Devices, zoufang.DeviceID(id))
	case WillOfDevice:
		n.Wills = append(n.Wills, zoufang.DeviceID(id))
	}
}

// Reader is what lets somebody read media.
type Reader struct {
	User   zoufang.UserID   // a commit of whom names it; "": nobody's
	Device zoufang.DeviceID // that sent it; "": none
	Areas  []zoufang.AreaID // in which a record is that names it, or named it once
	Above  []zoufang.AreaID // likewise, of a public kind
}

// ErrNamedByRecord is of whoever names a medium in the name of a record.
var ErrNamedByRecord = errors.New("storage: what media a record names PutRecord remembers")

// PlaceOf names the place from which a record shows the media it names: its area,
// with a mark where it is of a public kind, so that both kinds are found apart.
func PlaceOf(area zoufang.AreaID, public bool) string {
	if public {
		return string(area) + publicMark
	}
	return string(area)
}

const publicMark = "+" // sorts behind the area itself and before the next

// Places lists the places in which a reader sees what media records name, sorted.
func (r Reader) Places() []string {
	places := make([]string, 0, 2*len(r.Areas)+len(r.Above))
	for _, a := range r.Areas {
		places = append(places, PlaceOf(a, false), PlaceOf(a, true))
	}
	for _, a := range r.Above {
		places = append(places, PlaceOf(a, true))
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// Owed gathers, while a store is filled, the media that records need or may not know
// the flaw of: those among them that have come are its Arrivals.
type Owed struct{ needed map[zoufang.Digest]bool }

func (o *Owed) add(d zoufang.Digest) {
	if o.needed == nil {
		o.needed = map[zoufang.Digest]bool{}
	}
	o.needed[d] = true
}

// Record takes the next record.
func (o *Owed) Record(r *zoufang.Record) {
	for _, d := range r.Need {
		o.add(d)
	}
}

// Medium takes the next medium.
func (o *Owed) Medium(m Medium) {
	if m.Flaw != "" {
		o.add(m.Digest)
	}
}

// Media gives what was gathered, sorted.
func (o *Owed) Media() []zoufang.Digest { return slices.Sorted(maps.Keys(o.needed)) }
