package demo

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// account is what a coordinator writes of a visit.
type account struct {
	way     string // how the visit was made
	met     string // who was there
	note    string
	answers fields
	needs   []string
	level   string
}

// writer fills the places in what coordinators write about one household.
type writer struct {
	d     dice
	h     *household
	p     *person
	kind  string // child, adult or old
	names map[string]string
}

func newWriter(d dice, h *household, p *person, at time.Time) *writer {
	w := &writer{d: d, h: h, p: p, kind: "adult"}
	call := p.name
	switch {
	case p.age < 18:
		w.kind = "child"
		if call = strings.TrimPrefix(p.name, surnameOf(p.name)); len([]rune(call)) == 1 {
			call = "小" + call
		}
	case p.age >= 60:
		w.kind = "old"
		if p.age >= 68 && d.chance(50) {
			call += "老人"
		}
	}
	near := pick(d, relatives[w.kind])
	far := pick(d, relatives[w.kind])
	for far == near {
		far = pick(d, relatives[w.kind])
	}
	other := pick(d, h.home.households)
	for try := 0; other == h && try < 9; try++ {
		other = pick(d, h.home.households)
	}
	w.names = map[string]string{
		"称": call, "亲": near, "远": far, "邻": "邻居" + surnameOf(other.head().name) + pick(d, words("大嫂 师傅 大姐 大叔")),
		"组": h.group, "口": strconv.Itoa(len(h.people)), "钱": strconv.Itoa(d.between(2, 12) * 100), "缺": pick(d, lacking),
		"同行": pick(d, words("镇民政所同志 镇里同志 村委委员")),
	}
	w.season(at)
	return w
}

// season picks what fits the time of year.
func (w *writer) season(at time.Time) {
	goods, event := goodsWarm, windCalamity
	switch m := at.Month(); {
	case m >= 11 || m <= 2:
		goods, event = goodsCold, coldCalamity
	case m >= 5 && m <= 9 && w.d.chance(70):
		event = wetCalamity
	}
	w.names["物"], w.names["灾"], w.names["损"] = pick(w.d, goods), pick(w.d, event.names), pick(w.d, event.damage)
}

var blank = regexp.MustCompile(`\{(\d+)-(\d+)\}|\{([^{}]+)\}`)

// fill puts names and numbers in.
func (w *writer) fill(text string) string {
	for strings.Contains(text, "{") {
		text = blank.ReplaceAllStringFunc(text, func(m string) string {
			g := blank.FindStringSubmatch(m)
			if g[3] != "" {
				return w.names[g[3]]
			}
			low, _ := strconv.Atoi(g[1])
			high, _ := strconv.Atoi(g[2])
			n := w.d.between(low, high)
			if n >= 1000 {
				n -= n % 100
			}
			return strconv.Itoa(n)
		})
	}
	return text
}

// way says how the visit is made.
func (w *writer) way(kind string) string {
	switch {
	case (kind == "routine" || kind == "care") && w.p.age < 18:
		return []string{"home", "phone"}[w.d.weigh(88, 12)]
	case kind == "routine":
		return []string{"home", "phone", "video", "neighbour"}[w.d.weigh(76, 12, 4, 8)]
	case kind == "care":
		return []string{"home", "phone", "video"}[w.d.weigh(82, 14, 4)]
	case kind == "followup":
		return []string{"home", "phone"}[w.d.weigh(65, 35)]
	}
	return "home"
}

// met says who was there.
func (w *writer) met(way string) string {
	switch {
	case way == "neighbour":
		return "邻居"
	case w.p.age < 14:
		return "家属"
	}
	return []string{"本人", "家属"}[w.d.weigh(78, 22)]
}

// account writes of a visit.
func (w *writer) account(kind string) (a account) {
	way := w.way(kind)
	if kind == "routine" || kind == "care" {
		a = w.ordinary(way)
	} else {
		a = w.special(kind)
	}
	a.way, a.met = way, w.met(way)
	return a
}

