package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zoufang"
)

// household is a family on the roster, as its coordinator knows it.
type household struct {
	rid     zoufang.RecordID
	home    *village
	by      *hand // the coordinator responsible
	pattern *pattern
	people  []*person
	group   string
	hamlet  string
	since   int  // registered so many days ago
	kept    bool // out of ordinary work: a mishap of its own awaits it
	lat     float64
	lon     float64
}

type person struct {
	rid      zoufang.RecordID
	name     string
	sex      string
	relation string
	born     time.Time
	age      int
	cats     []string
	benefits fields // by category
	level    string // of risk
	why      string
}

func (h *household) head() *person { return h.people[0] }

// has finds the first member of one of the categories, or nil.
func (h *household) has(cats ...string) *person {
	for _, p := range h.people {
		for _, cat := range cats {
			if slices.Contains(p.cats, cat) {
				return p
			}
		}
	}
	return nil
}

// register puts about 400 households on the roster, most in the first days.
func (c *county) register() {
	d := newDice(c.seed, "roster")
	total := 0
	for _, v := range c.villages {
		total += v.homes
	}
	deck := deal(d, total)
	namer := newNamer(d)
	for _, v := range c.villages {
		for range v.homes {
			h := c.family(d, namer, v, deck[0])
			deck = deck[1:]
			v.households = append(v.households, h)
			c.households = append(c.households, h)
		}
	}
	c.rename()
	for _, h := range c.households {
		at := c.day(h.since).Add(time.Duration(d.between(8*60, 17*60)) * time.Minute)
		c.later(h.by, at, func() { c.enter(d, h) })
	}
}

// deal gives each pattern its share of the households, every one at least one.
func deal(d dice, n int) []*pattern {
	sum := 0
	for _, p := range patterns {
		sum += p.weight
	}
	var deck []*pattern
	for i := range patterns {
		for range max(1, patterns[i].weight*n/sum) {
			deck = append(deck, &patterns[i])
		}
	}
	for len(deck) < n {
		deck = append(deck, &patterns[d.IntN(4)])
	}
	d.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	return deck
}

// rename sees to it that the rare surnames, and a hanzi outside the basic plane,
// are there under every seed.
func (c *county) rename() {
	for i, surname := range rare[:6] {
		h := c.households[7+i*41]
		old := surnameOf(h.head().name)
		for _, p := range h.people {
			if given, same := strings.CutPrefix(p.name, old); same {
				p.name = surname + given
			}
		}
	}
	p := c.households[5].head()
	p.name = string([]rune(p.name)[:1]) + beyond
}

func (c *county) family(d dice, namer *namer, v *village, p *pattern) *household {
	h := &household{home: v, by: pick(d, v.coordinators), pattern: p, since: d.between(84, 90)}
	if d.chance(9) {
		h.since = d.between(20, 83)
	}
	n := d.IntN(len(v.hamlets))
	h.hamlet, h.group = v.hamlets[n], fmt.Sprintf("%d组", n*2+d.between(1, 2))
	h.lat, h.lon = v.town.lat+d.Float64()/20, v.town.lon+d.Float64()/20
	at := c.day(h.since).Add(10 * time.Hour)
	h.rid = d.record(at)
	for i, m := range p.members {
		if m.chance > 0 && !d.chance(m.chance) {
			continue
		}
		h.people = append(h.people, c.relative(d, namer, h, &m, i == 0, at))
	}
	return h
}

// relative invents one member of the family.
func (c *county) relative(d dice, namer *namer, h *household, m *member, head bool, at time.Time) *person {
	p := &person{rid: d.record(at), relation: m.relation, sex: m.sex, age: d.between(m.low, m.high), cats: slices.Clone(m.cats), benefits: fields{}}
	switch p.sex {
	case "":
		p.sex = pick(d, []string{"男", "女"})
	case "!":
		p.sex = map[string]string{"男": "女", "女": "男"}[h.head().sex]
	}
	if !head {
		p.age = h.head().beside(m.relation, p.age)
	}
	p.born = c.now.AddDate(-p.age, 0, -d.between(1, 360))
	p.name = namer.name(p.sex, p.born.Year())
	if related := m.relation == "子女" || m.relation == "孙子女" || m.relation == "父亲"; related && !(m.relation == "子女" && h.head().sex == "女" && d.chance(70)) {
		p.name = namer.of(surnameOf(h.head().name), p.sex, p.born.Year())
	}
	if m.share > 0 && d.chance(m.share) {
		p.cats = append(p.cats, m.extra)
	}
	if p.age >= 80 && d.chance(90) {
		p.cats = append(p.cats, "高龄津贴")
	}
	for _, cat := range p.cats {
		if b := c.benefit(d, cat, p, h); b != nil {
			p.benefits[cat] = b
		}
	}
	p.level, p.why = risk(d, p)
	return p
}

// beside makes the age of a relative believable beside the head's.
func (p *person) beside(relation string, age int) int {
	switch relation {
	case "妻子", "配偶":
		return max(p.age-10, min(age, p.age+4))
	case "子女":
		return min(age, p.age-20)
	case "父亲", "母亲", "婆婆":
		return max(p.age+20, min(age, p.age+42))
	}
	return age
}

func surnameOf(name string) string {
	for _, s := range []string{"欧阳", "上官"} {
		if len(name) > len(s) && name[:len(s)] == s {
			return s
		}
	}
	return string([]rune(name)[:1])
}
