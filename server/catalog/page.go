package catalog

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// page keeps the first places behind one, in the order asked for. It holds twice what
// is wanted and one more at the most, and throws the later half away when it is full.
type page struct {
	limit  int // 0: all
	oldest bool
	after  *Place

	hits     []hit
	last     *hit  // no row behind it is wanted any more
	from, to int64 // no row of another time is
}

func newPage(q Query) page {
	p := page{limit: q.Limit, oldest: q.Oldest, after: q.After, from: math.MinInt64, to: math.MaxInt64}
	if p.after != nil && p.oldest {
		p.from = p.after.At
	} else if p.after != nil {
		p.to = p.after.At
	}
	return p
}

type hit struct {
	at int64
	id id
	in *area
}

// order compares places as they are asked for.
func (p *page) order(a, b *hit) int {
	n := cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.id[:], b.id[:]))
	if p.oldest {
		return n
	}
	return -n
}

func (p *page) see(at int64, i id, in *area) {
	h := hit{at, i, in}
	if p.last != nil && p.order(p.last, &h) < 0 {
		return
	}
	if p.after != nil {
		from := hit{at: p.after.At, id: idOf(p.after.ID)}
		if p.order(&h, &from) <= 0 {
			return
		}
	}
	p.hits = append(p.hits, h)
	if p.limit > 0 && len(p.hits) > 2*p.limit+1 {
		p.cut()
	}
}

// cut leaves one more than is wanted, which tells that there are others.
func (p *page) cut() {
	slices.SortFunc(p.hits, func(a, b hit) int { return p.order(&a, &b) })
	if p.limit > 0 && len(p.hits) > p.limit+1 {
		p.hits = p.hits[:p.limit+1]
		last := p.hits[p.limit]
		p.last = &last
		if p.oldest {
			p.to = last.at
		} else {
			p.from = last.at
		}
	}
}

func (p *page) end() (out []Hit, more bool) {
	p.cut() // what is left are the hits, in order
	if more = p.limit > 0 && len(p.hits) > p.limit; more {
		p.hits = p.hits[:p.limit]
	}
	for _, h := range p.hits {
		out = append(out, Hit{Place: Place{h.at, h.id.record()}, Area: h.in.id})
	}
	return out, more
}
