package ledger

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"zoufang"
	"zoufang/storage"
)

// spool gathers the bytes of a result, in their order, as parts of a job. A part is a
// row of segments: bytes, a medium by its digest, or a part of a side stream by its
// name; the latter two are read where they lie when the result is.
type spool struct {
	spooled
	l   *Ledger
	job string
	sum hash.Hash // of the result as it is read

	out     []byte // of the part that is being filled
	size    int64  // bytes of the result in it
	sides   map[string][]byte
	parts   []storage.JobPart // filled, and not stored
	waiting int64             // bytes of them
}

// spooled is what a spool keeps of itself.
type spooled struct {
	Parts []int64            `json:"parts"` // bytes of the result in each part
	Sides map[string][]int64 `json:"sides,omitempty"`
	Size  int64              `json:"size"` // of the result so far
	Sum   []byte             `json:"sum,omitempty"`
}

// partBytes is how large a part is to be.
const partBytes = 1 << 20

// The segments of a part.
const (
	segBytes  = 0 // their number, then they
	segMedium = 1 // its size, its digest
	segSide   = 2 // its size, the length of its name, its name
)

func (l *Ledger) spool(job string, from spooled) (*spool, error) {
	s := &spool{spooled: from, l: l, job: job, sum: sha256.New(), sides: map[string][]byte{}}
	if s.Sides == nil {
		s.Sides = map[string][]int64{}
	}
	if from.Sum != nil {
		return s, s.sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(from.Sum)
	}
	return s, nil
}

// Write adds bytes to the result.
func (s *spool) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), partBytes)
		s.segment(segBytes, int64(n))
		s.out = append(s.out, rest[:n]...)
		s.grew(int64(n))
		rest = rest[n:]
	}
	s.sum.Write(p)
	return len(p), nil
}

// medium adds a medium to the result, whose bytes these are.
func (s *spool) medium(d zoufang.Digest, whole []byte) error {
	raw, err := hex.DecodeString(string(d))
	if err != nil {
		return err
	}
	s.segment(segMedium, int64(len(whole)))
	s.out = append(s.out, raw...)
	s.sum.Write(whole)
	s.grew(int64(len(whole)))
	return nil
}

// aside adds bytes to a side stream, which splice puts into the result.
func (s *spool) aside(name string, p []byte) {
	s.sides[name] = append(s.sides[name], p...)
	for len(s.sides[name]) >= partBytes {
		s.closeSide(name, partBytes)
	}
}

func (s *spool) closeSide(name string, n int) {
	of := s.sides[name]
	s.keep(sidePart(name, len(s.Sides[name])), of[:n:n])
	s.Sides[name] = append(s.Sides[name], int64(n))
	s.sides[name] = append([]byte(nil), of[n:]...)
}

// splice adds all of a side stream to the result. What of it is stored already is read
// back, for the sum alone.
func (s *spool) splice(ctx context.Context, name string) error {
	if n := len(s.sides[name]); n > 0 {
		s.closeSide(name, n)
	}
	unstored := map[string][]byte{}
	for _, p := range s.parts {
		unstored[p.Name] = p.Data
	}
	for i, n := range s.Sides[name] {
		part := sidePart(name, i)
		data, here := unstored[part]
		if !here {
			var err error
			if data, err = s.l.Jobs.JobPart(ctx, s.job, part); err != nil {
				return err
			}
		}
		if int64(len(data)) != n {
			return fmt.Errorf("a part of a job has %d bytes for %d", len(data), n)
		}
		s.sum.Write(data)
		s.segment(segSide, n)
		s.out = append(binary.AppendUvarint(s.out, uint64(len(part))), part...)
		s.grew(n)
	}
	return nil
}

func (s *spool) segment(kind byte, n int64) {
	s.out = binary.AppendUvarint(append(s.out, kind), uint64(n))
}

// grew counts bytes of the result, and closes a part that is full.
func (s *spool) grew(n int64) {
	s.size += n
	s.Size += n
	if len(s.out) >= partBytes || s.size >= 64*partBytes {
		s.closePart()
	}
}

func (s *spool) closePart() {
	s.keep(outPart(len(s.Parts)), s.out)
	s.Parts = append(s.Parts, s.size)
	s.out, s.size = nil, 0
}

func (s *spool) keep(name string, data []byte) {
	s.parts = append(s.parts, storage.JobPart{Name: name, Data: data})
	s.waiting += int64(len(data))
}

// flush gives the parts to be stored with what the spool keeps of itself; nothing is
// left in memory then.
func (s *spool) flush() (parts []storage.JobPart, err error) {
	if len(s.out) > 0 {
		s.closePart()
	}
	for name, of := range s.sides {
		if len(of) > 0 {
			s.closeSide(name, len(of))
		}
	}
	parts = s.parts
	s.parts, s.waiting = nil, 0
	s.Sum, err = s.sum.(encoding.BinaryMarshaler).MarshalBinary()
	return parts, err
}

// full reports whether there is as much in memory as there should be.
func (s *spool) full() bool {
	n := s.waiting + int64(len(s.out))
	for _, of := range s.sides {
		n += int64(len(of))
	}
	return n >= partBytes
}

func (s *spool) digest() zoufang.Digest { return zoufang.Digest(hex.EncodeToString(s.sum.Sum(nil))) }

func outPart(n int) string { return fmt.Sprintf("out/%d", n) }

func sidePart(name string, n int) string { return fmt.Sprintf("%s/%d", name, n) }

var _ io.Writer = (*spool)(nil)
