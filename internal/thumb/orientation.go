package thumb

import (
	"bytes"
	"encoding/binary"
	"image"
)

// turn is how a JPEG's pixels must be turned to stand upright: the value of the
// Exif tag Orientation, 1 to 8.
type turn int

const upright turn = 1

// orientation reads the tag from the beginning of a JPEG file. Re-encoding drops
// the tag, so it has to be obeyed; anything odd counts as upright.
func orientation(jpeg []byte) turn {
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker, size := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(jpeg) {
			break // the picture begins, or the header is broken
		}
		segment := jpeg[at+4 : at+2+size]
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return tiffOrientation(tiff)
		}
		at += 2 + size
	}
	return upright
}

func tiffOrientation(tiff []byte) turn {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := int(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + uint64(i)*12
		if e+12 > uint64(len(tiff)) {
			break
		}
		const tag, short = 0x0112, 3
		if order.Uint16(tiff[e:]) == tag && order.Uint16(tiff[e+2:]) == short {
			if v := order.Uint16(tiff[e+8:]); v >= 1 && v <= 8 {
				return turn(v)
			}
			break
		}
	}
	return upright
}

// apply turns a picture that begins at (0, 0).
func (t turn) apply(src *image.RGBA) *image.RGBA {
	if t == upright {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if t >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var dx, dy int
			switch t {
			case 2:
				dx, dy = w-1-x, y
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dx, dy = x, h-1-y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dst.PixOffset(dx, dy):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}
