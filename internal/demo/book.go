package demo

import (
	"encoding/json"
	"slices"

	"zoufang"
)

// book remembers which commits live in each record, so that every line names in
// `seen` what its author's screen showed.
type book map[zoufang.RecordID]*page

type page struct {
	area    zoufang.AreaID
	author  zoufang.UserID
	created zoufang.CommitID
	heads   map[string][]zoufang.CommitID
	tags    map[string][]zoufang.CommitID // by field and element
	states  map[string]standing
}

type standing struct {
	value string
	by    zoufang.CommitID
}

// The items of a commit, as package zoufang freezes them.

func newItem(rid zoufang.RecordID, kind string, area zoufang.AreaID, fields fields) []any {
	return []any{"new", rid, kind, area, fields}
}

type fields = map[string]any

func (b book) set(rid zoufang.RecordID, field string, value any) []any {
	return setSeen(rid, field, value, b.shown(rid, field))
}

// setSeen is a set by somebody whose screen was not up to date.
func setSeen(rid zoufang.RecordID, field string, value any, seen []zoufang.CommitID) []any {
	return []any{"set", rid, field, value, seen}
}

func add(rid zoufang.RecordID, field string, element any) []any {
	return []any{"add", rid, field, element}
}

func (b book) rm(rid zoufang.RecordID, field string, element any) []any {
	return []any{"rm", rid, field, element, list(b[rid].tags[tagKey(field, element)])}
}

func note(rid zoufang.RecordID, field, text string) []any {
	return []any{"log", rid, field, text}
}

// step goes from where the record stands.
func (b book) step(rid zoufang.RecordID, to string) []any {
	return []any{"go", rid, "state", b[rid].states["state"].value, to, b.by(rid)}
}

func (b book) move(rid zoufang.RecordID, to zoufang.AreaID) []any {
	return []any{"go", rid, zoufang.AreaField, b[rid].area, to, b.by(rid)}
}

// void names all that is shown; whatever arrives unseen shows up as an edit of
// the void record.
func (b book) void(rid zoufang.RecordID, reason string) []any {
	return []any{"set", rid, zoufang.Void, reason, b.by(rid)}
}

func judge(id zoufang.CommitID, ruling zoufang.Ruling, reason string) []any {
	return []any{"judge", id, ruling, reason}
}

func (b book) shown(rid zoufang.RecordID, field string) []zoufang.CommitID {
	if p := b[rid]; p != nil {
		return list(p.heads[field])
	}
	return list(nil)
}

// by lists what a reader of the record has seen, notes excluded.
func (b book) by(rid zoufang.RecordID) []zoufang.CommitID {
	p := b[rid]
	out := []zoufang.CommitID{p.created}
	for _, ids := range p.heads {
		out = append(out, ids...)
	}
	for _, ids := range p.tags {
		out = append(out, ids...)
	}
	for _, s := range p.states {
		out = append(out, s.by)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// list copies, and never gives nil: it would be frozen as null.
func list(ids []zoufang.CommitID) []zoufang.CommitID {
	return append([]zoufang.CommitID{}, ids...)
}

func tagKey(field string, element any) string {
	b, _ := json.Marshal(element) // texts alone
	return field + " " + string(b)
}

// apply does to the pages what the server will do to the records.
func (b book) apply(id zoufang.CommitID, user zoufang.UserID, do []any) {
	for _, item := range do {
		it := item.([]any)
		switch it[0] {
		case "new":
			b.create(id, user, it)
		case "set":
			p, field := b[it[1].(zoufang.RecordID)], it[2].(string)
			p.heads[field] = append(without(p.heads[field], it[4].([]zoufang.CommitID)), id)
		case "add":
			p, key := b[it[1].(zoufang.RecordID)], tagKey(it[2].(string), it[3])
			p.tags[key] = append(p.tags[key], id)
		case "rm":
			p, key := b[it[1].(zoufang.RecordID)], tagKey(it[2].(string), it[3])
			p.tags[key] = without(p.tags[key], it[4].([]zoufang.CommitID))
		case "go":
			p := b[it[1].(zoufang.RecordID)]
			if it[2] == zoufang.AreaField {
				p.area = it[4].(zoufang.AreaID)
			} else {
				p.states[it[2].(string)] = standing{it[4].(string), id}
			}
		}
	}
}

func (b book) create(id zoufang.CommitID, user zoufang.UserID, it []any) {
	p := &page{area: it[3].(zoufang.AreaID), author: user, created: id,
		heads: map[string][]zoufang.CommitID{}, tags: map[string][]zoufang.CommitID{}, states: map[string]standing{}}
	b[it[1].(zoufang.RecordID)] = p
	kind := zoufang.KindOf(it[2].(string))
	for name, v := range it[4].(fields) {
		switch kind.Field(name).Class {
		case zoufang.Elements:
			for _, e := range v.([]string) {
				p.tags[tagKey(name, e)] = []zoufang.CommitID{id}
			}
		case zoufang.Register, zoufang.Group:
			p.heads[name] = []zoufang.CommitID{id}
		}
	}
	for _, f := range kind.StateFields() {
		p.states[f.Name] = standing{f.Choices[0].Value, id}
	}
}

func without(ids, gone []zoufang.CommitID) []zoufang.CommitID {
	return slices.DeleteFunc(list(ids), func(id zoufang.CommitID) bool { return slices.Contains(gone, id) })
}
