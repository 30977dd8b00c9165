package desk

import (
	"encoding/json"
	"maps"

	"zoufang"
	"zoufang/internal/fold"
)

// Masked gives a copy of a record for programs: numbers of people are masked by what
// they are, in whatever field they were written, not only in those that are sealed.
func Masked(r *zoufang.Record) *zoufang.Record {
	out := *r
	k := zoufang.KindOf(r.Kind)
	out.Heads = maps.Clone(r.Heads)
	for name, h := range r.Heads {
		if masked := maskedHeads(k, name, h.Live); masked != nil {
			delete(out.Heads, name)
			out.Heads[fold.Mask(name)] = &zoufang.Heads{Live: masked, Dead: h.Dead}
		}
	}
	out.Sets = maps.Clone(r.Sets)
	for name, set := range r.Sets {
		for key, e := range set {
			if masked := maskedHeads(k, name, e.Live); masked != nil {
				changed := maps.Clone(out.Sets[name])
				changed[key] = &zoufang.Heads{Live: masked, Dead: e.Dead}
				out.Sets[name] = changed
			}
		}
	}
	out.Logs = maps.Clone(r.Logs)
	for name, notes := range r.Logs {
		if masked := maskedHeads(k, name, notes); masked != nil {
			out.Logs[name] = masked
		}
	}
	return &out
}

// maskedHeads gives the values with what is to be masked in them, or nil where that is
// nothing.
func maskedHeads(k *zoufang.Kind, name string, heads []zoufang.Head) []zoufang.Head {
	var f *zoufang.Field
	if k != nil {
		f = k.Field(name)
	}
	renamed := fold.Mask(name) != name
	if f == nil || f.Sealed { // these are masked whole as the row is laid out
		if !renamed {
			return nil
		}
		return heads
	}
	var out []zoufang.Head
	for i, h := range heads {
		if !fold.Sensitive(h.Value) {
			continue
		}
		v := maskedValue(f, h.Value)
		if v.Equal(h.Value) {
			continue
		}
		if out == nil {
			out = append(out, heads...)
		}
		out[i].Value = v
	}
	if out == nil && renamed {
		return heads
	}
	return out
}

// plainTypes hold what people write; ids, digests, numbers and choices are none.
var plainTypes = map[zoufang.Type]bool{zoufang.Text: true, zoufang.Any: true, zoufang.Object: true, zoufang.List: true}

func maskedValue(f *zoufang.Field, v zoufang.Value) zoufang.Value {
	if !plainTypes[f.Type] {
		return v
	}
	members, ok := v.Object()
	if !ok || f.Class != zoufang.Group {
		return maskedText(v)
	}
	out := map[string]json.RawMessage{}
	for name, m := range members {
		if of := f.Member(name); of == nil || plainTypes[of.Type] {
			m = maskedText(m)
		}
		out[fold.Mask(name)] = json.RawMessage(m)
	}
	return zoufang.ValueOf(out)
}

// maskedText masks the texts and numbers of any value.
func maskedText(v zoufang.Value) zoufang.Value {
	switch v.Type() {
	case '"':
		s, _ := v.Text()
		return zoufang.Quote(fold.Mask(s))
	case '0':
		if s := string(v); fold.Mask(s) != s {
			return zoufang.Quote(fold.Mask(s))
		}
	case '[':
		list, _ := v.Array()
		out := make([]json.RawMessage, len(list))
		for i, e := range list {
			out[i] = json.RawMessage(maskedText(e))
		}
		return zoufang.ValueOf(out)
	case '{':
		members, _ := v.Object()
		out := map[string]json.RawMessage{}
		for name, m := range members {
			out[fold.Mask(name)] = json.RawMessage(maskedText(m))
		}
		return zoufang.ValueOf(out)
	}
	return v
}
