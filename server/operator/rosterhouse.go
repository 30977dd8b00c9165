package operator

import (
	"strings"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// listedHouse is a household as the rows of a list tell it.
type listedHouse struct {
	row                                 sheet.Row // its first
	village                             zoufang.AreaID
	number, head, address, group, phone string
	persons                             []listedPerson
}

// key names the household: by its number, or by its head and address.
func (h *listedHouse) key() string {
	if h.number != "" {
		return string(h.village) + "\nn\n" + fold.Key(h.number)
	}
	return string(h.village) + "\nh\n" + fold.Key(h.head) + "\n" + fold.Key(h.address)
}

// readRoster puts the rows together into households, in the order of the list. A row
// without number and head belongs to the household above, as merged cells leave it.
func readRoster(t *sheet.Table, villageOf func(string) (zoufang.AreaID, string), today string) []*listedHouse {
	var out []*listedHouse
	byKey := map[string]*listedHouse{}
	var above *listedHouse
	for _, r := range t.Rows {
		p := readPerson(t, r, today)
		own := listedHouse{row: r, number: r.Text("number"), head: r.Text("head"), address: r.Text("address"), group: r.Text("group")}
		villageText := r.Text("village")
		if own.head == "" && p.relation != "" && p.isHead("") {
			own.head = p.name
		}
		var h *listedHouse
		if own.number == "" && own.head == "" {
			if h = above; h == nil {
				t.Fail(r, "name", "没有户号，也没有户主，不知道是哪一户")
				continue
			}
		} else {
			if villageText == "" && above != nil && !t.Has("village") {
				own.village = above.village
			} else {
				village, wrong := villageOf(villageText)
				if wrong != "" {
					t.Fail(r, "village", "%s", wrong)
					continue
				}
				own.village = village
			}
			if above != nil && own.number == "" && own.address == "" && same(own.head, above.head) && own.village == above.village {
				h = above
			} else if h = byKey[own.key()]; h == nil {
				h = &own
				byKey[own.key()] = h
				out = append(out, h)
			}
		}
		join(t, h, &own, r)
		h.add(t, p)
		above = h
	}
	for _, h := range out {
		h.finish(t)
	}
	return out
}

// join holds what a further row says of the household against what is known.
func join(t *sheet.Table, h, own *listedHouse, r sheet.Row) {
	for _, part := range []struct {
		key       string
		have, say *string
	}{{"head", &h.head, &own.head}, {"address", &h.address, &own.address}, {"group", &h.group, &own.group}} {
		switch {
		case *part.say == "":
		case *part.have == "":
			*part.have = *part.say
		case !same(*part.have, *part.say):
			t.Fail(r, part.key, "与第 %d 行同一户，写的却是“%s”；请改成一样", h.row.Line, *part.have)
		}
	}
}

// add takes a person into the household; the same row again is no second person.
func (h *listedHouse) add(t *sheet.Table, p listedPerson) {
	for _, q := range h.persons {
		if !same(q.name, p.name) {
			continue
		}
		switch {
		case q.id == p.id && q.birth == p.birth && q.relation == p.relation && q.phone == p.phone && strings.Join(q.categories, "、") == strings.Join(p.categories, "、"):
			return
		case q.id == "" || p.id == "" || fold.Whose(q.id) == fold.Whose(p.id):
			t.Fail(p.row, "name", "同一户第 %d 行也叫这个名字；不是同一人的，请都填身份证号", q.row.Line)
			return
		}
	}
	h.persons = append(h.persons, p)
}

// finish works out what the rows leave unsaid: the head's name and telephone.
func (h *listedHouse) finish(t *sheet.Table) {
	for _, p := range h.persons {
		if h.head == "" && p.relation != "" && p.isHead("") {
			h.head = p.name
		}
		if h.head != "" && p.isHead(h.head) && h.phone == "" {
			h.phone = p.phone
		}
	}
	if h.head == "" {
		t.Fail(h.row, "head", "这一户没有户主")
	}
}

// twins points out a number that stands with two persons of the list.
func twins(t *sheet.Table, houses []*listedHouse) {
	first := map[string]listedPerson{}
	for _, h := range houses {
		for _, p := range h.persons {
			if p.id == "" {
				continue
			}
			if q, twice := first[fold.Whose(p.id)]; twice {
				t.Fail(p.row, "id_number", "第 %d 行已有这个号码", q.row.Line)
				continue
			}
			first[fold.Whose(p.id)] = p
		}
	}
}
