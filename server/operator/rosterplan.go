package operator

import (
	"fmt"
	"strings"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// rosterPlan is what an import would do.
type rosterPlan struct {
	ImportedRoster
	known   *knownRoster
	table   *sheet.Table
	actions [][]zoufang.Item
	names   map[zoufang.AreaID]string
	differs bool
}

// Persons in one commit: even with the longest texts they stay under a line's bytes.
const personsAtOnce = 25

// plan adds what a household of the list asks for. All it says of one household
// comes in one commit, or in several where it is large.
func (p *rosterPlan) plan(h *listedHouse) {
	id, have, twice := p.known.household(h)
	switch {
	case twice:
		p.table.Fail(h.row, "head", "花名册上有两户的户主和住址都是这样，不知道是哪一户；请写户号，或先在花名册里并成一户")
		return
	case have != nil && have.Voided() && !undone(have):
		p.table.Fail(h.row, "head", "这一户在花名册里已作废；要恢复请先在花名册里取消作废")
		return
	}
	fields := map[string]any{"head": h.head}
	for name, text := range map[string]string{"number": h.number, "address": h.address, "group": h.group, "phone": h.phone} {
		if text != "" {
			fields[name] = text
		}
	}
	w := writer{known: p.known}
	w.record(id, zoufang.KindHousehold, h.village, have, fields)
	said := len(w.items) > 0
	p.differ(h.row, zoufang.KindHousehold, h.head, id, have, w.items)
	for i := range h.persons {
		if i > 0 && i%personsAtOnce == 0 {
			p.flush(&w)
		}
		p.person(&w, id, have, h, &h.persons[i])
	}
	count(&p.Households, have, said || w.members)
	p.flush(&w)
}

func (p *rosterPlan) flush(w *writer) {
	if len(w.items) > 0 {
		p.actions = append(p.actions, w.items)
	}
	w.items = nil
}

func (p *rosterPlan) person(w *writer, home zoufang.RecordID, house *zoufang.Record, h *listedHouse, l *listedPerson) {
	id, have := p.known.person(home, h, l)
	switch {
	case have != nil && have.Voided() && !undone(have):
		p.table.Fail(l.row, "name", "这个人在花名册里已作废；要恢复请先在花名册里取消作废")
		return
	case have != nil && have.Area != h.village:
		p.table.Fail(l.row, "id_number", "这个号码的人在“%s”的花名册上；请先把他转过来，或核对号码", p.names[have.Area])
		return
	case have != nil && !same(textOf(have, "name"), l.name) && have == p.known.byNumber[fold.Whose(l.id)]:
		p.table.Fail(l.row, "id_number", "花名册上这个号码的人叫“%s”，请核对姓名和号码", textOf(have, "name"))
		return
	}
	fields := map[string]any{"name": l.name, "household": home}
	for name, text := range map[string]string{"relation": l.relation, "id_number": l.id, "sex": l.sex, "birth": l.birth, "phone": l.phone} {
		if text != "" {
			fields[name] = text
		}
	}
	if l.noID != "" {
		fields["no_id"] = map[string]string{"reason": l.noID}
	}
	before := len(w.items)
	var categories []any
	for _, c := range l.categories {
		code := p.known.categories[fold.Key(c)]
		if code == "" {
			p.Notes = append(p.Notes, sheet.Fault{Row: l.row.Line, Column: "类别", Value: c, What: "不在类别表里，照原样记下；没有走访规则会用到它"})
			code = c
		}
		categories = append(categories, code)
	}
	if have == nil {
		if len(categories) > 0 {
			fields["categories"] = categories
		}
		w.items = append(w.items, zoufang.New(id, zoufang.KindPerson, h.village, fields))
	} else {
		w.record(id, zoufang.KindPerson, h.village, have, fields)
		for _, c := range categories {
			w.element(have, "categories", c)
		}
		if old := zoufang.RecordID(textOf(have, "household")); old != home && p.known.records[old] != nil {
			w.leave(p.known.records[old], id)
		}
	}
	count(&p.Persons, have, len(w.items) > before)
	p.differ(l.row, zoufang.KindPerson, l.name, id, have, w.items[before:])
	w.member(home, house, id)
}

func count(c *Counted, have *zoufang.Record, written bool) {
	switch {
	case have == nil || have.Voided():
		c.New++
	case written:
		c.Changed++
	default:
		c.Same++
	}
}

// writer composes the items of one household.
type writer struct {
	known   *knownRoster
	items   []zoufang.Item
	members bool // somebody joined the household
}

// record writes what is not there yet. What a person wrote is not seen by an import:
// it stays beside what the list says, for a person to choose; only what an earlier
// import said is replaced.
func (w *writer) record(id zoufang.RecordID, kind string, area zoufang.AreaID, have *zoufang.Record, fields map[string]any) {
	if have == nil {
		w.items = append(w.items, zoufang.New(id, kind, area, fields))
		return
	}
	if have.Voided() {
		w.items = append(w.items, zoufang.Set(id, zoufang.Void, nil, have.SeenOf(zoufang.Void)...))
	}
	for _, f := range zoufang.KindOf(kind).Fields { // in the order of the table, so that the same is composed the same
		v, said := fields[f.Name]
		if !said {
			continue
		}
		value := zoufang.ValueOf(v)
		var seen []zoufang.CommitID
		there := false
		if heads := have.Heads[f.Name]; heads != nil {
			for _, h := range heads.Live {
				there = there || alike(h.Value, value)
				if have.Stamps[h.ID].User == zoufang.System {
					seen = append(seen, h.ID)
				}
			}
		}
		if !there {
			w.items = append(w.items, zoufang.Set(id, f.Name, value, seen...))
		}
	}
}

// alike tells whether two values say the same to people.
func alike(a, b zoufang.Value) bool {
	s, text := a.Text()
	t, also := b.Text()
	return a.Equal(b) || text && also && same(s, t)
}

func (w *writer) element(have *zoufang.Record, field string, element any) {
	if e := have.Sets[field][zoufang.ValueOf(element).Canon()]; e == nil || len(e.Live) == 0 {
		w.items = append(w.items, zoufang.Add(have.ID, field, element))
	}
}

func (w *writer) member(home zoufang.RecordID, house *zoufang.Record, person zoufang.RecordID) {
	if house != nil {
		if e := house.Sets["members"][zoufang.ValueOf(person).Canon()]; e != nil && len(e.Live) > 0 {
			return
		}
	}
	w.members = true
	w.items = append(w.items, zoufang.Add(home, "members", person))
}

func (w *writer) leave(old *zoufang.Record, person zoufang.RecordID) {
	if e := old.Sets["members"][zoufang.ValueOf(person).Canon()]; e != nil && len(e.Live) > 0 {
		var seen []zoufang.CommitID
		for _, h := range e.Live {
			seen = append(seen, h.ID)
		}
		w.items = append(w.items, zoufang.Remove(old.ID, "members", person, seen...))
	}
}

// villages finds the village a row names, by name or code, below an area.
func villages(areas zoufang.Areas, within zoufang.AreaID) func(string) (zoufang.AreaID, string) {
	byName := map[string][]zoufang.AreaID{}
	for id, a := range areas {
		if within.Covers(id) && len(id.Prefix()) == 12 {
			byName[fold.Key(a.Name)] = append(byName[fold.Key(a.Name)], id)
			if short := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(a.Name, "民委员会"), "委会"), "社区"); short != a.Name {
				byName[fold.Key(short)] = append(byName[fold.Key(short)], id)
			}
		}
	}
	return func(text string) (zoufang.AreaID, string) {
		if text == "" {
			if len(within.Prefix()) == 12 {
				return within, ""
			}
			return "", "没有写村；一个文件里有几个村的，每行都要写村名或代码"
		}
		if digits, err := fold.Digits(text); err == nil {
			id := zoufang.AreaID(digits)
			if _, known := areas[id]; !known || !within.Covers(id) {
				return "", fmt.Sprintf("%s 下面没有这个代码的村", areas[within].Name)
			}
			return id, ""
		}
		switch found := byName[fold.Key(text)]; len(found) {
		case 1:
			return found[0], ""
		case 0:
			return "", fmt.Sprintf("%s 下面没有叫这个名字的村；请先导入区划，或核对村名", areas[within].Name)
		}
		return "", "有两个村叫这个名字，请写 12 位代码"
	}
}
