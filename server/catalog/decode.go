package catalog

// decode reads what encode wrote, and reports whether it could.
func decode(data []byte) (out []entry, ok bool) {
	r := &reader{cursor: cursor{rest: data}}
	r.said = r.texts()
	for len(r.rest) > 0 && !r.bad {
		p := planned[r.text()]
		if p == nil {
			return nil, false
		}
		out = append(out, r.shelf(p)...)
	}
	return out, !r.bad
}

type reader struct {
	cursor
	said []string // texts that columns name by their place
}

// pick reads the place of one of so many things.
func (r *reader) pick(of int) int {
	n := r.number()
	if n >= uint64(of) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *reader) shelf(p *plan) []entry {
	out := make([]entry, r.count())
	keys := r.texts()
	for i := range out {
		out[i].plan = p
		copy(out[i].id[:], r.bytes(16))
	}
	for i := range out {
		out[i].at = r.signed()
	}
	for i := range out {
		if at := r.pick(len(keys)); !r.bad {
			out[i].key = keys[at]
		}
	}
	for range p.refs {
		r.sets(out)
	}
	if p.own != "" {
		for i := range out {
			out[i].name = r.text()
		}
	}
	return out
}

func (r *reader) sets(out []entry) {
	var sets [][]string
	for n := r.count(); n > 0 && !r.bad; n-- {
		var set []string
		for m := r.count(); m > 0 && !r.bad; m-- {
			if at := r.pick(len(r.said)); !r.bad {
				set = append(set, r.said[at])
			}
		}
		sets = append(sets, set)
	}
	for i := range out {
		if at := r.pick(len(sets)); !r.bad {
			out[i].refs = append(out[i].refs, sets[at])
		}
	}
}
