package coarse

// bits reads the bits of a scan: bytes up to the next marker, unstuffed.
type bits struct {
	b    []byte // what is left
	acc  uint64
	n    int // bits in acc
	made int // of these, at its end, that no byte stood for
}

func (r *bits) fill() {
	for r.n <= 48 {
		var c byte
		switch {
		case len(r.b) == 0 || r.b[0] == 0xff && (len(r.b) < 2 || r.b[1] != 0):
			r.made += 8
		case r.b[0] == 0xff:
			c, r.b = 0xff, r.b[2:]
		default:
			c, r.b = r.b[0], r.b[1:]
		}
		r.acc = r.acc<<8 | uint64(c)
		r.n += 8
	}
}

// take reads up to 16 bits.
func (r *bits) take(n int) (int, error) {
	if n == 0 {
		return 0, nil
	}
	if r.n < n {
		r.fill()
	}
	r.n -= n
	if r.n < r.made {
		return 0, ErrShort
	}
	return int(r.acc>>r.n) & (1<<n - 1), nil
}

// restart goes on behind the restart marker that must come next.
func (r *bits) restart() error {
	r.acc, r.n, r.made = 0, 0, 0
	for len(r.b) > 1 && r.b[0] == 0xff && r.b[1] == 0xff {
		r.b = r.b[1:]
	}
	if len(r.b) < 2 {
		return ErrShort
	}
	if r.b[0] != 0xff || r.b[1] < rst0 || r.b[1] > rst7 {
		return ErrBroken
	}
	r.b = r.b[2:]
	return nil
}

// huffman is a table of codes. Codes of up to 8 bits are looked up.
type huffman struct {
	look  [256]uint16 // value<<8 | length; 0: longer
	most  [17]int     // the last code of each length, -1 for none
	first [17]int     // what to add to a code to find its value
	vals  []byte
}

func (h *huffman) read(counts, vals []byte) error {
	*h = huffman{vals: vals}
	code, at := 0, 0
	for length := 1; length <= 16; length++ {
		n := int(counts[length-1])
		h.most[length], h.first[length] = -1, at-code
		if n > 0 {
			if code+n > 1<<length {
				return ErrBroken
			}
			h.most[length] = code + n - 1
		}
		for range n {
			if length <= 8 {
				from := code << (8 - length)
				for i := from; i < from+1<<(8-length); i++ {
					h.look[i] = uint16(vals[at])<<8 | uint16(length)
				}
			}
			code++
			at++
		}
		code <<= 1
	}
	return nil
}

func (h *huffman) next(r *bits) (int, error) {
	if h == nil || h.vals == nil {
		return 0, ErrBroken
	}
	if r.n < 16 {
		r.fill()
	}
	if e := h.look[byte(r.acc>>(r.n-8))]; e != 0 {
		if r.n -= int(e & 0xff); r.n < r.made {
			return 0, ErrShort
		}
		return int(e >> 8), nil
	}
	for length := 9; length <= 16; length++ {
		code := int(r.acc>>(r.n-length)) & (1<<length - 1)
		if code <= h.most[length] {
			if r.n -= length; r.n < r.made {
				return 0, ErrShort
			}
			return int(h.vals[h.first[length]+code]), nil
		}
	}
	if r.n-16 < r.made {
		return 0, ErrShort
	}
	return 0, ErrBroken
}
