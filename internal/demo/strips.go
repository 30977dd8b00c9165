package demo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
)

// Photos are 1024 × 768 JPEG files put together from strips. A strip is encoded
// on its own and follows a restart marker, where a decoder begins afresh, so that
// strips of different drawings make one sound file without encoding again.
const (
	photoWidth  = 1024
	photoHeight = 768
	stripHeight = 96 // a whole number of 16-pixel blocks
	quality     = 77
)

// encodeStrips encodes the rows from y0 to y1 strip by strip.
func encodeStrips(img *image.RGBA, y0, y1 int) ([][]byte, error) {
	var out [][]byte
	for y := y0; y < y1; y += stripHeight {
		var b bytes.Buffer
		strip := img.SubImage(image.Rect(0, y, photoWidth, y+stripHeight))
		if err := jpeg.Encode(&b, strip, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode a strip: %w", err)
		}
		_, scan, err := splitJPEG(b.Bytes())
		if err != nil {
			return nil, err
		}
		out = append(out, scan)
	}
	return out, nil
}

// photoHeader gives what all photos begin with: the tables of an encoded strip,
// the height of the whole and the length of a strip between restarts.
func photoHeader() ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, photoWidth, stripHeight)), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode a strip: %w", err)
	}
	head, _, err := splitJPEG(b.Bytes())
	if err != nil {
		return nil, err
	}
	out := []byte{}
	for i := 2; i < len(head); {
		n := 2 + int(binary.BigEndian.Uint16(head[i+2:]))
		segment := bytes.Clone(head[i : i+n])
		switch head[i+1] {
		case 0xc0: // start of frame
			if segment[11] != 0x22 {
				return nil, errors.New("encoded colour is not halved both ways")
			}
			binary.BigEndian.PutUint16(segment[5:], photoHeight)
		case 0xda: // start of scan
			blocks := photoWidth / 16 * (stripHeight / 16)
			out = append(out, 0xff, 0xdd, 0, 4, byte(blocks>>8), byte(blocks))
		}
		out = append(out, segment...)
		i += n
	}
	return append([]byte{0xff, 0xd8}, out...), nil
}

// splitJPEG parts a baseline file in its segments, the start of scan included,
// and the entropy-coded data.
func splitJPEG(b []byte) (head, scan []byte, err error) {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		last := b[i+1] == 0xda
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
		if last && i+2 <= len(b) {
			return b[:i], b[i : len(b)-2], nil
		}
	}
	return nil, nil, errors.New("the encoder wrote no baseline JPEG")
}

// join makes a file of strips.
func join(header []byte, strips [][]byte) Medium {
	parts := [][]byte{header}
	for i, s := range strips {
		if i > 0 {
			parts = append(parts, restarts[(i-1)%8])
		}
		parts = append(parts, s)
	}
	return newMedium("image/jpeg", append(parts, []byte{0xff, 0xd9})...)
}

var restarts = func() (out [8][]byte) {
	for i := range out {
		out[i] = []byte{0xff, 0xd0 + byte(i)}
	}
	return out
}()
