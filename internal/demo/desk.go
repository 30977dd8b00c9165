package demo

import (
	"fmt"
	"time"

	"zoufang"
)

// desk plans what the office does with the roster: cards, people who leave a
// class, move or die.
func (c *county) desk() {
	d := newDice(c.seed, "desk")
	for i, h := range c.households {
		if p := h.has("低保", "特困分散", "特困集中"); p != nil && i%2 == 0 && h.since > 83 {
			c.issue(d, h, p)
		}
	}
	c.leave(d)
	c.moveHouse(d)
	c.decease(d)
}

// issue plans an assistance card; every twelfth is lost and replaced.
func (c *county) issue(d dice, h *household, p *person) {
	by := pick(d, h.home.town.staff)
	c.later(by, c.day(c.workday(d.between(60, 78))).Add(time.Duration(d.between(9*60, 16*60))*time.Minute), func() {
		rid := d.record(by.clock)
		category, kind := "特困", "特困人员救助供养证"
		if h.has("低保") == p {
			category, kind = "低保", "最低生活保障证"
		}
		c.cards++
		number := cardNumber(h, by.clock, c.cards)
		card := fields{"type": kind, "number": number, "person": p.rid, "household": h.rid, "category": category,
			"issued": date(by.clock), "expires": date(by.clock.AddDate(3, 0, -1))}
		by.save(zoufang.New(rid, zoufang.KindCard, h.home.area, card))
		if c.cards%12 != 7 {
			return
		}
		c.later(by, by.clock.AddDate(0, 0, d.between(12, 40)), func() {
			by.save(zoufang.Note(rid, "remarks", "本人报失，已核对身份，补发新证。"), c.book.void(rid, "挂失，已换新证"))
			c.cards++
			next := fields{"replaces": number}
			for k, v := range card {
				next[k] = v
			}
			next["number"], next["issued"] = cardNumber(h, by.clock, c.cards), date(by.clock)
			by.save(zoufang.New(d.record(by.clock), zoufang.KindCard, h.home.area, next))
		})
	})
}

// cardNumber follows the local template: township code, year, running number and
// a check digit over all of them.
func cardNumber(h *household, at time.Time, n int) string {
	body := fmt.Sprintf("%s%d%04d", h.home.town.area.Prefix(), at.Year(), n)
	sum := 0
	for i := range body {
		sum += int(body[i]-'0') * (i%9 + 1)
	}
	return fmt.Sprintf("%s%d", body, sum%10)
}

// keep takes the n-th household fit for it out of ordinary work.
func (c *county) keep(n int, fit func(*household) bool) *household {
	for i := range c.households {
		h := c.households[(i+n*53)%len(c.households)]
		if h.since > 83 && !h.kept && fit(h) {
			h.kept = true
			return h
		}
	}
	c.fail(fmt.Errorf("no household is left for mishap %d", n))
	return c.households[0]
}

func (h *household) large() bool { return len(h.people) > 2 }

// leave has four families leave the low-income class: heard first, then ended
// with the reason written down.
func (c *county) leave(d dice) {
	for i := range 4 {
		h := c.keep(i, func(h *household) bool { return h.has("低保") != nil && h.large() })
		by := h.home.town.staff[i%2]
		c.later(by, c.day(c.workday(40-i*7)).Add(10*time.Hour), func() {
			for _, p := range h.people {
				if p.benefits["低保"] == nil {
					continue
				}
				by.save(zoufang.Note(p.rid, "remarks", "已当面听取本人意见并说明理由；书面决定已送达。"),
					c.book.rm(p.rid, "categories", "低保"),
					c.book.set(p.rid, "benefit.低保", nil))
			}
			by.save(zoufang.Note(h.rid, "remarks", "家庭人均收入连续三个月超过标准，按规定渐退期满停发。"))
		})
	}
}

// moveHouse has two families move to another village of their township.
func (c *county) moveHouse(d dice) {
	for i := range 2 {
		h := c.keep(10+i, (*household).large)
		by := h.home.town.staff[0]
		to := c.villages[0]
		for _, v := range c.villages {
			if v.town == h.home.town && v != h.home {
				to = v
			}
		}
		c.later(by, c.day(c.workday(20-i*9)).Add(9*time.Hour+30*time.Minute), func() {
			do := []zoufang.Item{c.book.move(h.rid, to.area)}
			for _, p := range h.people {
				do = append(do, c.book.move(p.rid, to.area))
			}
			by.save(do...)
			next := to.coordinators[0]
			by.save(zoufang.Note(h.rid, "remarks", "随迁至"+to.name+"，档案一并移交。"),
				c.book.set(h.rid, "coordinator", next.user.ID), c.book.set(h.rid, "group", "1组"),
				c.book.set(h.rid, "address", fmt.Sprintf("%s%s%s1组（%s）%d号", countyName, to.town.name, to.name, to.hamlets[0], d.between(97, 140))))
		})
	}
}

// decease has two people die, and one household turn out to be entered twice. One
// of the voided records is written to once more by a phone that had not heard.
func (c *county) decease(d dice) {
	for i := range 2 {
		h := c.keep(20+i, func(h *household) bool { return len(h.people) == 2 && h.people[1].age > 60 })
		p := h.people[1]
		c.later(h.by, c.day(30-i*8).Add(15*time.Hour), func() {
			seen := c.book.shown(p.rid, "phone")
			h.by.save(c.book.void(p.rid, date(h.by.clock.AddDate(0, 0, -3))+" 去世，已核销"),
				zoufang.Note(h.rid, "remarks", "家属已告知，次月起停发有关补贴。"))
			if i == 0 {
				by := h.home.town.staff[1]
				c.later(by, c.day(29).Add(9*time.Hour), func() { by.save(zoufang.Set(p.rid, "phone", mobile(d), seen...)) })
			}
		})
	}
	h := c.keep(24, func(h *household) bool { return len(h.people) == 1 })
	c.later(h.by, c.day(50).Add(16*time.Hour), func() {
		twin, again := d.record(h.by.clock), d.record(h.by.clock)
		p := h.head()
		h.by.save(zoufang.New(twin, zoufang.KindHousehold, h.home.area, fields{"head": p.name, "group": h.group, "coordinator": h.by.user.ID, "members": []string{string(again)}}),
			zoufang.New(again, zoufang.KindPerson, h.home.area, fields{"name": p.name, "sex": p.sex, "relation": "户主", "birth": p.born.Format("2006-01-02"), "household": twin}))
		c.later(h.by, c.day(47).Add(16*time.Hour), func() {
			h.by.save(c.book.void(twin, "重复登记，以先登记的一户为准"), c.book.void(again, "重复登记"))
		})
	})
}
