package phone

import (
	"encoding/json"
	"slices"
)

// A View is a record as the phone shows it: the server's row with the user's own lines of which the rows cannot tell yet.
// An editor takes from it what its commit has seen.
type View struct {
	ID, Kind, Area string

	// By are the ids in the row's by and of the own pending lines: what a void has seen.
	By []string
	// Content is By without lines that only wrote notes: what a step of a state has seen.
	Content []string

	Fields map[string][]Value // registers, groups and states; the first value is the one shown
	Sets   map[string][]Value // one entry per addition, equal elements too
	Notes  map[string][]Value
}

// A Value is one value and the commit that wrote it.
type Value struct {
	By  string
	Raw json.RawMessage
}

// Seen are the ids of all values of a register, group or state.
func (v View) Seen(field string) []string {
	var ids []string
	for _, x := range v.Fields[field] {
		ids = append(ids, x.By)
	}
	return ids
}

// SeenElement are the ids of the additions of one element of a set.
func (v View) SeenElement(field string, element any) []string {
	raw, err := encode(element)
	if err != nil {
		return nil
	}
	var ids []string
	for _, x := range v.Sets[field] {
		if equalJSON(x.Raw, raw) {
			ids = append(ids, x.By)
		}
	}
	return ids
}

// Text is the shown value of a field that holds a text, "" for none.
func (v View) Text(field string) string {
	var s string
	if values := v.Fields[field]; len(values) > 0 {
		_ = json.Unmarshal(values[0].Raw, &s) // another type is no text
	}
	return s
}

// sets are the fields that an array in a new record fills element by element.
var sets = map[string][]string{
	"visit":     {"persons", "visitors", "needs", "photos", "audio"},
	"household": {"members"},
	"person":    {"categories"},
}

// Shown returns the record as the phone shows it now; false when the phone knows nothing of it.
func (p *Phone) Shown(rid string) (View, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := fold{View: View{ID: rid, Fields: map[string][]Value{}, Sets: map[string][]Value{}, Notes: map[string][]Value{}},
		dead: map[string]bool{}}
	row := p.rows[rid]
	if row != nil {
		f.row(row)
	}
	for _, l := range p.log {
		held := l.Answer.Given() && !l.Answer.Applied()
		if l.settled || held || row != nil && slices.Contains(row.By, l.ID) {
			continue
		}
		f.line(l)
	}
	return f.View, f.Kind != ""
}
