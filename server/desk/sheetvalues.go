package desk

import (
	"encoding/json"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/fold"
)

// logsOf lists the names under which a record has notes of a log or a family of them.
func logsOf(r *zoufang.Record, f *zoufang.Field) (out []string) {
	for name := range r.Logs {
		if name == f.Name || f.Family() && strings.HasPrefix(name, f.Name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// values gives every field's value as it is stored and shown, masked.
func (s *Sheet) values(r *zoufang.Record) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for i := range s.Kind.Fields {
		f := &s.Kind.Fields[i]
		if f.Class == zoufang.Log {
			for _, name := range logsOf(r, f) {
				notes := []json.RawMessage{}
				for _, n := range r.Logs[name] {
					notes = append(notes, s.masked(f, n.Value))
				}
				out[fold.Mask(name)] = json.RawMessage(zoufang.ValueOf(notes))
			}
			continue
		}
		for _, name := range names(r, f) {
			switch v := r.Shown(name); {
			case f.Class == zoufang.State:
				out[name] = json.RawMessage(zoufang.Quote(r.State(name)))
			case f.Class == zoufang.Elements:
				list := []json.RawMessage{}
				for _, e := range elements(r, name) {
					list = append(list, s.masked(f, e))
				}
				if len(list) > 0 {
					out[name] = json.RawMessage(zoufang.ValueOf(list))
				}
			case v != nil && !v.IsNull():
				out[fold.Mask(name)] = s.masked(f, v)
			}
		}
	}
	return out
}

// masked is a value of a field as programs of an office have it.
func (s *Sheet) masked(f *zoufang.Field, v zoufang.Value) json.RawMessage {
	switch {
	case f.Sealed && s.Open:
		return json.RawMessage(v)
	case f.Sealed:
		return json.RawMessage(zoufang.Mask(v))
	case f.Type == zoufang.Medium, f.Type == zoufang.Ref, f.Type == zoufang.Hash, f.Type == zoufang.Millis:
		return json.RawMessage(v)
	}
	return json.RawMessage(maskedText(v))
}
