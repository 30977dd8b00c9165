package demo

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"zoufang"
)

// mishaps plans what goes wrong in every county: two people write the same thing
// unseen, lines come without what they rest on, and some may not be applied.
func (c *county) mishaps() {
	d := newDice(c.seed, "mishaps")
	c.conflicts(d)
	c.strays(d)
	c.refused(d)
	c.rulings(d)
}

// take gives the latest planned visit by a coordinator that lies between the days
// given, and says what happens after it instead of ordinary work.
func (c *county) take(kind string, oldest, newest int, after func(*visit)) *visit {
	for _, v := range slices.Backward(c.visits) {
		ago := c.ago(v.at)
		if v.kind == kind && v.after == nil && v.by.user.Role == zoufang.Coordinator && ago <= oldest && ago >= newest {
			v.after = func() { after(v) }
			return v
		}
	}
	c.fail(fmt.Errorf("no visit is left for a mishap of kind %s", kind))
	return &visit{}
}

// collide has two hands write one field, neither having seen the other's value.
func (c *county) collide(rid zoufang.RecordID, field string, ago int, a, b *hand, va, vb any, then func()) {
	c.later(a, c.day(ago).Add(9*time.Hour), func() {
		seen := c.book.shown(rid, field)
		a.save(zoufang.Set(rid, field, va, seen...))
		c.later(b, c.day(ago).Add(16*time.Hour), func() {
			b.save(zoufang.Set(rid, field, vb, seen...))
			if then != nil {
				then()
			}
		})
	})
}

func (c *county) conflicts(d dice) {
	two := func(h *household) bool { return len(h.home.coordinators) == 2 }
	for i := range 5 { // two coordinators of one village
		h := c.keep(30+i, two)
		c.collide(h.rid, "phone", 44-i*6, h.home.coordinators[0], h.home.coordinators[1], mobile(d), mobile(d), nil)
	}
	for i := range 2 {
		h := c.keep(36+i, two)
		at := fmt.Sprintf("%s%s%s%s（%s）", countyName, h.home.town.name, h.home.name, h.group, h.hamlet)
		c.collide(h.rid, "address", 33-i*9, h.home.coordinators[0], h.home.town.staff[1], at+"12号（新屋）", at+"12-1号", nil)
	}
	for i := range 3 {
		h := c.keep(40+i, func(h *household) bool { return h.head().level != "" })
		c.collide(h.head().rid, "risk", 15-i*4, h.home.town.staff[0], h.by,
			fields{"level": "重点", "reason": "镇级抽查：独居且用药多"}, fields{"level": "高", "reason": "本周跌倒一次，已就医"}, nil)
	}
	for range 4 { // the office mends a sentence while the coordinator writes on
		c.take("routine", 60, 6, func(v *visit) {
			c.submit(v)
			staff := v.house.home.town.staff[0]
			c.collide(v.rid, "note", c.ago(v.by.clock)-2, staff, v.by,
				v.acc.note+"（镇所核：低保金额以当月批次为准。）", v.acc.note+pick(d, supplements), nil)
		})
	}
	h := c.keep(45, two) // one is settled
	staff := h.home.town.staff[1]
	c.collide(h.rid, "phone", 25, h.home.coordinators[0], h.home.coordinators[1], mobile(d), mobile(d), func() {
		c.later(staff, c.day(22).Add(10*time.Hour), func() {
			staff.save(c.book.set(h.rid, "phone", mobile(d)), zoufang.Note(h.rid, "remarks", "两个号码都打过，新号为本人所用，已核定。"))
		})
	})
}

// stray sends a line that will not be applied.
func (c *county) stray(h *hand, do ...zoufang.Item) line {
	l := h.freeze(do...)
	h.send(l.bytes)
	return l
}

// strays wait for what never comes.
func (c *county) strays(d dice) {
	c.take("care", 30, 8, func(v *visit) { // the line that began the visit is lost
		c.submit(v)
		lost := d.record(v.by.clock)
		c.stray(v.by, zoufang.Set(lost, "note", "补记：老人昨天已从医院回家，女儿陪着，精神尚可。"))
	})
	c.take("gift", 40, 8, func(v *visit) {
		c.submit(v)
		lost := d.record(v.by.clock)
		c.stray(v.by, zoufang.Add(lost, "needs", "棉衣棉被"))
	})
	for range 2 { // submitted, but the line with the signatures is lost
		c.take("investigation", 1, 0, func(v *visit) {
			var do []zoufang.Item
			for _, name := range names(v.lost) {
				do = append(do, c.book.set(v.rid, name, v.lost[name]))
			}
			gone := v.by.freeze(do...)
			step := c.book.step(v.rid, "submitted")
			step.Seen = append(step.Seen, gone.id)
			c.stray(v.by, step)
		}).unsigned = true
	}
	staff := c.townships[1].staff[0]
	c.later(staff, c.day(c.workday(12)).Add(10*time.Hour), func() {
		unknown, _ := zoufang.HashLine([]byte(d.token(9)))
		c.stray(staff, zoufang.Judge(unknown, zoufang.Release, "已电话核实"))
	})
}

