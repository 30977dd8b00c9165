package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zoufang/internal/phone"
)

// A written value is what one applied line wrote.
type written struct {
	by  string
	raw json.RawMessage
}

// A ledger is what all applied lines together say of one record. What the server shows must be exactly this, in whatever
// order the lines came: every value that no line has seen and replaced, and no other.
type ledger struct {
	kind    string
	values  map[string][]written       // by field; set elements by field and element
	dead    map[string]map[string]bool // by the same key: ids that lines had seen
	notes   map[string][]written       // by field
	touched map[string]bool            // ids of all lines that name the record
}

// checkMerge computes every record from the lines alone and compares it with the rows. Records that others have written to
// as well are left out: of those lines the simulation knows nothing.
func (r *run) checkMerge() {
	rows := map[string]*phone.Row{}
	for _, h := range r.handsets {
		for id, row := range h.phone.Rows() {
			if known := rows[id]; known == nil || known.Seq < row.Seq && known.Area == row.Area {
				rows[id] = row
			}
		}
	}
	books := r.books()
	for _, id := range slices.Sorted(maps.Keys(books)) {
		book, row := books[id], rows[id]
		if row == nil {
			r.differ("record %s: applied lines, but no row", id)
			continue
		}
		if slices.ContainsFunc(row.By, func(by string) bool { return !book.touched[by] }) {
			continue
		}
		for _, f := range append(book.compare(row), r.compareWriters(row)...) {
			r.differ("record %s (%s): %s", id, row.Kind, f)
		}
		if len(row.Need) > 0 {
			r.differ("record %s (%s): still needs media %v", id, row.Kind, row.Need)
		}
	}
}

// clockLag is how far the stored clock, which answers tell, may be behind the server's
// own, which receipts tell: ms.
const clockLag = 1000

// compareWriters holds who and when to what the lines say: not before the server time the phone had last heard of.
func (r *run) compareWriters(row *phone.Row) (found []string) {
	for k, w := range row.W {
		line := r.finals[row.By[k]]
		var c struct {
			User  string
			Heard int64
		}
		_ = json.Unmarshal(line.Bytes, &c) // books has seen to it
		if w.User != c.User || w.From != c.Heard || w.To < w.From || w.To > line.Answer.Time+clockLag {
			found = append(found, fmt.Sprintf("line %s by %s, heard %d, answered %d, is shown as by %s, %d to %d", line.ID, c.User,
				c.Heard, line.Answer.Time, w.User, w.From, w.To))
		}
	}
	return found
}

func (r *run) books() map[string]*ledger {
	books := map[string]*ledger{}
	for id, line := range r.finals {
		if !line.Answer.Applied() {
			continue
		}
		var c struct{ Do [][]json.RawMessage }
		if err := json.Unmarshal(line.Bytes, &c); err != nil {
			r.differ("line %s was applied but is no commit", id)
			continue
		}
		for _, item := range c.Do {
			if len(item) < 4 {
				continue
			}
			rid := text(item[1])
			if books[rid] == nil {
				books[rid] = &ledger{values: map[string][]written{},
					dead: map[string]map[string]bool{}, notes: map[string][]written{}, touched: map[string]bool{}}
			}
			books[rid].enter(id, item)
		}
	}
	return books
}

// enter books one item. The simulation writes whole items only; it never leaves one short.
func (l *ledger) enter(id string, item []json.RawMessage) {
	l.touched[id] = true
	field := text(item[2])
	switch text(item[0]) {
	case "new":
		l.kind = field
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(item[4], &fields)
		for f, raw := range fields {
			var elements []json.RawMessage
			if json.Unmarshal(raw, &elements) != nil || elements == nil {
				l.values[f] = append(l.values[f], written{id, raw})
				continue
			}
			for _, e := range elements { // of all that the simulation writes, only sets are arrays
				l.add(id, f, e)
			}
		}
	case "set":
		l.values[field] = append(l.values[field], written{id, item[3]})
		l.see(field, item[4])
	case "add":
		l.add(id, field, item[3])
	case "rm":
		l.see(field+"\n"+string(item[3]), item[4])
	case "log":
		l.notes[field] = append(l.notes[field], written{id, item[3]})
	}
}

func (l *ledger) add(id, field string, element json.RawMessage) {
	key := field + "\n" + string(element)
	l.values[key] = append(l.values[key], written{id, element})
}

func (l *ledger) see(key string, seen json.RawMessage) {
	var ids []string
	_ = json.Unmarshal(seen, &ids)
	if l.dead[key] == nil {
		l.dead[key] = map[string]bool{}
	}
	for _, id := range ids {
		l.dead[key][id] = true
	}
}

func (l *ledger) compare(row *phone.Row) (found []string) {
	if l.kind != "" && row.Kind != l.kind {
		found = append(found, fmt.Sprintf("created as %s", l.kind))
	}
	shown := map[string][]written{}
	for field, entries := range row.F {
		if field == "state" {
			continue // follows the server's order
		}
		for _, e := range entries {
			shown[field] = append(shown[field], written{row.By[e.K], e.V})
		}
	}
	for field, entries := range row.S {
		for _, e := range entries {
			key := field + "\n" + string(e.V)
			shown[key] = append(shown[key], written{row.By[e.K], e.V})
		}
	}
	for key, all := range l.values {
		live := slices.DeleteFunc(slices.Clone(all), func(w written) bool { return l.dead[key][w.by] })
		found = append(found, differ(key, live, shown[key])...)
		delete(shown, key)
	}
	for key, extra := range shown {
		found = append(found, differ(key, nil, extra)...)
	}
	for field, notes := range l.notes {
		var entries []written
		for _, e := range row.L[field] {
			entries = append(entries, written{row.By[e.K], e.V})
		}
		found = append(found, differ(field, notes, entries)...)
	}
	slices.Sort(found)
	return found
}

// differ compares values regardless of order. Sealed values come masked: of these only the writers are compared.
func differ(key string, want, got []written) (found []string) {
	field, _, _ := strings.Cut(key, "\n")
	for _, w := range want {
		i := slices.IndexFunc(got, func(g written) bool { return g.by == w.by })
		if i < 0 {
			found = append(found, fmt.Sprintf("%s: the value of line %s is gone, and nobody replaced it", field, w.by))
		} else if field != "id_number" && !bytes.Equal(w.raw, got[i].raw) {
			found = append(found, fmt.Sprintf("%s: the value of line %s came back with other bytes", field, w.by))
		}
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(w written) bool { return w.by == g.by }) {
			found = append(found, fmt.Sprintf("%s: shows a value of line %s, which was replaced", field, g.by))
		}
	}
	return found
}

func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // what is no text is ""
	return s
}
