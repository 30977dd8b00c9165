package coarse

// decoder is a file while it is read.
type decoder struct {
	frame   *frame
	quant   [4]int // of the mean, by table
	dc, ac  [4]*huffman
	restart int // MCUs between restart markers, 0: none
	adobe   int // the transform its segment names, -1 without one
	scanned map[*component]bool
}

type part struct {
	*component
	dc, ac *huffman
	last   int // the mean of the block before
}

// scan is one scan's parameters.
type scan struct {
	parts     []*part
	low, high int // bits: the one that is sent, and the one that was sent before (0: none)
	detail    bool
}

func (d *decoder) readScan(b []byte) (*scan, error) {
	if d.frame == nil || len(b) < 1 {
		return nil, ErrBroken
	}
	n := int(b[0])
	if n < 1 || n > len(d.frame.comps) || len(b) != 4+2*n {
		return nil, ErrBroken
	}
	s := &scan{}
	blocks := 0
	for i := range n {
		id, tables := int(b[1+2*i]), b[2+2*i]
		var of *component
		for _, c := range d.frame.comps {
			if c.id == id {
				of = c
			}
		}
		if of == nil || tables>>4 > 3 || tables&15 > 3 {
			return nil, ErrBroken
		}
		for _, p := range s.parts {
			if p.component == of {
				return nil, ErrBroken
			}
		}
		s.parts = append(s.parts, &part{component: of, dc: d.dc[tables>>4], ac: d.ac[tables&15]})
		blocks += of.h * of.v
	}
	if n > 1 && blocks > 10 {
		return nil, ErrBroken
	}
	first, last := b[1+2*n], b[2+2*n]
	s.high, s.low = int(b[3+2*n]>>4), int(b[3+2*n]&15)
	if !d.frame.progressive {
		s.high, s.low = 0, 0
	} else if s.detail = first > 0; !s.detail && (last != 0 || s.low > 13 || s.high > 13) {
		return nil, ErrBroken
	}
	return s, nil
}

// read takes a scan's means out of its data.
func (d *decoder) read(s *scan, data []byte) error {
	r := &bits{b: data}
	f := d.frame
	across, down := f.mcusX, f.mcusY
	if len(s.parts) == 1 {
		across, down = s.parts[0].ownX, s.parts[0].ownY
	}
	for _, p := range s.parts {
		if p.component.dc == nil {
			p.component.dc = make([]int16, p.blocksX*p.rowsY)
		}
	}
	for mcu := range across * down {
		if d.restart > 0 && mcu > 0 && mcu%d.restart == 0 {
			if err := r.restart(); err != nil {
				return err
			}
			for _, p := range s.parts {
				p.last = 0
			}
		}
		x, y := mcu%across, mcu/across
		for _, p := range s.parts {
			if len(s.parts) == 1 {
				if err := d.block(r, s, p, y*p.blocksX+x); err != nil {
					return err
				}
				continue
			}
			for i := range p.h * p.v {
				if err := d.block(r, s, p, (y*p.v+i/p.h)*p.blocksX+x*p.h+i%p.h); err != nil {
					return err
				}
			}
		}
	}
	if !d.frame.progressive && stray(r.b) > maxStray {
		return ErrBroken
	}
	for _, p := range s.parts {
		d.scanned[p.component] = true
	}
	return nil
}

// maxStray is how many bytes may be left of a scan when its last block was read.
// Some cameras leave a few; noise behind a header, of which most bits are read as
// some block or other, leaves all it has.
const maxStray = 512

// stray counts the bytes before the next marker, padding apart.
func stray(b []byte) (n int) {
	for i, c := range b {
		if c == 0xff && i+1 < len(b) && b[i+1] != 0 && b[i+1] != 0xff {
			break
		}
		if c != 0 && c != 0xff {
			n++
		}
	}
	return n
}

func (d *decoder) block(r *bits, s *scan, p *part, at int) error {
	if s.high > 0 { // one bit more of what was sent before
		bit, err := r.take(1)
		p.component.dc[at] |= int16(bit << s.low)
		return err
	}
	size, err := p.dc.next(r)
	if err != nil {
		return err
	}
	if size > 15 {
		return ErrBroken
	}
	v, err := r.take(size)
	if err != nil {
		return err
	}
	if size > 0 && v < 1<<(size-1) {
		v += 1 - 1<<size
	}
	p.last += v
	p.component.dc[at] = int16(p.last << s.low)
	if d.frame.progressive {
		return nil
	}
	for k := 1; k < 64; { // the rest of the block is passed over
		rs, err := p.ac.next(r)
		if err != nil {
			return err
		}
		run, size := rs>>4, rs&15
		switch {
		case size == 0 && run < 15:
			return nil
		case size == 0:
			k += 16
			continue
		}
		if k += run + 1; k > 64 {
			return ErrBroken
		}
		if _, err := r.take(size); err != nil {
			return err
		}
	}
	return nil
}
