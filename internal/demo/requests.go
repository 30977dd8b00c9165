package demo

import (
	"time"

	"zoufang"
)

// itemOf names the service item an errand is about.
var itemOf = map[string]string{
	"高龄津贴申请": "YL-01", "残疾人护理补贴申请": "CJ-02", "低保年度认证": "JZ-01", "社保卡激活": "FW-01", "救助证补办": "ZJ-01",
	"残疾证换领": "FW-01", "临时救助申请": "JZ-03", "医疗救助申请": "YB-01", "困难残疾人生活补贴申请": "CJ-01",
}

// asked is what residents ask for on other visits, by item.
var asked = []struct{ item, text string }{
	{"JZ-03", "家中突发变故，生活暂时困难，申请临时救助。"},
	{"JZ-03", "孩子意外受伤住院，先救助后补手续。"},
	{"JZ-01", "家庭收入下降，申请最低生活保障。"},
	{"JZ-04", "申请认定低保边缘家庭。"},
	{"JZ-05", "住院自付费用大，申请认定刚性支出困难家庭。"},
	{"JZ-02", "老人失去劳动能力又无子女，申请特困供养。"},
	{"YB-01", "大病住院，申请医疗救助。"},
	{"ET-01", "父母一方服刑一方失联，申请事实无人抚养儿童补贴。"},
	{"ET-02", "孩子父母均已去世，申请孤儿基本生活费。"},
	{"FW-01", "行动不便，申请上门代办。"},
	{"ZJ-01", "救助证遗失，申请补办。"},
}

var urgencies = []string{"一般", "较急", "紧急"}

// ways are the ways of requests through the states, all of them in turn.
var ways = [][]string{
	{},
	{"assigned", "answered", "closed"},
	{"assigned", "transferred", "answered", "closed"},
	{"assigned"},
	{"assigned", "referred", "answered", "closed"},
	{"assigned", "transferred"},
	{"assigned", "answered"},
	{"assigned", "referred"},
	{"assigned", "answered", "assigned", "answered", "closed"},
}

// said is what goes with a step, as a remark of its own.
var said = map[string][]string{
	"assigned":    {"首问责任人：镇民政所窗口。材料齐，已受理。", "缺一项材料，已一次性告知，补齐后计时。", "由民政所经办，承诺期限内答复。"},
	"transferred": {"转县医疗保障局办理，要求 10 个工作日内回复。", "转县残联审核残疾等级。", "转县退役军人事务局办理。"},
	"referred":    {"转介社工站跟进，先做一次家访评估。", "转介县救助管理站。", "转介慈善总会，材料已交接。"},
	"answered":    {"已答复：符合条件，从次月起发放。", "已答复：暂不符合，理由和复核渠道已书面告知。", "已答复：救助金已打卡。"},
	"closed":      {"回访满意。", "本人已知晓结果，无异议。", "基本满意，希望到账有短信。"},
}

// ask makes a request of a visit and plans its way.
func (c *county) ask(d dice, v *visit) {
	what := pick(d, asked)
	if errand, ok := v.acc.answers["answers.item"].(string); ok {
		what.item, what.text = itemOf[errand], "上门代办："+errand+"。"
	}
	rid := d.record(v.by.clock)
	urgency := urgencies[d.weigh(75, 18, 7)]
	v.by.save(zoufang.New(rid, zoufang.KindRequest, v.house.home.area, fields{
		"item": what.item, "person": v.person.rid, "urgency": urgency, "text": what.text, "visit": v.rid}))
	way := ways[c.requests%len(ways)]
	c.requests++
	ago := c.ago(v.by.clock)
	for _, to := range way {
		if ago = c.workday(ago - d.between(1, 3)); ago < 0 {
			return
		}
		by := pick(d, v.house.home.town.staff)
		if to == "closed" {
			by = v.house.by
		}
		at := c.day(ago).Add(time.Duration(d.between(9*60, 16*60)) * time.Minute)
		c.later(by, at, func() {
			if d.chance(60) {
				by.save(zoufang.Note(rid, "remarks", pick(d, said[to])))
			}
			by.save(c.book.step(rid, to))
		})
	}
}
