package demo

import (
	"slices"
	"time"

	"zoufang"
)

// conclude is what becomes of a visit once it is written: it stays a draft, or is
// submitted and then reviewed.
func (c *county) conclude(d dice, v *visit) {
	v.state = "draft"
	if c.now.Sub(v.at) < 24*time.Hour && d.chance(70) {
		return
	}
	c.submit(v)
	if d.chance(4) { // left lying on the reviewer's desk
		return
	}
	c.planReview(d, v, false)
}

func (c *county) submit(v *visit) {
	v.by.save(c.book.step(v.rid, "submitted"))
	v.state = "submitted"
}

// reviewer is one of the township's staff, not the author.
func (c *county) reviewer(d dice, v *visit) *hand {
	staff := v.house.home.town.staff
	if h := pick(d, staff); h != v.by {
		return h
	}
	if staff[0] == v.by {
		return staff[1]
	}
	return staff[0]
}

// planReview has the visit read in the office within days; again says it came back.
func (c *county) planReview(d dice, v *visit, again bool) {
	ago := c.workday(c.ago(v.by.clock) - d.between(1, 3))
	if ago < 0 {
		return
	}
	r := c.reviewer(d, v)
	c.later(r, c.day(ago).Add(time.Duration(d.between(8*60+40, 11*60))*time.Minute), func() {
		if v.state != "submitted" {
			return
		}
		if !again && d.chance(14) {
			c.sendBack(d, v, r)
			return
		}
		c.approve(d, v, r)
	})
}

func (c *county) approve(d dice, v *visit, r *hand) {
	r.save(c.book.step(v.rid, "approved"))
	v.state = "approved"
	if d.chance(4) { // the author adds something the reviewer has not seen
		c.later(v.by, r.clock.Add(time.Duration(d.between(3, 7)+24*d.between(0, 2))*time.Hour), func() {
			v.by.save(c.book.set(v.rid, "note", v.acc.note+pick(d, supplements)))
		})
	}
}

// sendBack returns a visit with a comment on one field, as commits of their own.
func (c *county) sendBack(d dice, v *visit, r *hand) {
	fit := slices.DeleteFunc(slices.Clone(returns), func(r remark) bool { return !c.forms[v.kind].asks[r.field] || !r.fits(v) })
	if d.chance(50) {
		fit = slices.DeleteFunc(fit, func(r remark) bool { return r.field != "note" })
	}
	why := pick(d, fit)
	do := []zoufang.Item{zoufang.Note(v.rid, "comments."+why.field, why.text)}
	if why.field == "needs" && d.chance(50) {
		do = append(do, zoufang.Note(v.rid, "comments.note", "请把需求写具体。"))
	}
	r.save(do...)
	r.save(c.book.step(v.rid, "returned"))
	v.state = "returned"
	if d.chance(22) { // nobody has got round to it
		return
	}
	at := c.day(c.ago(r.clock) - d.between(0, 3)).Add(time.Duration(d.between(15*60, 18*60)) * time.Minute)
	c.later(v.by, at, func() {
		c.mend(d, v, why.field)
		c.submit(v)
		c.planReview(d, v, true)
	})
}

// mend does what the comment asked for.
func (c *county) mend(d dice, v *visit, field string) {
	set := func(field string, value any) { v.by.save(c.book.set(v.rid, field, value)) }
	switch field {
	case "met":
		met := "本人"
		if v.acc.met == met {
			met = "家属"
		}
		set("met", met)
	case "needs":
		v.by.save(zoufang.Add(v.rid, "needs", pick(d, []string{"房屋维修", "就医陪同", "生活物资"})))
	case "photos":
		m := c.pictures.Photo(d.Rand, House)
		v.by.save(zoufang.Add(v.rid, "photos", string(m.Digest)))
		v.by.upload(m)
	default:
		v.acc.note += pick(d, supplements)
		set("note", v.acc.note)
	}
}

// follow keeps the roster true to what a visit found.
func (c *county) follow(d dice, v *visit) {
	p := v.person
	if v.by.user.Role == zoufang.Worker { // reads the roster, does not write it
		if d.chance(12) {
			c.ask(d, v)
		}
		return
	}
	if v.house.kept {
		return
	}
	switch {
	case v.acc.level == "高" && d.chance(70):
		v.by.save(c.book.set(p.rid, "risk", fields{"level": "高", "reason": pick(d, []string{"走访发现身体明显变差", "照护跟不上", "情绪低落，需常去看"})}))
	case v.kind == "investigation" && d.chance(18):
		for _, cat := range names(p.benefits) {
			b := p.benefits[cat].(fields)
			if amount, ok := b["amount"].(int); ok && amount > 100 {
				b["amount"], b["review"] = amount+d.between(-4, 6)*10, date(c.now.AddDate(1, 0, -d.between(1, 80)))
				v.by.save(c.book.set(p.rid, "benefit."+cat, b))
				return
			}
		}
	case d.chance(2) && p.age >= 80 && p.age < 90:
		if v.house.has("失能老人") == nil {
			p.cats = append(p.cats, "失能老人")
			v.by.save(zoufang.Add(p.rid, "categories", "失能老人"))
		}
	case d.chance(3):
		v.by.save(zoufang.Note(p.rid, "remarks", pick(d, personRemarks)))
	}
	if v.kind == "errand" || d.chance(5) {
		c.ask(d, v)
	}
}
