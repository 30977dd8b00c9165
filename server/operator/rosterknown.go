package operator

import (
	"encoding/json"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// knownRoster is what the store has of the areas a list is about. Identity numbers
// are compared in here and go nowhere.
type knownRoster struct {
	records    map[zoufang.RecordID]*zoufang.Record
	byKey      map[string][]*zoufang.Record // households, by listedHouse.key
	byNumber   map[string]*zoufang.Record   // persons, by identity number
	byHouse    map[zoufang.RecordID][]*zoufang.Record
	categories map[string]string // the words of a category, folded → its code
}

func readKnown(v storage.View, areas []zoufang.AreaID) (*knownRoster, error) {
	k := &knownRoster{map[zoufang.RecordID]*zoufang.Record{}, map[string][]*zoufang.Record{}, map[string]*zoufang.Record{}, map[zoufang.RecordID][]*zoufang.Record{}, map[string]string{}}
	err := v.List(zoufang.KindHousehold, areas, 0, 0, func(r *zoufang.Record) bool {
		k.records[r.ID] = r
		h := listedHouse{village: r.Area, head: textOf(r, "head"), address: textOf(r, "address")}
		k.byKey[h.key()] = append(k.byKey[h.key()], r)
		if h.number = textOf(r, "number"); h.number != "" {
			k.byKey[h.key()] = append(k.byKey[h.key()], r)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	err = v.List(zoufang.KindPerson, areas, 0, 0, func(r *zoufang.Record) bool {
		k.records[r.ID] = r
		home := zoufang.RecordID(textOf(r, "household"))
		k.byHouse[home] = append(k.byHouse[home], r)
		if heads := r.Heads["id_number"]; heads != nil {
			for _, h := range heads.Live {
				number, _ := h.Value.Text()
				if before := k.byNumber[fold.Whose(number)]; number != "" && (before == nil || before.Voided()) {
					k.byNumber[fold.Whose(number)] = r
				}
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return k, v.List(zoufang.KindRule, withAbove(areas), 0, 0, func(r *zoufang.Record) bool {
		var rule content.Categories
		if json.Unmarshal(r.Shown("body"), &rule) == nil && rule.Name == "categories" {
			for _, c := range rule.List {
				k.categories[fold.Key(c.Code)], k.categories[fold.Key(c.Title)] = c.Code, c.Code
			}
		}
		return true
	})
}

// withAbove adds the areas above, where public records lie.
func withAbove(areas []zoufang.AreaID) []zoufang.AreaID {
	out, there := []zoufang.AreaID{}, map[zoufang.AreaID]bool{}
	for _, a := range areas {
		for _, id := range append(a.Above(), a) {
			if !there[id] {
				there[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

// household finds what the list means by a household: the record an import made of
// it, or the one that is there under its number, or head and address. Two that fit
// are a fault.
func (k *knownRoster) household(h *listedHouse) (id zoufang.RecordID, have *zoufang.Record, twice bool) {
	id = recordFor("zoufang-household-v1", h.key())
	if have = k.records[id]; have != nil {
		return id, have, false
	}
	byHead := *h
	byHead.number = ""
	for _, key := range []string{h.key(), byHead.key()} {
		var live []*zoufang.Record
		for _, r := range k.byKey[key] {
			if number := textOf(r, "number"); !r.Voided() && (number == "" || h.number == "" || same(number, h.number)) {
				live = append(live, r)
			}
		}
		if len(live) == 1 {
			return live[0].ID, live[0], false
		}
		if len(live) > 1 {
			return "", nil, true
		}
	}
	return id, nil, false
}

// person finds whom a row means: whoever has the number, else who has the name in
// the household, unless their numbers differ.
func (k *knownRoster) person(home zoufang.RecordID, h *listedHouse, p *listedPerson) (zoufang.RecordID, *zoufang.Record) {
	if have := k.byNumber[fold.Whose(p.id)]; p.id != "" && have != nil {
		return have.ID, have
	}
	for _, r := range k.byHouse[home] {
		number := textOf(r, "id_number")
		if same(textOf(r, "name"), p.name) && (p.id == "" || number == "" || fold.Whose(number) == fold.Whose(p.id)) {
			return r.ID, r
		}
	}
	// Of two with one name in a household the second has an id of its own. It follows
	// from no number: ids are read by people who may not read numbers.
	for n := 0; ; n++ {
		id := recordFor("zoufang-person-v1", string(home), fold.Key(p.name), string(rune('0'+n)))
		if k.records[id] == nil {
			k.records[id] = &zoufang.Record{}
			return id, nil
		}
	}
}

func textOf(r *zoufang.Record, field string) string {
	s, _ := r.Shown(field).Text()
	return s
}
