package demo

import (
	"maps"
	"slices"
	"strings"
	"time"

	"zoufang"
)

// visit is a visit as its author and reviewer know it.
type visit struct {
	rid    zoufang.RecordID
	kind   string
	by     *hand
	house  *household
	person *person
	at     time.Time
	acc    account
	photos int
	state  string

	// A visit with a mishap of its own takes no part in ordinary work.
	after    func() // happens instead of submission and review
	alone    bool   // one visitor, though a rule wants two
	unsigned bool   // the signatures stay in a line that is lost
	lost     fields // what such a line would have said
}

// investigated are the classes that rules have investigated at home.
var investigated = []string{"低保", "特困分散", "低保边缘", "刚性支出困难", "临时救助", "残疾护理补贴"}

// purpose is what a part of the 600 visits are for.
type purpose struct {
	kind  string
	count int
	cats  []string // people it is for; nil: anybody
}

var purposes = []purpose{
	{"routine", 218, nil},
	{"care", 142, []string{"独居老人", "空巢老人", "失能老人", "留守老人", "留守儿童", "特困分散", "孤儿", "事实无人抚养", "困境儿童", "计生特殊"}},
	{"investigation", 60, investigated},
	{"gift", 45, []string{"退役军人", "三属", "特困分散", "特困集中", "计生特殊", "孤儿", "高龄津贴"}},
	{"errand", 46, []string{"独居老人", "失能老人", "残疾生活补贴", "残疾护理补贴", "高龄津贴", "低保"}},
	{"followup", 55, nil},
	{"disaster", 34, nil},
}

// fieldwork plans the 600 visits and what becomes of each.
func (c *county) fieldwork() {
	d := newDice(c.seed, "visits")
	for _, k := range purposes {
		for range k.count {
			c.visits = append(c.visits, c.planVisit(d, k))
		}
	}
	c.cling(d)
	slices.SortStableFunc(c.visits, func(a, b *visit) int { return a.at.Compare(b.at) })
	for _, v := range c.visits {
		c.later(v.by, v.at, func() { c.make(d, v) })
	}
}

// unsubmittable is how many visits mishaps keep from being submitted for good.
const unsubmittable = 3

// cling has the visits that cannot be submitted lie in the last day, as no draft of the
// county is older.
func (c *county) cling(d dice) {
	left := unsubmittable
	for _, v := range c.visits {
		if left > 0 && v.kind == "investigation" && v.by.user.Role == zoufang.Coordinator {
			v.at, left = c.lately(d), left-1
		}
	}
}

// whom gives the member of a household that a visit is to, or nil: grown-ups
// answer for the young.
func (p purpose) whom(d dice, h *household) *person {
	who := pick(d, h.people[:1+d.IntN(len(h.people))])
	if p.cats != nil {
		who = h.has(some(d, p.cats, 3)...)
	}
	if who != nil && who.age < 25 && p.kind != "care" && p.kind != "gift" {
		if p.cats != nil {
			return nil
		}
		return h.head()
	}
	return who
}

// planVisit finds a household and a time for a visit.
func (c *county) planVisit(d dice, p purpose) *visit {
	v := &visit{kind: p.kind}
	for v.person == nil {
		v.house = pick(d, pick(d, c.villages).households)
		v.person = p.whom(d, v.house)
	}
	ago := d.between(0, v.house.since-2)
	if day := c.workday(ago); d.chance(85) && day >= 0 {
		ago = day
	}
	v.at = c.day(ago).Add(time.Duration(d.between(8*60+5, 17*60)) * time.Minute)
	if !v.at.Before(c.now.Add(-20 * time.Minute)) { // today, later than now
		v.at = v.at.AddDate(0, 0, -1)
	}
	v.by = v.house.by
	switch {
	case v.kind == "investigation" && d.chance(35):
		v.by = pick(d, v.house.home.town.staff)
	case v.house.home.worker != nil && (v.kind == "care" || v.kind == "routine") && d.chance(14):
		v.by = v.house.home.worker
	case d.chance(15):
		v.by = pick(d, v.house.home.coordinators)
	}
	return v
}

