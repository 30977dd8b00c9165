package simulate

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

type record struct {
	kind, area, creator, state, stateBy string
	seq                                 int64
	regs                                map[string]*heads
	sets                                map[string]map[string]*heads
	notes                               map[string][]head
}

type head struct {
	by  string
	raw json.RawMessage
}

type heads struct {
	live []head
	dead map[string]bool
}

// wake judges waiting lines again until none can go on.
func (v *village) wake() {
	for again := true; again; {
		again = false
		for _, id := range v.order {
			if l := v.lines[id]; l.code == "waiting" {
				if l.code = v.judge(id, l.bytes); l.code == "" {
					again = true
				}
			}
		}
	}
}

func (v *village) judge(id string, line []byte) string {
	var c struct{ Do [][]json.RawMessage }
	if json.Unmarshal(line, &c) != nil {
		return "schema"
	}
	here := map[string]bool{}
	for _, item := range c.Do {
		rid := text(item[1])
		rec := v.records[rid]
		switch verb := text(item[0]); {
		case verb == "new" && text(item[3]) != home:
			return "scope"
		case verb == "new" && bytes.Contains(item[4], []byte("no_such_field")):
			return "invalid"
		case verb == "new":
			here[rid] = true
		case rec == nil && !here[rid]:
			return "waiting"
		case verb == "go" && rec.state != text(item[3]) && rec.state != text(item[4]):
			return "stale_state"
		case verb == "go" && v.sin("refuse a step"):
			return "stale_state"
		}
	}
	for _, item := range c.Do {
		v.apply(id, item)
	}
	return ""
}

func (v *village) apply(id string, item []json.RawMessage) {
	rid, field := text(item[1]), text(item[2])
	rec := v.records[rid]
	if rec == nil {
		rec = &record{regs: map[string]*heads{}, sets: map[string]map[string]*heads{}, notes: map[string][]head{},
			kind: field, area: text(item[3]), creator: id}
		if field == "visit" {
			rec.state, rec.stateBy = "draft", id
		}
		v.records[rid] = rec
	}
	v.seq++
	rec.seq = v.seq
	seen := func(i int) (ids []string) { json.Unmarshal(item[i], &ids); return ids }
	switch text(item[0]) {
	case "new":
		var fields map[string]json.RawMessage
		json.Unmarshal(item[4], &fields)
		for f, raw := range fields {
			var elements []json.RawMessage
			if json.Unmarshal(raw, &elements) != nil || elements == nil {
				rec.reg(f).write(head{id, raw}, nil)
			}
			for _, e := range elements {
				rec.set(f, e).write(head{id, e}, nil)
			}
		}
	case "set":
		if v.sin("last writer wins") {
			rec.reg(field).live = nil
		}
		rec.reg(field).write(head{id, item[3]}, seen(4))
	case "add":
		rec.set(field, item[3]).write(head{id, item[3]}, nil)
	case "rm":
		rec.set(field, item[3]).see(seen(4))
	case "log":
		rec.notes[field] = append(rec.notes[field], head{id, item[3]})
	case "go":
		rec.state, rec.stateBy = text(item[4]), id
	}
}

func (r *record) reg(f string) *heads {
	if r.regs[f] == nil {
		r.regs[f] = &heads{dead: map[string]bool{}}
	}
	return r.regs[f]
}

func (r *record) set(f string, e json.RawMessage) *heads {
	if r.sets[f] == nil {
		r.sets[f] = map[string]*heads{}
	}
	if r.sets[f][string(e)] == nil {
		r.sets[f][string(e)] = &heads{dead: map[string]bool{}}
	}
	return r.sets[f][string(e)]
}

func (h *heads) see(ids []string) {
	for _, id := range ids {
		h.dead[id] = true
	}
	h.live = slices.DeleteFunc(h.live, func(x head) bool { return h.dead[x.by] })
}

func (h *heads) write(x head, seen []string) {
	h.see(seen)
	if !h.dead[x.by] {
		h.live = append(h.live, x)
	}
}

func (r *record) row(id string, v *village) []byte {
	by := []string{r.creator}
	k := func(id string) int {
		if i := slices.Index(by, id); i >= 0 {
			return i
		}
		by = append(by, id)
		return len(by) - 1
	}
	f, s, l := map[string][][]any{}, map[string][][]any{}, map[string][][]any{}
	var conflict []string
	for _, name := range slices.Sorted(maps.Keys(r.regs)) {
		for _, h := range r.regs[name].live {
			raw := h.raw
			if name == "note" && v.sin("touch a value") {
				raw = json.RawMessage(`"…"`)
			}
			f[name] = append(f[name], []any{k(h.by), raw})
		}
		if len(f[name]) > 1 {
			conflict = append(conflict, name)
		}
	}
	if r.state != "" {
		f["state"] = [][]any{{k(r.stateBy), r.state}}
	}
	for _, name := range slices.Sorted(maps.Keys(r.sets)) {
		for _, e := range slices.Sorted(maps.Keys(r.sets[name])) {
			for _, h := range r.sets[name][e].live {
				s[name] = append(s[name], []any{k(h.by), h.raw})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.notes)) {
		for _, h := range r.notes[name] {
			l[name] = append(l[name], []any{k(h.by), h.raw})
		}
	}
	w := make([][]any, len(by))
	for i := range w {
		w[i] = v.writer(by[i])
	}
	raw, _ := json.Marshal(map[string]any{"id": id, "kind": r.kind, "area": r.area, "seq": r.seq, "by": by, "w": w, "c": 0,
		"f": f, "s": s, "l": l, "conflict": conflict})
	return raw
}

func (v *village) writer(id string) []any {
	l := v.lines[id]
	if l == nil {
		return []any{"u", 1, 2} // forgotten
	}
	var c struct {
		User  string
		Heard int64
	}
	json.Unmarshal(l.bytes, &c)
	if v.sin("blame another") {
		c.User = "somebody"
	}
	return []any{c.User, c.Heard, l.at}
}
