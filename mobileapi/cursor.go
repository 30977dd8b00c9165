package mobileapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"

	"zoufang"
)

// cursor is how far a phone has read: per area the seq it has seen all rows up
// to, bound to an epoch and a version of its scope. It is opaque on the wire.
type cursor struct {
	epoch   string
	version int64
	areas   map[zoufang.AreaID]position
}

type position struct {
	seq    uint64
	public bool // only public rows were read
}

const (
	cursorForm  = 1
	maxCursor   = 1 << 20 // bytes of b64
	epochDigest = 4
)

func epochMark(epoch string) []byte {
	h := sha256.Sum256([]byte(epoch))
	return h[:epochDigest]
}

// String lays the cursor out as form, epoch mark, version, then for each area, by
// code, how far its code is from the one before, and seq<<1 + public, all as
// varints, in b64. It goes with every request, so it is short.
func (c cursor) String() string {
	b := append([]byte{cursorForm}, epochMark(c.epoch)...)
	b = binary.AppendUvarint(b, uint64(c.version))
	var last uint64
	for _, id := range slices.Sorted(maps.Keys(c.areas)) {
		code, _ := strconv.ParseUint(string(id), 10, 64)
		b = binary.AppendUvarint(b, code-last)
		last = code
		n := c.areas[id].seq << 1
		if c.areas[id].public {
			n |= 1
		}
		b = binary.AppendUvarint(b, n)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor; an unreadable one, or one of another epoch, counts
// as none.
func parseCursor(s, epoch string) (cursor, bool) {
	c := cursor{epoch: epoch, areas: map[zoufang.AreaID]position{}}
	if s == "" || len(s) > maxCursor {
		return c, false
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 1+epochDigest || b[0] != cursorForm || string(b[1:1+epochDigest]) != string(epochMark(epoch)) {
		return c, false
	}
	b = b[1+epochDigest:]
	next := func() (uint64, bool) {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return 0, false
		}
		b = b[size:]
		return n, true
	}
	version, ok := next()
	if !ok {
		return c, false
	}
	c.version = int64(version)
	var code uint64
	for len(b) > 0 {
		step, ok1 := next()
		n, ok2 := next()
		if code += step; !ok1 || !ok2 || step >= 1e12 || code >= 1e12 {
			return cursor{epoch: epoch, areas: map[zoufang.AreaID]position{}}, false
		}
		c.areas[areaOf(code)] = position{seq: n >> 1, public: n&1 == 1}
	}
	return c, true
}

func areaOf(code uint64) zoufang.AreaID {
	s := strconv.FormatUint(code, 10)
	for len(s) < 12 {
		s = "0" + s
	}
	return zoufang.AreaID(s)
}

// scopeVersion names a scope by its content, so that every copy of the server
// gives the same: 32 bits, compared for equality only.
func scopeVersion(s zoufang.Scope) int64 {
	h := sha256.New()
	for _, a := range s.Areas {
		h.Write([]byte(a))
	}
	h.Write([]byte{'/'})
	for _, a := range s.Above {
		h.Write([]byte(a))
	}
	sum := h.Sum(nil)
	return int64(binary.BigEndian.Uint32(sum[:4]))
}
