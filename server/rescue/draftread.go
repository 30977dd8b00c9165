package rescue

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"zoufang"
	"zoufang/internal/fold"
)

// intent is what a phone says a draft would become.
type intent struct {
	V     int              `json:"v"`
	What  string           `json:"what"`
	Who   string           `json:"who"`
	Area  zoufang.AreaID   `json:"area"`
	About zoufang.RecordID `json:"about"`
	Form  string           `json:"form"`
	Items json.RawMessage  `json:"items"`
	At    int64            `json:"at"`
}

// readDraft reads what a phone kept. What it does not understand, of an app older or
// newer than this program, is shown as it stands sooner than not at all.
func readDraft(id string, at int64, plain zoufang.Value) Draft {
	var w intent
	if json.Unmarshal(plain, &w) != nil || w.V < 2 {
		d := Draft{At: at, id: id}
		d.read(plain)
		return d
	}
	if !w.About.Valid() {
		w.About = ""
	}
	d := Draft{What: shorter(fold.Told(w.What)), Who: shorter(fold.Told(w.Who)), At: cmp.Or(w.At, at), About: w.About, Area: w.Area, Form: w.Form, id: id}
	items, fault := zoufang.ParseItems(zoufang.Value(w.Items))
	if fault != nil || slices.ContainsFunc(items, unknown) {
		d.read(plain)
	} else {
		d.Items = items[:min(len(items), mostItems)]
	}
	return d
}

const mostItems = 200 // of one draft

func unknown(it zoufang.Item) bool {
	switch it.Op {
	case zoufang.OpNew:
		return zoufang.KindOf(it.Kind) == nil
	case zoufang.OpSet, zoufang.OpAdd, zoufang.OpRm, zoufang.OpLog, zoufang.OpGo, zoufang.OpJudge:
		return false
	}
	return true
}

// Answer is one value that a draft would write, masked where its field is sealed or
// unknown.
type Answer struct {
	Kind  *zoufang.Kind // nil where no kind has such a field
	Field string
	Value zoufang.Value
	Gone  bool // it is taken out of a set
}

// Answers lays out what the items say, a new record in the order of the table of
// kinds. Media speak for themselves, and so does what ties the records of one draft
// together. record reads one that is there, nil of others.
func (d *Draft) Answers(record func(zoufang.RecordID) (*zoufang.Record, error)) (out []Answer, err error) {
	made := map[string]bool{}
	for _, it := range d.Items {
		if it.Op == zoufang.OpNew {
			made[string(it.Record)] = true
		}
	}
	add := func(k *zoufang.Kind, name string, v zoufang.Value, gone bool) {
		if k == nil || k.Field(name) == nil {
			k = anyWith(name)
		}
		if k == nil {
			out = append(out, Answer{nil, name, zoufang.Mask(v), gone})
			return
		}
		switch f := k.Field(name); {
		case f.Sealed:
			v = zoufang.Mask(v)
		case f.Type == zoufang.Medium, f.Type == zoufang.Hash, f.Type == zoufang.Ref && within(made, v):
			return
		}
		out = append(out, Answer{k, name, told(v), gone})
	}
	for _, it := range d.Items {
		switch it.Op {
		case zoufang.OpNew:
			k := zoufang.KindOf(it.Kind)
			names := slices.Sorted(maps.Keys(it.Fields))
			for i := range k.Fields {
				for _, name := range names {
					if f := k.Field(name); f == &k.Fields[i] && f.Shows&zoufang.Apart == 0 {
						add(k, name, it.Fields[name], false)
					}
				}
			}
			for _, name := range names {
				if k.Field(name) == nil {
					add(nil, name, it.Fields[name], false)
				}
			}
		case zoufang.OpSet, zoufang.OpAdd, zoufang.OpRm, zoufang.OpLog:
			r, err := record(it.Record)
			if err != nil {
				return nil, err
			}
			var k *zoufang.Kind
			if r != nil {
				k = zoufang.KindOf(r.Kind)
			}
			add(k, it.Field, it.Value, it.Op == zoufang.OpRm)
		}
	}
	return out, nil
}

// within reports whether a value names records of these alone.
func within(made map[string]bool, v zoufang.Value) bool {
	list, ok := v.Array()
	if !ok {
		list = []zoufang.Value{v}
	}
	return !slices.ContainsFunc(list, func(v zoufang.Value) bool { id, _ := v.Text(); return !made[id] })
}

// anyWith finds a kind that has the field, for its name: the record is not here.
func anyWith(field string) *zoufang.Kind {
	for i := range zoufang.Kinds {
		if zoufang.Kinds[i].Field(field) != nil {
			return &zoufang.Kinds[i]
		}
	}
	return nil
}

func shorter(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}
