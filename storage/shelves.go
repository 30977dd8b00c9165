package storage

import (
	"context"
	"fmt"

	"zoufang"
)

// Shelves keeps what was derived from the records of an area, so that it need not be
// derived again: it can be lost, and is no part of a Dump or a backup. Beside the sealed
// bytes nothing of the records stands plain.
type Shelves interface {
	// Shelf gives what was put last for an area, or nil: where there is none, and where
	// what is there cannot be opened.
	Shelf(ctx context.Context, area zoufang.AreaID) (*Shelf, error)
	// PutShelf keeps a shelf in place of what was there. One over MaxShelf bytes is not
	// kept, without an error, nor what was there before it.
	PutShelf(ctx context.Context, s Shelf) error
}

// MaxShelf bounds the bytes of a shelf that is kept: what one document of MongoDB holds.
const MaxShelf = 15 << 20

// Shelf is what was derived of an area.
type Shelf struct {
	Area  zoufang.AreaID
	Epoch string // of the store
	Form  int    // of Data
	Seq   uint64 // of the area's feed, up to which Data has it
	Data  []byte
}

// SealShelf gives a shelf's stored bytes.
func SealShelf(s Sealer, of Shelf) ([]byte, error) {
	b, err := encMode.Marshal(of)
	if err != nil {
		return nil, fmt.Errorf("encode a shelf: %w", err)
	}
	return s.Seal(b, shelfLabel(of.Area))
}

// OpenShelf reads them; nil where they are damaged, or another area's.
func OpenShelf(s Sealer, area zoufang.AreaID, stored []byte) *Shelf {
	plain, err := s.Open(stored, shelfLabel(area))
	if err != nil {
		return nil
	}
	out := &Shelf{}
	if decMode.Unmarshal(plain, out) != nil || out.Area != area {
		return nil
	}
	return out
}

func shelfLabel(area zoufang.AreaID) []byte { return []byte("shelf:" + area) }
