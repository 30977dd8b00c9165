package demo

import (
	"math/rand/v2"
	"time"

	"zoufang"
)

// Family is one family with what is written of it, for whoever needs records here
// and there and no county: the simulator.
type Family struct {
	d   dice
	now time.Time
	h   *household
}

// NewFamily invents a family as the county has them. Some heads are called by a
// hanzi outside the basic plane of Unicode.
func NewFamily(rng *rand.Rand, now time.Time) *Family {
	d := dice{rng}
	town := &township{office: pick(d, offices)}
	v := &village{settlement: pick(d, town.village), town: town, coordinators: []*hand{nil}}
	h := (&county{now: now.In(zoufang.Zone)}).family(d, newNamer(d), v, &patterns[d.IntN(len(patterns))])
	if d.chance(8) {
		h.head().name = surnameOf(h.head().name) + beyond
	}
	v.households = []*household{h}
	return &Family{d, now, h}
}

// Head is the name of the head of the family.
func (f *Family) Head() string { return f.h.head().name }

// Home is what a new household's record says of it, but for people's ids.
func (f *Family) Home() map[string]any {
	home := f.h.fields(f.d)
	home["place"] = place(f.d, f.h, f.now)
	return home
}

// Members are the fields of its people, the head first. Their household has an
// invented id.
func (f *Family) Members() (all []map[string]any) {
	for _, p := range f.h.people {
		all = append(all, p.fields(f.d, f.h))
	}
	return all
}

// Visit is what a coordinator writes of one, with its type.
func (f *Family) Visit() map[string]any {
	d := f.d
	var p purpose
	var who *person
	for who == nil {
		p = pick(d, purposes)
		who = p.whom(d, f.h)
	}
	acc := newWriter(d, f.h, who, f.now).account(p.kind)
	return fields{"type": p.kind, "way": acc.way, "met": acc.met, "note": acc.note, "needs": append([]string{}, acc.needs...), "place": place(d, f.h, f.now)}
}

// Note is what a coordinator writes in a line or two.
func (f *Family) Note() string { return f.Visit()["note"].(string) }

// Need is something a visit may find wanting.
func (f *Family) Need() string {
	for {
		t := pick(f.d, topics)
		if list := t.needs[pick(f.d, t.choices)]; len(list) > 0 {
			return pick(f.d, list)
		}
	}
}

// Request is what somebody asks of the office.
func (f *Family) Request() map[string]any {
	what := pick(f.d, asked)
	return fields{"item": what.item, "text": what.text, "urgency": pick(f.d, urgencies)}
}
