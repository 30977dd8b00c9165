package storage

import (
	"hash/maphash"
	"sync/atomic"

	"zoufang"
)

// Recent holds records as they were written last, read: a phone is sent what it
// has just pushed, and its neighbours soon after. An entry counts only for the
// very sealed bytes it was written as, which are never the same twice; so one of
// a transaction that failed, or of before a restore, is never used.
type Recent struct {
	seed  maphash.Seed
	slots [1024]atomic.Pointer[remembered]
}

type remembered struct {
	id   zoufang.RecordID
	mark string // the first of the sealed bytes
	rec  *zoufang.Record
}

// markSize takes in the nonce that every sealing draws anew.
const markSize = 32

// NewRecent makes one that holds nothing.
func NewRecent() *Recent { return &Recent{seed: maphash.MakeSeed()} }

func (c *Recent) slot(id zoufang.RecordID) *atomic.Pointer[remembered] {
	return &c.slots[maphash.String(c.seed, string(id))%uint64(len(c.slots))]
}

// Keep remembers a copy of a record as these sealed bytes hold it.
func (c *Recent) Keep(r *zoufang.Record, sealed []byte) {
	if len(sealed) >= markSize {
		c.slot(r.ID).Store(&remembered{r.ID, string(sealed[:markSize]), r.Clone()})
	}
}

// Decode reads a stored record; it may be remembered, and must not be changed.
func (c *Recent) Decode(s Sealer, id zoufang.RecordID, sealed []byte) (*zoufang.Record, error) {
	e := c.slot(id).Load()
	if e != nil && e.id == id && len(sealed) >= markSize && string(sealed[:markSize]) == e.mark {
		return e.rec, nil
	}
	return DecodeRecord(s, id, sealed)
}
