package demo

import (
	"fmt"
	"time"

	"zoufang"
)

// enter is the coordinator's registration: the household with its members in
// one commit, and often a remark.
func (c *county) enter(d dice, h *household) {
	members := []string{}
	for _, p := range h.people {
		members = append(members, string(p.rid))
	}
	home := h.fields(d)
	home["coordinator"], home["members"] = h.by.user.ID, members
	if d.chance(40) {
		home["place"] = place(d, h, h.by.clock)
	}
	do := []zoufang.Item{zoufang.New(h.rid, zoufang.KindHousehold, h.home.area, home)}
	for _, p := range h.people {
		do = append(do, zoufang.New(p.rid, zoufang.KindPerson, h.home.area, p.fields(d, h)))
	}
	h.by.save(do...)
	if d.chance(35) {
		h.by.save(zoufang.Note(h.rid, "remarks", h.pattern.reason))
	}
	if p := pick(d, h.people); d.chance(12) {
		h.by.save(zoufang.Note(p.rid, "remarks", pick(d, personRemarks)))
	}
}

func (h *household) fields(d dice) fields {
	address := fmt.Sprintf("%s%s%s%s（%s）%d号", countyName, h.home.town.name, h.home.name, h.group, h.hamlet, d.between(1, 96))
	return fields{"head": h.head().name, "group": h.group, "address": address, "phone": mobile(d)}
}

func (p *person) fields(d dice, h *household) fields {
	f := fields{"name": p.name, "sex": p.sex, "relation": p.kin(), "birth": p.born.Format("2006-01-02"), "household": h.rid, "categories": append([]string{}, p.cats...)}
	if p.age > 1 || d.chance(50) { // a newborn may have none yet
		f["id_number"] = idNumber(d, p.born, p.sex)
	}
	if p.age >= 16 && p.age < 80 && d.chance(60) || p.relation == "户主" && d.chance(60) {
		f["phone"] = mobile(d)
	}
	for cat, b := range p.benefits {
		f["benefit."+cat] = b
	}
	if p.level != "" {
		f["risk"] = fields{"level": p.level, "reason": p.why}
	}
	return f
}

// kin is the relation to the head as a household register has it.
func (p *person) kin() string {
	switch p.relation {
	case "子女":
		return map[string]string{"男": "儿子", "女": "女儿"}[p.sex]
	case "孙子女":
		return map[string]string{"男": "孙子", "女": "孙女"}[p.sex]
	}
	return p.relation
}

func place(d dice, h *household, at time.Time) fields {
	round := func(v float64) float64 { return float64(int64(v*1e5)) / 1e5 }
	return fields{"lat": round(h.lat + d.Float64()/2000), "lon": round(h.lon + d.Float64()/2000), "accuracy": d.between(6, 60), "at": at.UnixMilli()}
}

var personRemarks = []string{
	"听力不好，打电话要大声，最好上门。",
	"户籍在邻县，长期住在本村（人户分离）。",
	"社保卡由儿子代管，已签代管协议。",
	"白天多在菜地，傍晚五点后在家。",
	"不识字，材料要念给本人听。",
	"家里养狗，进门前先喊一声。",
	"手机只会接听，不会看短信。",
	"每周二、五去镇卫生院做透析，走访避开。",
	"身份证即将到期，已提醒换领。",
	"不愿意拍照，本人明确说过。",
}