// make is the visit itself: what the author saves, in one go or in several.
func (c *county) make(d dice, v *visit) {
	h := v.by
	v.rid = d.record(h.clock)
	w := newWriter(d, v.house, v.person, v.at)
	v.acc = w.account(v.kind)
	way, asks := v.acc.way, c.forms[v.kind].asks
	f := fields{"type": v.kind, "household": v.house.rid, "persons": []string{string(v.person.rid)}, "way": way,
		"started": v.at.UnixMilli(), "form": c.forms[v.kind].ref}
	rest := fields{"met": v.acc.met, "ended": c.past(v.at.Add(time.Duration(d.between(12, 55)) * time.Minute)).UnixMilli(), "note": v.acc.note}
	for q, a := range v.acc.answers {
		rest[q] = a
	}
	if v.acc.level != "" || d.chance(25) {
		level, why := v.acc.level, "见走访情况"
		if level == "" {
			level, why = pick(d, []string{"一般", "一般", "重点"}), pick(d, []string{"情况平稳", "继续关注"})
		}
		rest["risk"] = fields{"level": level, "reason": why}
	}
	if way == "home" && d.chance(38) {
		rest["place"] = place(d, v.house, v.at)
	}
	f["visitors"] = []string{string(h.user.ID)}
	if v.kind == "investigation" && !v.alone || d.chance(12) && v.after == nil {
		f["visitors"] = []string{string(h.user.ID), c.companion(d, v)}
	}
	if len(v.acc.needs) > 0 && asks["needs"] {
		f["needs"] = v.acc.needs
	}
	maps.DeleteFunc(rest, func(name string, _ any) bool { return name != "ended" && !asks[name] })
	media := c.signed(d, v, rest)
	if v.unsigned {
		media = nil
		v.lost = fields{}
		for _, name := range names(rest) {
			if strings.HasPrefix(name, "signature.") {
				v.lost[name] = rest[name]
				delete(rest, name)
			}
		}
	}
	photos := c.photos(d, v, way)
	v.photos = len(photos)
	for _, m := range photos {
		f["photos"] = append(texts(f["photos"]), string(m.Digest))
	}
	media = append(media, photos...)
	c.write(d, v, f, rest)
	if d.chance(9) {
		h.save(zoufang.Note(v.rid, "remarks", pick(d, remarks)))
	}
	c.bring(d, v, media)
	if v.after != nil {
		v.after()
		return
	}
	c.follow(d, v)
	c.conclude(d, v)
}

// write saves a visit in one commit, or as it went: begun, then written up.
func (c *county) write(d dice, v *visit, f, rest fields) {
	if d.chance(60) {
		for k, value := range rest {
			f[k] = value
		}
		v.by.wait(v.at.Add(time.Duration(d.between(15, 60)) * time.Minute))
		v.by.save(zoufang.New(v.rid, zoufang.KindVisit, v.house.home.area, f))
		return
	}
	photos := texts(f["photos"])
	delete(f, "photos")
	v.by.save(zoufang.New(v.rid, zoufang.KindVisit, v.house.home.area, f))
	v.by.wait(v.at.Add(time.Duration(d.between(15, 60)) * time.Minute))
	var do []zoufang.Item
	for _, p := range photos {
		do = append(do, zoufang.Add(v.rid, "photos", p))
	}
	for _, name := range names(rest) {
		do = append(do, c.book.set(v.rid, name, rest[name]))
	}
	v.by.save(do...)
}

// companion is the second visitor: a colleague with an account, else a name.
func (c *county) companion(d dice, v *visit) string {
	if other := c.colleague(v); other != nil {
		return string(other.user.ID)
	}
	return newNamer(d).name("", 1985)
}

func (c *county) companionName(v *visit) string {
	if other := c.colleague(v); other != nil {
		return other.user.Name
	}
	return "村干部"
}

// colleague goes along: staff with a coordinator, a coordinator with staff.
func (c *county) colleague(v *visit) *hand {
	if v.by.user.Role.Staff() {
		return v.house.by
	}
	return v.house.home.town.staff[len(v.house.people)%2]
}

func texts(v any) []string {
	list, _ := v.([]string)
	return list
}

// names gives the names of fields in a set order.
func names(f fields) []string {
	var out []string
	for name := range f {
		out = append(out, name)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
