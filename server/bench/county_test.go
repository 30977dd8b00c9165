package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// county is a large county as its records stand: so many visits, with 60 households and
// 150 persons to a thousand of them, over 300 villages. The same number gives the same.
type county struct {
	visits int
	areas  []zoufang.AreaID
	dice   *rand.Rand
	n      uint64
}

const countyVillages = 300

// countyVillage is one of 20 townships' 15 villages each.
func countyVillage(i int) zoufang.AreaID {
	return zoufang.AreaID(fmt.Sprintf("9901011%02d2%02d", i/15, i%15))
}

func newCounty(visits int) *county {
	c := &county{visits: visits, dice: rand.New(rand.NewPCG(1, uint64(visits)))}
	for i := range countyVillages {
		c.areas = append(c.areas, countyVillage(i))
	}
	return c
}

// csv lists its areas for `area import`.
func (c *county) csv() string {
	var b strings.Builder
	b.WriteString("code,name\n990101000000,大县\n")
	for i, a := range c.areas {
		if i%15 == 0 {
			fmt.Fprintf(&b, "%s000,第%d镇\n", a[:9], i/15+1)
		}
		fmt.Fprintf(&b, "%s,第%d村\n", a, i+1)
	}
	return b.String()
}

var (
	surnames = []rune("李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单仇曾解区覃")
	givens   = []rune("淑兰绍良月红建国桂英秀珍明华丽军伟芳娜敏静强磊洋艳勇杰涛超平刚玲")
)

func (c *county) name() string {
	return string([]rune{surnames[c.dice.IntN(len(surnames))], givens[c.dice.IntN(len(givens))], givens[c.dice.IntN(len(givens))]})
}

func of(dice *rand.Rand, all ...string) string { return all[dice.IntN(len(all))] }

// begun is when its first visit was.
const begun = 1_735_660_800_000 // 2025-01-01

func (c *county) record(kind string, area zoufang.AreaID, author zoufang.UserID, at int64) *zoufang.Record {
	c.n++
	var b [16]byte
	binary.BigEndian.PutUint64(b[8:], c.n*0x9e3779b97f4a7c15)
	r := (&zoufang.Record{ID: zoufang.UUIDv7(at, b), Kind: kind, Area: area, Created: zoufang.CommitID(fmt.Sprintf("%016d", c.n)), Author: author}).Fill()
	r.Stamps[r.Created] = zoufang.NewStamp(r.Created, author, at, at-1000, at+1000, false)
	return r
}

func set(r *zoufang.Record, field string, value any) {
	v := zoufang.ValueOf(value)
	r.Heads[field] = &zoufang.Heads{Live: []zoufang.Head{{ID: r.Created, Value: v}}}
}

func add(r *zoufang.Record, field, value string) {
	if r.Sets[field] == nil {
		r.Sets[field] = map[string]*zoufang.Heads{}
	}
	v := zoufang.Quote(value)
	r.Sets[field][v.Canon()] = &zoufang.Heads{Live: []zoufang.Head{{ID: r.Created, Value: v}}}
}

// load stores the county, village by village.
func (c *county) load(ctx context.Context, to storage.Records) error {
	for i, area := range c.areas {
		share := func(of int) int { return of*(i+1)/len(c.areas) - of*i/len(c.areas) }
		var authors [4]zoufang.UserID
		for k := range authors {
			authors[k] = zoufang.UserID(c.record("", "", "", begun).ID)
		}
		var all []*zoufang.Record
		homes, people := c.roster(area, authors[:], share(c.visits*60/1000), share(c.visits*150/1000))
		all = append(append(all, homes...), people...)
		for range share(c.visits) {
			k := c.dice.IntN(len(homes))
			v := c.visit(area, authors[c.dice.IntN(4)], homes[k], people[k*len(people)/len(homes):(k+1)*len(people)/len(homes)])
			all = append(all, v)
		}
		for len(all) > 0 {
			batch := all[:min(len(all), 500)]
			all = all[len(batch):]
			err := to.Update(ctx, area, func(tx storage.Tx) error {
				for _, r := range batch {
					if err := tx.PutRecord(r, r.Created); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *county) roster(area zoufang.AreaID, authors []zoufang.UserID, homes, people int) (h, p []*zoufang.Record) {
	for i := range homes {
		r := c.record(zoufang.KindHousehold, area, "system", begun+int64(i))
		set(r, "head", c.name())
		set(r, "address", fmt.Sprintf("第%d组%d号", i%9+1, i+1))
		set(r, "group", fmt.Sprintf("%d组", i%9+1))
		set(r, "coordinator", authors[i%len(authors)])
		h = append(h, r)
	}
	for i := range people {
		r := c.record(zoufang.KindPerson, area, "system", begun+int64(i))
		set(r, "name", c.name())
		set(r, "household", h[i*homes/people].ID)
		set(r, "sex", of(c.dice, "男", "女"))
		set(r, "risk", map[string]any{"level": of(c.dice, "高", "重点", "一般", "一般", "一般")})
		for range 1 + c.dice.IntN(2) {
			add(r, "categories", of(c.dice, "低保", "低保边缘", "特困", "残疾人", "高龄", "留守儿童", "困境儿童", "孤儿"))
		}
		p = append(p, r)
	}
	return h, p
}

// visit is one of some 1.9 kB, as a phone's come.
func (c *county) visit(area zoufang.AreaID, author zoufang.UserID, home *zoufang.Record, people []*zoufang.Record) *zoufang.Record {
	d := c.dice
	at := begun + d.Int64N(365*86_400_000)
	r := c.record(zoufang.KindVisit, area, author, at)
	set(r, "type", of(d, "routine", "routine", "routine", "care", "investigation", "gift", "errand", "followup"))
	set(r, "way", of(d, "home", "home", "home", "phone", "video", "neighbour"))
	set(r, "household", home.ID)
	for _, p := range people {
		if d.IntN(3) > 0 {
			add(r, "persons", string(p.ID))
		}
	}
	set(r, "started", at-1_200_000)
	set(r, "ended", at)
	set(r, "risk", map[string]any{"level": of(d, "高", "重点", "一般", "一般", "一般"), "reason": "家中只有老人，冬天用火要注意"})
	set(r, "met", c.name())
	set(r, "note", strings.Repeat("老人身体还好，药按时吃，米面够吃到月底，", 4+d.IntN(4)))
	for i := range 8 {
		set(r, fmt.Sprintf("answers.q%d", i), of(d, "是", "否", "不清楚"))
	}
	state := of(d, "approved", "approved", "approved", "approved", "submitted", "returned", "draft")
	r.States["state"] = &zoufang.Standing{Value: state, By: r.Created}
	if d.IntN(50) == 0 {
		r.Heads["note"].Live = append(r.Heads["note"].Live, zoufang.Head{ID: r.Created + "b", Value: zoufang.Quote("另一种说法")})
	}
	if d.IntN(100) == 0 {
		set(r, zoufang.Void, "重复")
	}
	return r
}
