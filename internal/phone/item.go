package phone

import (
	"fmt"
	"io"
)

// An Item is one thing a commit does, written as the wire has it.
type Item []any

// Fields are what a new record starts with: values of registers and groups, arrays of set elements.
type Fields map[string]any

// NewRecord creates a record.
func NewRecord(rid, kind, area string, fields Fields) Item {
	if fields == nil {
		fields = Fields{}
	}
	return Item{"new", rid, kind, area, fields}
}

// Set writes a register or group; seen are the ids of all values its editor showed.
func Set(rid, field string, value any, seen []string) Item {
	return Item{"set", rid, field, value, list(seen)}
}

// Add puts an element into a set.
func Add(rid, field string, element any) Item { return Item{"add", rid, field, element} }

// Rm takes an element out of a set, as far as its additions were seen.
func Rm(rid, field string, element any, seen []string) Item {
	return Item{"rm", rid, field, element, list(seen)}
}

// Log appends a note.
func Log(rid, field, text string) Item { return Item{"log", rid, field, text} }

// Go steps a state field. It belongs into a commit of its own.
func Go(rid, field, from, to string, seen []string) Item {
	return Item{"go", rid, field, from, to, list(seen)}
}

// Judge decides a held commit: verdict is release, amend or reject.
func Judge(id, verdict, reason string) Item { return Item{"judge", id, verdict, reason} }

// list makes nil an empty array, which the wire wants.
func list(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}

// NewID makes a record id: a UUIDv7 with the phone's time, right or wrong.
func (p *Phone) NewID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var u [16]byte
	if _, err := io.ReadFull(p.rand, u[6:]); err != nil {
		panic("phone: random source: " + err.Error())
	}
	ms := max(0, p.clock().UnixMilli())
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
