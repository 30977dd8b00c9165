package phone

import (
	"encoding/json"
	"slices"
)

// fold lays lines over a row by the rules of the merge.
type fold struct {
	View
	dead map[string]bool // "<field>\n<id>": replaced before it came
}

func (f *fold) row(r *Row) {
	f.Kind, f.Area, f.By = r.Kind, r.Area, slices.Clone(r.By)
	content := map[string]bool{r.By[r.C]: true}
	values := func(entries []Entry) []Value {
		out := make([]Value, len(entries))
		for i, e := range entries {
			out[i] = Value{r.By[e.K], e.V}
		}
		return out
	}
	for field, entries := range r.F {
		f.Fields[field] = values(entries)
	}
	for field, entries := range r.S {
		f.Sets[field] = values(entries)
	}
	for _, shown := range []map[string][]Value{f.Fields, f.Sets} {
		for _, list := range shown {
			for _, v := range list {
				content[v.By] = true
			}
		}
	}
	for field, entries := range r.L {
		f.Notes[field] = values(entries)
	}
	for _, id := range r.By {
		if content[id] {
			f.Content = append(f.Content, id)
		}
	}
}

func (f *fold) line(l *Line) {
	var c struct{ Do [][]json.RawMessage }
	if json.Unmarshal(l.Bytes, &c) != nil {
		return
	}
	touched, noted := false, false
	for _, raw := range c.Do {
		var verb, rid string
		if len(raw) < 4 || json.Unmarshal(raw[0], &verb) != nil || json.Unmarshal(raw[1], &rid) != nil || rid != f.ID {
			continue
		}
		if verb == "log" {
			noted = true
		} else {
			touched = true
		}
		f.item(l.ID, verb, raw)
	}
	if touched || noted {
		f.By = append(f.By, l.ID)
	}
	if touched {
		f.Content = append(f.Content, l.ID)
	}
}

// item folds one item of a commit; one of another shape is for the server to hold.
func (f *fold) item(id, verb string, raw []json.RawMessage) {
	text := func(i int) (s string) {
		if i < len(raw) {
			_ = json.Unmarshal(raw[i], &s)
		}
		return s
	}
	seen := func(i int) (ids []string) {
		if i < len(raw) {
			_ = json.Unmarshal(raw[i], &ids)
		}
		return ids
	}
	field := text(2)
	switch verb {
	case "new":
		if len(raw) < 5 {
			return
		}
		f.create(id, field, text(3), raw[4])
	case "set":
		f.Fields[field] = f.write(f.Fields[field], field, Value{id, raw[3]}, seen(4))
	case "add":
		f.Sets[field] = append(f.Sets[field], Value{id, raw[3]})
	case "rm":
		gone := seen(4)
		f.Sets[field] = slices.DeleteFunc(slices.Clone(f.Sets[field]), func(v Value) bool {
			return slices.Contains(gone, v.By) && equalJSON(v.Raw, raw[3])
		})
	case "log":
		f.Notes[field] = append(f.Notes[field], Value{id, raw[3]})
	case "go":
		if len(raw) < 5 {
			return
		}
		if field == "area" {
			f.Area = text(4)
		} else {
			f.Fields[field] = []Value{{id, raw[4]}}
		}
	}
}

func (f *fold) create(id, kind, area string, fields json.RawMessage) {
	if f.Kind == "" {
		f.Kind, f.Area = kind, area
	}
	var values map[string]json.RawMessage
	if json.Unmarshal(fields, &values) != nil {
		return
	}
	for field, raw := range values {
		if !slices.Contains(sets[kind], field) {
			f.Fields[field] = f.write(f.Fields[field], field, Value{id, raw}, nil)
			continue
		}
		var elements []json.RawMessage
		_ = json.Unmarshal(raw, &elements)
		for _, e := range elements {
			f.Sets[field] = append(f.Sets[field], Value{id, e})
		}
	}
}

// write replaces the heads that were seen. The own latest value is shown first, as its editor left it.
func (f *fold) write(heads []Value, field string, v Value, seen []string) []Value {
	var rest []Value
	for _, h := range heads {
		if !slices.Contains(seen, h.By) {
			rest = append(rest, h)
		}
	}
	for _, id := range seen {
		if !slices.ContainsFunc(heads, func(h Value) bool { return h.By == id }) {
			f.dead[field+"\n"+id] = true
		}
	}
	if f.dead[field+"\n"+v.By] {
		return rest
	}
	return append([]Value{v}, rest...)
}

// equalJSON compares as the protocol does: parsed, with the order of keys ignored and numbers as doubles.
func equalJSON(a, b json.RawMessage) bool {
	return canonical(a) == canonical(b)
}

func canonical(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return string(raw)
	}
	return string(out)
}
