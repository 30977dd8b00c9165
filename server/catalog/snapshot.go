package catalog

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// form is that of stored shelves: counted up whenever what they hold, or what a facet
// means, changes. A shelf of another form is made anew.
const form = 2

// formNow tells apart shelves of programs whose kinds have other facets.
var formNow = func() int {
	h := fnv.New32a()
	for _, p := range plansInOrder() {
		for _, text := range p.signature() {
			io.WriteString(h, text+"\n")
		}
	}
	return int(h.Sum32()>>8)<<8 | form
}()

func plansInOrder() (out []*plan) {
	for _, p := range planned {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *plan) int { return strings.Compare(a.kind.Name, b.kind.Name) })
	return out
}

func (p *plan) signature() []string {
	out := []string{p.kind.Name, p.own}
	for _, f := range p.few {
		out = append(out, "few "+f.Name)
	}
	for _, f := range p.refs {
		out = append(out, "ids "+f.Name)
	}
	return out
}

// encode writes an area's shelves, with the texts that numbers and codes stand for: they
// are numbered anew wherever it is read. The catalog is locked for reading.
func (c *Catalog) encode(a *area) []byte {
	w := &writer{c: c, numbers: map[number]uint64{0: 0}, texts: []string{""}}
	for _, p := range plansInOrder() {
		if s := a.shelves[p]; s != nil && len(s.ids) > 0 {
			w.shelf(s)
		}
	}
	return append(appendTexts(nil, w.texts), w.out...)
}

type writer struct {
	c       *Catalog
	numbers map[number]uint64
	texts   []string
	out     []byte
}

func (w *writer) count(n int) { w.out = binary.AppendUvarint(w.out, uint64(n)) }

func (w *writer) number(n number) {
	at, ok := w.numbers[n]
	if !ok {
		at = uint64(len(w.texts))
		w.numbers[n] = at
		w.texts = append(w.texts, w.c.subjects.text(n))
	}
	w.out = binary.AppendUvarint(w.out, at)
}

func (w *writer) shelf(s *shelf) {
	w.out = appendText(w.out, s.plan.kind.Name)
	w.count(len(s.ids))
	keys := map[code]int{}
	var said []code
	for _, c := range s.codes {
		if _, ok := keys[c]; !ok {
			keys[c] = len(said)
			said = append(said, c)
		}
	}
	w.count(len(said))
	for _, c := range said {
		w.out = appendText(w.out, w.c.codes[s.plan].all[c].key)
	}
	for _, i := range s.ids {
		w.out = append(w.out, i[:]...)
	}
	for _, at := range s.at {
		w.out = binary.AppendVarint(w.out, at)
	}
	for _, c := range s.codes {
		w.count(keys[c])
	}
	for i := range s.refs {
		w.sets(&s.refs[i])
	}
	for _, name := range s.names {
		w.out = appendText(w.out, name)
	}
}

// sets writes a column: those of its sets that some row has, then the rows.
func (w *writer) sets(col *refs) {
	places := map[uint32]int{0: 0}
	said := []uint32{0}
	for _, r := range col.rows {
		if _, ok := places[r]; !ok {
			places[r] = len(said)
			said = append(said, r)
		}
	}
	w.count(len(said))
	for _, at := range said {
		w.count(len(col.at(at)))
		for _, n := range col.at(at) {
			w.number(n)
		}
	}
	for _, r := range col.rows {
		w.count(places[r])
	}
}

// restore fills an area from its stored shelf, if there is one of this store and form
// that can be read; else the area stays empty.
func (c *Catalog) restore(ctx context.Context, a *area, epoch string) error {
	if c.Shelves == nil {
		return nil
	}
	stored, err := c.Shelves.Shelf(ctx, a.id)
	if err != nil {
		return fmt.Errorf("catalog: the shelf of %s: %w", a.id, err)
	}
	if stored == nil || stored.Epoch != epoch || stored.Form != formNow {
		return nil
	}
	entries, ok := decode(stored.Data)
	if !ok {
		return nil
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.epoch == epoch {
		a.apply(c, delta{stored.Seq, entries})
		a.kept, a.dirty = stored.Seq, 0
	}
	return nil
}