// refused may not be applied, each for its own reason.
func (c *county) refused(d dice) {
	// scope: another village's household; the roster by a worker; one's own visit.
	other := c.villages[2].households[3]
	a := c.villages[1].coordinators[0]
	c.later(a, c.day(18).Add(17*time.Hour), func() { c.stray(a, c.book.set(other.rid, "phone", mobile(d))) })
	w := c.villages[0].worker
	c.later(w, c.day(9).Add(17*time.Hour), func() {
		c.stray(w, c.book.set(c.villages[0].households[4].head().rid, "phone", mobile(d)))
	})
	c.take("care", 20, 3, func(v *visit) {
		c.submit(v)
		c.stray(v.by, c.book.step(v.rid, "approved"))
	})
	// stale_state: two reviewers decide differently.
	for range 2 {
		c.take("followup", 45, 7, func(v *visit) {
			c.submit(v)
			staff := v.house.home.town.staff
			morning := c.day(c.ago(v.by.clock) - 2).Add(9 * time.Hour)
			c.later(staff[0], morning, func() {
				late := c.book.step(v.rid, "returned") // as the other's screen has it
				staff[0].save(c.book.step(v.rid, "approved"))
				c.later(staff[1], morning.Add(time.Hour), func() { c.stray(staff[1], late) })
			})
		})
	}
	// invalid: a lone investigator; a masked number written back.
	c.take("investigation", 1, 0, func(v *visit) { c.stray(v.by, c.book.step(v.rid, "submitted")) }).alone = true
	b := c.villages[5].households[2]
	c.later(b.by, c.day(27).Add(17*time.Hour), func() {
		c.stray(b.by, c.book.set(b.head().rid, "id_number", "990***********0017"))
	})
	// author: saved on one phone under one name, sent by another.
	for i := range 2 {
		v := c.villages[i*4]
		from, by, h := v.coordinators[0], v.coordinators[1], v.households[6]
		c.later(by, c.day(14-i*6).Add(17*time.Hour), func() {
			from.wait(by.clock)
			by.send(from.freeze(c.book.set(h.rid, "phone", mobile(d))).bytes)
		})
	}
	// schema: cut off in the middle; written by a newer app.
	e := c.villages[8].coordinators[0]
	c.later(e, c.day(11).Add(17*time.Hour), func() {
		b := e.freeze(zoufang.Note(c.villages[8].households[0].rid, "remarks", "下午再去一趟。")).bytes
		e.send(b[:len(b)*2/3])
	})
	n := c.villages[10].households[1]
	c.later(n.by, c.day(5).Add(17*time.Hour), func() {
		b := n.by.freeze(zoufang.Set(n.rid, "doorplate", "月岭乡 0117")).bytes
		n.by.send(bytes.Replace(b, []byte(`"schema":1`), []byte(`"schema":2`), 1))
	})
}

// rulings are held lines that were decided: one released, one amended by its
// author, one rejected.
func (c *county) rulings(d dice) {
	h := c.villages[6].households[5]
	by, staff := c.villages[5].coordinators[0], h.home.town.staff[0]
	c.later(by, c.day(34).Add(17*time.Hour), func() {
		l := c.stray(by, c.book.set(h.rid, "phone", mobile(d)))
		c.later(staff, c.day(c.workday(32)).Add(9*time.Hour), func() {
			staff.save(zoufang.Judge(l.id, zoufang.Release, "代班期间登记，情况属实"))
			c.book.apply(l.id, l.do)
		})
	})
	c.take("errand", 60, 10, func(v *visit) {
		c.submit(v)
		l := c.stray(v.by, c.book.set(v.rid, "way", "walk"))
		v.by.save(zoufang.Judge(l.id, zoufang.Amend, "方式填错"), c.book.set(v.rid, "way", "home"))
	})
	g := c.villages[9].households[7]
	reviewer := g.home.town.staff[1]
	c.later(g.by, c.day(21).Add(17*time.Hour), func() {
		l := c.stray(g.by, c.book.set(g.head().rid, "id_number", "990***********4821"))
		c.later(reviewer, c.day(c.workday(19)).Add(9*time.Hour), func() {
			reviewer.save(zoufang.Judge(l.id, zoufang.Reject, "遮掩过的号码不能写回，请上门核对后重填"))
		})
	})
}
