package coarse

import (
	"encoding/binary"
	"errors"
	"image"
)

// Decode reads a whole file at an eighth of its size, rounded up. A picture of
// which every block came is whole, though its end marker be missing; a progressive
// one without is ErrShort. The caller bounds the pixels, with Look.
func Decode(b []byte) (*image.RGBA, error) {
	d := &decoder{adobe: -1, scanned: map[*component]bool{}}
	ended := false
	err := segments(b, func(marker byte, body, rest []byte) error {
		ended = ended || marker == eoi
		return d.segment(marker, body, rest)
	})
	if err != nil && !errors.Is(err, ErrShort) {
		return nil, err
	}
	if d.frame == nil || len(d.scanned) < len(d.frame.comps) || d.frame.progressive && !ended {
		if err == nil {
			err = ErrBroken
		}
		return nil, err
	}
	return d.image(), nil
}

func (d *decoder) segment(marker byte, b, rest []byte) (err error) {
	switch {
	case isFrame(marker):
		if d.frame != nil {
			return ErrBroken
		}
		d.frame, err = readFrame(marker, b)
		return err
	case marker == dht:
		return d.tables(b)
	case marker == dqt:
		return d.quanta(b)
	case marker == dri && len(b) == 2:
		d.restart = int(binary.BigEndian.Uint16(b))
	case marker == app14 && len(b) >= 12 && string(b[:5]) == "Adobe":
		d.adobe = int(b[11])
	case marker == sos:
		s, err := d.readScan(b)
		if err != nil || s.detail {
			return err
		}
		return d.read(s, rest)
	}
	return nil
}

func (d *decoder) tables(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return ErrBroken
		}
		n := 0
		for _, c := range b[1:17] {
			n += int(c)
		}
		if n == 0 || n > 256 || len(b) < 17+n {
			return ErrBroken
		}
		h := &huffman{}
		if err := h.read(b[1:17], b[17:17+n]); err != nil {
			return err
		}
		if b[0]>>4 == 0 {
			d.dc[b[0]&15] = h
		} else {
			d.ac[b[0]&15] = h
		}
		b = b[17+n:]
	}
	return nil
}

func (d *decoder) quanta(b []byte) error {
	for len(b) > 0 {
		size := 1 + 64<<(b[0]>>4)
		if b[0]>>4 > 1 || b[0]&15 > 3 || len(b) < size {
			return ErrBroken
		}
		d.quant[b[0]&15] = int(b[1])
		if b[0]>>4 == 1 {
			d.quant[b[0]&15] = int(binary.BigEndian.Uint16(b[1:]))
		}
		b = b[size:]
	}
	return nil
}

// mean gives the mean of the block of a component that lies at a block of the
// picture, from 0 to 255.
func (d *decoder) mean(c *component, x, y int) int {
	dc := int(c.dc[y*c.v/d.frame.vMax*c.blocksX+x*c.h/d.frame.hMax])
	return clamp((dc*d.quant[c.table]+4)>>3 + 128)
}

func clamp(v int) int { return min(max(v, 0), 255) }

func (d *decoder) image() *image.RGBA {
	f := d.frame
	m := image.NewRGBA(image.Rect(0, 0, over(f.width, 8), over(f.height, 8)))
	rgb := d.adobe == 0 || d.adobe < 0 && len(f.comps) == 3 && f.comps[0].id == 'R' && f.comps[1].id == 'G' && f.comps[2].id == 'B'
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:]
		for x := range m.Rect.Dx() {
			r := d.mean(f.comps[0], x, y)
			g, b := r, r
			if len(f.comps) > 1 {
				g, b = d.mean(f.comps[1], x, y), d.mean(f.comps[2], x, y)
				if !rgb && (len(f.comps) == 3 || d.adobe > 0) {
					r, g, b = fromYCbCr(r, g, b)
				}
			}
			if len(f.comps) == 4 {
				k := d.mean(f.comps[3], x, y)
				switch {
				case d.adobe > 0: // YCCK: what comes out of the transform is the ink
					r, g, b = 255-r, 255-g, 255-b
				case d.adobe < 0: // as printers mean it; Adobe's own files are inverted
					r, g, b, k = 255-r, 255-g, 255-b, 255-k
				}
				r, g, b = r*k/255, g*k/255, b*k/255
			}
			copy(row[4*x:4*x+4], []byte{byte(r), byte(g), byte(b), 255})
		}
	}
	return m
}

// fromYCbCr is JFIF's transform, in 16 bits behind the point.
func fromYCbCr(y, cb, cr int) (r, g, b int) {
	y, cb, cr = y<<16+1<<15, cb-128, cr-128
	return clamp((y + 91881*cr) >> 16), clamp((y - 22554*cb - 46802*cr) >> 16), clamp((y + 116130*cb) >> 16)
}
