package coarse

import (
	"encoding/binary"
	mathbits "math/bits"
	"math/rand/v2"
)

// file is a JPEG to be written, each block of one value.
type file struct {
	w, h        int
	sampling    [][2]int // h, v of each component
	ids         []byte
	progressive bool // means first without their last bit, a scan a component, then some detail, then that bit
	adobe       int  // its transform, -1 for no such segment
	restart     int
}

// writer puts bits into bytes, stuffed.
type writer struct {
	b   []byte
	acc uint32
	n   int
}

func (w *writer) put(v uint32, n int) {
	for ; n > 0; n-- {
		w.acc = w.acc<<1 | v>>(n-1)&1
		if w.n++; w.n == 8 {
			w.b = append(w.b, byte(w.acc))
			if byte(w.acc) == 0xff {
				w.b = append(w.b, 0)
			}
			w.acc, w.n = 0, 0
		}
	}
}

func (w *writer) end() {
	if w.n > 0 {
		w.put(0xff, 8-w.n)
	}
}

// diff writes a mean's difference; of the 16 categories each has a code of 5 bits
// but the last, which no file needs.
func (w *writer) diff(v int) {
	size := mathbits.Len(uint(max(v, -v)))
	w.put(uint32(size), 5)
	if v < 0 {
		v += 1<<size - 1
	}
	w.put(uint32(v), size)
}

func segment(b []byte, marker byte, body []byte) []byte {
	b = append(b, 0xff, marker)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)+2))
	return append(b, body...)
}

// table has codes of 5 bits for 0 to 12.
func table(class byte) []byte {
	t := append([]byte{class}, make([]byte, 16)...)
	t[5] = 13
	for v := range byte(13) {
		t = append(t, v)
	}
	return t
}

// written gives a file and the means of each component's blocks, from 0 to 255.
func (f file) written(r *rand.Rand) ([]byte, [][]int) {
	marker := byte(sof0)
	if f.progressive {
		marker = sof2
	}
	sof := []byte{8, 0, 0, 0, 0, byte(len(f.sampling))}
	binary.BigEndian.PutUint16(sof[1:], uint16(f.h))
	binary.BigEndian.PutUint16(sof[3:], uint16(f.w))
	for i, s := range f.sampling {
		sof = append(sof, f.ids[i], byte(s[0]<<4|s[1]), 0)
	}
	fr, err := readFrame(marker, sof)
	if err != nil {
		panic(err)
	}
	quanta := make([]byte, 65)
	for i := range quanta[1:] {
		quanta[1+i] = 8
	}
	b := []byte{0xff, soi}
	if f.adobe >= 0 {
		b = segment(b, app14, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(f.adobe)))
	}
	b = segment(segment(b, dqt, quanta), marker, sof)
	b = segment(segment(b, dht, table(0)), dht, table(0x10))
	if f.restart > 0 {
		b = segment(b, dri, []byte{byte(f.restart >> 8), byte(f.restart)})
	}
	var values [][]int
	for _, c := range fr.comps {
		v := make([]int, c.blocksX*c.rowsY)
		for i := range v {
			v[i] = r.IntN(256)
		}
		values = append(values, v)
	}
	if !f.progressive {
		b = f.scan(b, fr, values, all(len(f.sampling)), 0, 0, 0)
	} else {
		for i := range f.sampling {
			b = f.scan(b, fr, values, []int{i}, 0, 1, 0)
		}
		b = f.scan(b, fr, values, []int{0}, 0, 0, 1) // detail: none
		b = f.scan(b, fr, values, all(len(f.sampling)), 1, 0, 0)
	}
	return append(b, 0xff, eoi), values
}

func all(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

func (f file) scan(b []byte, fr *frame, values [][]int, of []int, high, low, first int) []byte {
	head := []byte{byte(len(of))}
	for _, i := range of {
		head = append(head, f.ids[i], 0)
	}
	last := byte(63)
	if f.progressive && first == 0 {
		last = 0
	}
	b = segment(b, sos, append(head, byte(first), last, byte(high<<4|low)))
	across, down := fr.mcusX, fr.mcusY
	if len(of) == 1 {
		across, down = fr.comps[of[0]].ownX, fr.comps[of[0]].ownY
	}
	w, before := &writer{}, make([]int, len(values))
	for mcu := range across * down {
		if f.restart > 0 && mcu > 0 && mcu%f.restart == 0 {
			w.end()
			w.b = append(w.b, 0xff, byte(rst0+(mcu/f.restart-1)%8))
			clear(before)
		}
		for _, i := range of {
			c := fr.comps[i]
			n, h := c.h*c.v, c.h
			if len(of) == 1 {
				n, h = 1, 1
			}
			for k := range n {
				x, y := mcu%across*h+k%h, mcu/across*(n/h)+k/h
				v := values[i][y*c.blocksX+x] - 128
				switch {
				case first > 0:
					w.put(0, 5) // nothing in this block
				case high > 0:
					w.put(uint32(v)&1, 1)
				default:
					v >>= low
					w.diff(v - before[i])
					before[i] = v
					if !f.progressive {
						w.put(0, 5)
					}
				}
			}
		}
	}
	w.end()
	return append(b, w.b...)
}
