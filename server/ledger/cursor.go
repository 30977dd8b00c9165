package ledger

import (
	"encoding/json"
	"fmt"

	"zoufang"
	"zoufang/server/catalog"
	"zoufang/server/desk"
)

// cursor is how far an export has come, as its job keeps it.
type cursor struct {
	Plan   []int      `json:"plan,omitempty"`   // ids in each part of the plan
	Found  bool       `json:"found,omitempty"`  // the plan is whole
	Looked int64      `json:"looked,omitempty"` // records whose answers were looked at
	Asks   []desk.Ask `json:"asks,omitempty"`
	Begun  bool       `json:"begun,omitempty"`
	Next   int64      `json:"next"` // the record of the plan that comes next
	Rows   int64      `json:"rows"` // written
	Form   form       `json:"form"`
	Spool  spooled    `json:"spool"`
}

// idsInPart is how many ids one part of a plan has, each of idBytes: just under a MiB.
const (
	idsInPart = 29_000
	idBytes   = 36
)

func planPart(n int) string { return fmt.Sprintf("plan/%d", n) }

func packIDs(hits []catalog.Hit) []byte {
	out := make([]byte, 0, idBytes*len(hits))
	for _, h := range hits {
		out = append(out, h.ID...)
	}
	return out
}

func unpackIDs(b []byte) (out []zoufang.RecordID) {
	for ; len(b) >= idBytes; b = b[idBytes:] {
		out = append(out, zoufang.RecordID(b[:idBytes]))
	}
	return out
}

func (c *cursor) of() (n int64) {
	for _, ids := range c.Plan {
		n += int64(ids)
	}
	return n
}

func (c *cursor) bytes() ([]byte, error) { return json.Marshal(c) }
