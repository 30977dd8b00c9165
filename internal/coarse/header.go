package coarse

import (
	"encoding/binary"
	"errors"
)

// What is wrong with a file.
var (
	ErrNotJPEG     = errors.New("not a JPEG file")
	ErrBroken      = errors.New("a broken JPEG file")
	ErrShort       = errors.New("a JPEG file that ends too early")
	ErrUnsupported = errors.New("a kind of JPEG file that browsers don't show either")
)

// Info is what a file's segments tell.
type Info struct {
	Width, Height int
	Components    int
	Progressive   bool
	Scans         int
	Ended         bool // it has its end marker
}

// Markers of ISO 10918-1.
const (
	sof0, sof2 = 0xc0, 0xc2
	dht, dac   = 0xc4, 0xcc
	rst0, rst7 = 0xd0, 0xd7
	soi, eoi   = 0xd8, 0xd9
	sos, dqt   = 0xda, 0xdb
	dri, app14 = 0xdd, 0xee
)

// Look walks through a file's segments without reading its picture. A file that
// ends early is described as far as it goes, with ErrShort where not even its size
// is told.
func Look(b []byte) (Info, error) {
	var in Info
	err := segments(b, func(marker byte, body, _ []byte) error {
		switch {
		case marker == sos:
			in.Scans++
		case isFrame(marker):
			f, err := readFrame(marker, body)
			if err != nil {
				return err
			}
			if in.Width != 0 {
				return ErrBroken
			}
			in.Width, in.Height, in.Components, in.Progressive = f.width, f.height, len(f.comps), f.progressive
		case marker == eoi:
			in.Ended = true
		}
		return nil
	})
	if errors.Is(err, ErrShort) && in.Width != 0 {
		err = nil
	}
	if err == nil && in.Width == 0 {
		err = ErrBroken
	}
	return in, err
}

func isFrame(marker byte) bool {
	return marker >= sof0 && marker <= 0xcf && marker != dht && marker != dac && marker != 0xc8
}

// segments calls f for each segment, with what follows it, up to the end marker.
// The data of a scan are passed over, unless f has read them.
func segments(b []byte, f func(marker byte, body, rest []byte) error) error {
	if len(b) < 2 || b[0] != 0xff || b[1] != soi {
		return ErrNotJPEG
	}
	for at := 2; ; {
		for at < len(b) && b[at] != 0xff { // of a scan, or stray
			at++
		}
		for at < len(b) && b[at] == 0xff {
			at++
		}
		if at >= len(b) {
			return ErrShort
		}
		marker := b[at]
		at++
		switch {
		case marker == 0 || marker == 1 || marker >= rst0 && marker <= rst7:
			continue
		case marker == eoi:
			return f(marker, nil, nil)
		case at+2 > len(b):
			return ErrShort
		}
		size := int(binary.BigEndian.Uint16(b[at:]))
		if size < 2 {
			return ErrBroken
		}
		if at+size > len(b) {
			return ErrShort
		}
		if err := f(marker, b[at+2:at+size], b[at+size:]); err != nil {
			return err
		}
		at += size
	}
}

type frame struct {
	width, height int
	progressive   bool
	comps         []*component
	hMax, vMax    int
	mcusX, mcusY  int
}

// component is one of a picture's, with its blocks' means as they are coded.
type component struct {
	id, h, v, table int
	blocksX, rowsY  int // as stored, whole MCUs
	ownX, ownY      int // of a scan of its own
	dc              []int16
}

func readFrame(marker byte, b []byte) (*frame, error) {
	switch {
	case marker > sof2:
		return nil, ErrUnsupported // lossless, hierarchical, arithmetic
	case len(b) < 6 || len(b) != 6+3*int(b[5]):
		return nil, ErrBroken
	case b[0] != 8:
		return nil, ErrUnsupported
	}
	f := &frame{height: int(binary.BigEndian.Uint16(b[1:])), width: int(binary.BigEndian.Uint16(b[3:])), progressive: marker == sof2}
	if n := b[5]; n != 1 && n != 3 && n != 4 {
		return nil, ErrUnsupported
	}
	if f.width == 0 || f.height == 0 {
		return nil, ErrBroken
	}
	for c := b[6:]; len(c) > 0; c = c[3:] {
		k := &component{id: int(c[0]), h: int(c[1] >> 4), v: int(c[1] & 15), table: int(c[2])}
		if k.h < 1 || k.h > 4 || k.v < 1 || k.v > 4 || k.table > 3 {
			return nil, ErrBroken
		}
		f.hMax, f.vMax = max(f.hMax, k.h), max(f.vMax, k.v)
		f.comps = append(f.comps, k)
	}
	f.mcusX, f.mcusY = over(f.width, 8*f.hMax), over(f.height, 8*f.vMax)
	for _, k := range f.comps {
		k.blocksX, k.rowsY = f.mcusX*k.h, f.mcusY*k.v
		k.ownX, k.ownY = over(over(f.width*k.h, f.hMax), 8), over(over(f.height*k.v, f.vMax), 8)
	}
	return f, nil
}

// over divides and rounds up.
func over(a, b int) int { return (a + b - 1) / b }