// ordinary writes of a routine or care visit: some topics in sentences, all asked
// ones as answers.
func (w *writer) ordinary(way string) account {
	d := w.d
	a := account{answers: fields{}}
	asked, opening := topics, openings[way]
	if w.kind == "child" {
		asked = childTopics
		if opening = openings["child.phone"]; way == "home" {
			opening = openings["child.home"]
		}
	}
	var said []string
	for _, t := range asked {
		other := func(cat string) bool { return slices.Contains(w.p.cats, cat) }
		if t.about != nil && !slices.ContainsFunc(t.about, other) || d.chance(18) {
			continue
		}
		n := d.weigh(68, 26, 6)
		if len(t.choices) == 2 {
			n = d.weigh(84, 16)
		}
		choice := t.choices[n]
		a.answers["answers."+t.question] = choice
		lines := t.lines[choice]
		if way != "home" {
			lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return s[0] == '@' })
		}
		if len(lines) > 0 && (n > 0 || d.chance(42)) {
			said = append(said, w.fill(strings.TrimPrefix(pick(d, lines), "@")))
		}
		if list := t.needs[choice]; len(list) > 0 && d.chance(70) {
			a.needs = append(a.needs, pick(d, list))
		}
		if n == 2 && t.grave {
			a.level = "高"
		}
	}
	if len(said) == 0 {
		said = append(said, pick(d, []string{"各方面都好，和上次差不多", "没有新的情况，身体、吃住都正常", "吃住正常，没有新的困难"}))
	}
	d.Shuffle(len(said), func(i, j int) { said[i], said[j] = said[j], said[i] })
	if len(said) > 5 {
		said = said[:5]
	}
	a.note = w.fill(pick(d, opening)) + strings.Join(said, pick(d, []string{"。", "；", "。"})) + "。" + w.fill(pick(d, closings[a.level]))
	slices.Sort(a.needs)
	a.needs = slices.Compact(a.needs)
	return a
}

// special writes of the other types.
func (w *writer) special(kind string) account {
	d := w.d
	a := account{answers: fields{}}
	text := pick(d, w.templates(kind))
	switch kind {
	case "investigation":
		if with := w.breadwinner(); with != "" {
			w.names["亲"] = with
		}
		a.answers = fields{"answers.members": len(w.h.people), "answers.notice": pick(d, []string{"已公示 7 日", "待公示", "不需公示"}),
			"answers.selfcare": pick(d, []string{"自理", "自理", "半失能", "全失能"}), "answers.relatives": d.chance(6)}
		if strings.Contains(text, "半失能") {
			a.answers["answers.selfcare"] = "半失能"
		}
	case "gift":
		a.answers = fields{"answers.goods": w.names["物"], "answers.received": pick(d, []string{"本人签收", "家属代收"})}
	case "errand":
		w.names["事"] = w.errand()
		a.answers = fields{"answers.item": w.names["事"], "answers.complete": !strings.Contains(text, "还缺")}
	case "followup":
		solved := "已解决"
		if strings.Contains(text, "没有动静") || strings.Contains(text, "还没有") || strings.Contains(text, "答应") || strings.Contains(text, "一半") {
			solved = "正在办"
		}
		a.answers = fields{"answers.solved": solved, "answers.satisfied": pick(d, []string{"满意", "满意", "基本满意"})}
	case "disaster":
		a.answers = fields{"answers.event": calamityKind(w.names["灾"]), "answers.safe": true, "answers.moved": strings.Contains(text, "转移") || strings.Contains(text, "暂在")}
		if !strings.Contains(text, "无损失") && d.chance(70) {
			a.needs = []string{pick(d, []string{"房屋维修", "生活物资", "临时救助"})}
		}
	}
	a.note = w.fill(text)
	if kind != "investigation" && d.chance(30) {
		a.note += pick(d, []string{"提醒用火用电注意安全。", "提醒接到陌生电话不要转账。", "留了联系电话，贴在门后。"})
	}
	return a
}

// templates gives the notes that fit the visit and the person.
func (w *writer) templates(kind string) []string {
	switch kind {
	case "followup":
		if w.d.chance(50) {
			w.names["事"], w.names["部门"] = pick(w.d, repairs), pick(w.d, builders)
			return notes["followup.修"]
		}
		w.names["事"], w.names["部门"] = pick(w.d, payments), pick(w.d, bureaux)
		return notes["followup.钱"]
	case "gift":
		if w.kind == "child" {
			return notes["gift.child"]
		}
		if slices.Contains(w.p.cats, "退役军人") {
			return slices.Concat(notes["gift.退役军人"], notes["gift"][:2])
		}
	case "investigation":
		var fit []string
		for _, cat := range w.p.cats {
			fit = append(fit, notes["investigation."+cat]...)
		}
		return fit
	}
	return notes[kind]
}

func (w *writer) errand() string {
	var fit []string
	for _, e := range errands {
		if w.p.age >= e.age && (e.cat == "" || slices.Contains(w.p.cats, e.cat)) {
			fit = append(fit, e.what)
		}
	}
	return pick(w.d, fit)
}

// breadwinner names a member of the household who may work, beside the person.
func (w *writer) breadwinner() string {
	for _, p := range w.h.people {
		if p != w.p && p.age >= 18 && p.age < 66 {
			switch {
			case p.relation == "户主":
				return p.name
			case p.relation == "子女" && p.sex == "女":
				return "女儿"
			case p.relation == "子女":
				return "儿子"
			}
			return p.relation
		}
	}
	return ""
}
