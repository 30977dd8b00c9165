package demo

import (
	"slices"

	"zoufang"
)

// book remembers which commits live in each record, so that every line names in
// `seen` what its author's screen showed.
type book map[zoufang.RecordID]*page

type page struct {
	area    zoufang.AreaID
	created zoufang.CommitID
	heads   map[string][]zoufang.CommitID
	tags    map[string][]zoufang.CommitID // by field and element
	states  map[string]standing
}

type standing struct {
	value string
	by    zoufang.CommitID
}

type fields = map[string]any

// The items of a commit whose author's screen is up to date.

func (b book) set(rid zoufang.RecordID, field string, value any) zoufang.Item {
	return zoufang.Set(rid, field, value, b.shown(rid, field)...)
}

func (b book) rm(rid zoufang.RecordID, field string, element any) zoufang.Item {
	it := zoufang.Remove(rid, field, element)
	it.Seen = slices.Clone(b[rid].tags[tagKey(it)])
	return it
}

// step goes from where the record stands.
func (b book) step(rid zoufang.RecordID, to string) zoufang.Item {
	return zoufang.Go(rid, "state", b[rid].states["state"].value, to, b.by(rid)...)
}

func (b book) move(rid zoufang.RecordID, to zoufang.AreaID) zoufang.Item {
	return zoufang.Go(rid, zoufang.AreaField, string(b[rid].area), string(to), b.by(rid)...)
}

// void names all that is shown; whatever arrives unseen shows up as an edit of
// the void record.
func (b book) void(rid zoufang.RecordID, reason string) zoufang.Item {
	return zoufang.Set(rid, zoufang.Void, reason, b.by(rid)...)
}

func (b book) shown(rid zoufang.RecordID, field string) []zoufang.CommitID {
	if p := b[rid]; p != nil {
		return slices.Clone(p.heads[field])
	}
	return nil
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

func tagKey(it zoufang.Item) string { return it.Field + " " + string(it.Value) }

// apply does to the pages what the server will do to the records.
func (b book) apply(id zoufang.CommitID, do []zoufang.Item) {
	for _, it := range do {
		p := b[it.Record]
		switch it.Op {
		case zoufang.OpNew:
			b.create(id, it)
		case zoufang.OpSet:
			p.heads[it.Field] = append(without(p.heads[it.Field], it.Seen), id)
		case zoufang.OpAdd:
			p.tags[tagKey(it)] = append(p.tags[tagKey(it)], id)
		case zoufang.OpRm:
			p.tags[tagKey(it)] = without(p.tags[tagKey(it)], it.Seen)
		case zoufang.OpGo:
			if it.Field == zoufang.AreaField {
				p.area = zoufang.AreaID(it.To)
			} else {
				p.states[it.Field] = standing{it.To, id}
			}
		}
	}
}

func (b book) create(id zoufang.CommitID, it zoufang.Item) {
	p := &page{area: it.Area, created: id,
		heads: map[string][]zoufang.CommitID{}, tags: map[string][]zoufang.CommitID{}, states: map[string]standing{}}
	b[it.Record] = p
	kind := zoufang.KindOf(it.Kind)
	for name, v := range it.Fields {
		switch kind.Field(name).Class {
		case zoufang.Elements:
			elements, _ := v.Array()
			for _, e := range elements {
				p.tags[tagKey(zoufang.Item{Field: name, Value: e})] = []zoufang.CommitID{id}
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
	return slices.DeleteFunc(slices.Clone(ids), func(id zoufang.CommitID) bool { return slices.Contains(gone, id) })
}
