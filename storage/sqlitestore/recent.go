package sqlitestore

import (
	"hash/maphash"
	"sync/atomic"

	"zoufang"
)

// recent holds records as they were written last, read: a phone is sent what it
// has just pushed, and its neighbours soon after. An entry counts only for the
// very sealed bytes it was written as, which are never the same twice; so one of
// a transaction that failed, or of before a restore, is never used.
type recent struct {
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

func (c *recent) slot(id zoufang.RecordID) *atomic.Pointer[remembered] {
	return &c.slots[maphash.String(c.seed, string(id))%uint64(len(c.slots))]
}

func (c *recent) keep(r *zoufang.Record, sealed []byte) {
	if len(sealed) >= markSize {
		c.slot(r.ID).Store(&remembered{r.ID, string(sealed[:markSize]), r.Clone()})
	}
}

// find gives the record the sealed bytes hold, if it is remembered. It must not
// be changed.
func (c *recent) find(id zoufang.RecordID, sealed []byte) *zoufang.Record {
	e := c.slot(id).Load()
	if e == nil || e.id != id || len(sealed) < markSize || string(sealed[:markSize]) != e.mark {
		return nil
	}
	return e.rec
}
