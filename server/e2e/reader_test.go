package e2e_test

import (
	"slices"

	"zoufang/internal/phone"
)

// reader keeps a phone's table by the protocol's text alone, page by page.
type reader struct {
	h      *handset
	cursor any
	rows   map[string]*phone.Row
	fresh  map[string]map[string]bool // areas read from 0: what was sent of them
	areas  []string                   // of the last scope sent, above included
	above  []string
	pages  int
	last   *said
}

func (h *handset) reader() *reader {
	return &reader{h: h, rows: map[string]*phone.Row{}, fresh: map[string]map[string]bool{}}
}

// reads reads everything from 0.
func (h *handset) reads() *reader { h.s.Helper(); return h.reader().reads() }

// reads goes on to the end and compares the sums.
func (r *reader) reads() *reader {
	r.h.s.Helper()
	for r.page(ask{}).more {
		if r.pages > 1000 {
			r.h.s.Fatal("the reading has no end")
		}
	}
	return r
}

// page makes one round trip and takes the reply over.
func (r *reader) page(a ask, lines ...[]byte) *said {
	r.h.s.Helper()
	a.cursor, a.zip = r.cursor, true
	s := r.h.asks(a, lines...).said()
	r.pages++
	r.take(s)
	return s
}

func (r *reader) take(s *said) {
	r.h.s.Helper()
	r.last = s
	if scope, ok := s.first["scope"].(map[string]any); ok {
		r.above = texts(scope["above"])
		r.areas = append(texts(scope["areas"]), r.above...)
	}
	for _, area := range s.fresh() {
		r.fresh[area] = map[string]bool{}
	}
	for _, g := range s.gone {
		if had := r.rows[g.ID]; had != nil && had.Area == g.Area {
			delete(r.rows, g.ID)
		}
	}
	for rid, row := range s.rows {
		r.rows[rid] = row
		if sent := r.fresh[row.Area]; sent != nil {
			sent[rid] = true
		}
	}
	if r.cursor = s.cursor; s.more {
		if len(s.sum) > 0 {
			r.h.s.Errorf("sums with more to come: %v", s.sum)
		}
		return
	}
	for rid, row := range r.rows {
		if sent := r.fresh[row.Area]; sent != nil && !sent[rid] || !slices.Contains(r.areas, row.Area) {
			delete(r.rows, rid)
		}
	}
	r.fresh = map[string]map[string]bool{}
	for _, area := range r.areas {
		if got := sumOf(r.rows, area); s.sum[area] != got {
			r.h.s.Errorf("sum of %s: the server says %q, its rows give %q", area, s.sum[area], got)
		}
	}
	if len(s.sum) != len(r.areas) {
		r.h.s.Errorf("sums of %v, areas are %v", s.sum, r.areas)
	}
}
