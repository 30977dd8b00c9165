package demo

import (
	"fmt"
	"strings"
	"time"
)

// benefit tells what somebody of a category receives, or nil where the category
// is a mere fact. Amounts are yuan a month unless the class says otherwise; they
// are invented.
func (c *county) benefit(d dice, cat string, p *person, h *household) fields {
	low := d.between(3, 40) // months ago
	from := c.now.AddDate(0, -low, 0)
	review := 365
	var class, office string
	var amount int
	switch cat {
	case "低保":
		class, amount, office = pick(d, []string{"收入稳定 按年复核", "收入不稳定 半年复核"}), d.between(28, 62)*10, "民低保"
		if strings.Contains(class, "半年") {
			review = 182
		}
	case "特困分散":
		class, amount, office = pick(d, []string{"自理", "自理", "半失能"}), d.between(88, 102)*10, "民特困"
	case "特困集中":
		class, amount, office = pick(d, []string{"自理", "半失能", "全失能"}), d.between(105, 130)*10, "民特困"
	case "刚性支出困难":
		from = c.now.AddDate(0, -d.between(1, 9), 0)
		return fields{"class": "认定有效期 12 个月", "from": month(from), "amount": 0, "approved": c.decision(d, "民刚", from), "review": date(from.AddDate(1, 0, 0))}
	case "低保边缘":
		class, office = "收入低于低保标准 1.5 倍", "民边缘"
	case "残疾生活补贴":
		class, amount, office = pick(d, []string{"肢体二级", "视力一级", "肢体三级", "听力二级"}), 90, "民残"
	case "残疾护理补贴":
		class, amount, office = pick(d, []string{"肢体一级", "智力二级", "精神二级", "多重一级"}), 95, "民残"
	case "高龄津贴":
		class, amount, office = "80—89 岁", 60, "民龄"
		if p.age >= 90 {
			class, amount = "90—99 岁", 200
		}
		if born := p.born.AddDate(80, 0, 0); from.Before(born) {
			from = born
		}
	case "孤儿":
		class, amount, office = "社会散居", 1250, "民童"
	case "事实无人抚养":
		class, amount, office = "社会散居", 1250, "民童"
	case "精神障碍监护":
		class, amount, office = "以奖代补 200 元/月", 200, "政法监护"
	case "退役军人", "三属":
		class, amount, office = pick(d, []string{"参战退役人员", "60 周岁以上农村籍退役士兵", "带病回乡退役军人"}), d.between(6, 11)*100, "退役"
		if cat == "三属" {
			class, amount = pick(d, []string{"烈士遗属", "因公牺牲军人遗属", "病故军人遗属"}), d.between(19, 26)*100
		}
	case "临时救助", "疾病应急":
		from = c.now.AddDate(0, 0, -d.between(20, 80))
		return fields{"class": "一次性", "from": date(from), "amount": d.between(8, 60) * 100, "approved": c.decision(d, "民临", from), "review": nil}
	case "受灾":
		from = c.now.AddDate(0, 0, -d.between(30, 120))
		return fields{"class": "一次性 过渡期生活救助", "from": date(from), "amount": d.between(3, 12) * 150, "approved": c.decision(d, "应急救", from), "review": nil}
	default:
		return nil
	}
	next := from
	for !next.After(c.now.AddDate(0, 0, -15)) { // some are overdue
		next = next.AddDate(0, 0, review)
	}
	return fields{"class": class, "from": month(from), "amount": amount, "approved": c.decision(d, office, from), "review": date(next)}
}

func (c *county) decision(d dice, office string, at time.Time) string {
	return fmt.Sprintf("澄%s〔%d〕%d号", office, at.Year(), d.between(3, 880))
}

func date(t time.Time) string  { return t.Format("2006-01-02") }
func month(t time.Time) string { return t.Format("2006-01") }

// risk gives a level and its reason to those who need closer looking after.
func risk(d dice, p *person) (level, why string) {
	for _, cat := range p.cats {
		reasons, ok := risks[cat]
		if !ok {
			continue
		}
		switch d.weigh(12, 30, 58) {
		case 0:
			return "高", pick(d, reasons)
		case 1:
			return "重点", pick(d, reasons)
		case 2:
			return "一般", "近期情况平稳"
		}
	}
	return "", ""
}

var risks = map[string][]string{
	"独居老人":   {"独居，夜间无人照应", "今年跌倒过两次", "高血压，服药不规律", "耳背，煤气灶忘关过火", "子女一个月没有联系"},
	"空巢老人":   {"老伴新近住院，自己照顾吃力", "两人都有慢性病", "住处离最近的邻居有三百米"},
	"失能老人":   {"长期卧床，有压疮", "照护人自己也有腰病", "吞咽困难，喂饭易呛"},
	"特困分散":   {"自理能力下降，需重新评估", "柴火灶，屋内堆物多", "冬季取暖用炭盆"},
	"低保":     {"主要劳力病倒，收入中断", "家中有重病人，药费高", "房屋有渗漏"},
	"留守儿童":   {"祖父母年迈，接送上学有困难", "放学后常去河边玩", "情绪低落，不爱说话"},
	"孤儿":     {"监护人年事已高", "升学后住校，周末无人接"},
	"事实无人抚养": {"监护人身体差", "孩子有厌学情绪"},
	"困境儿童":   {"母亲发病时无人照看孩子", "家里用电线路老化"},
	"精神障碍监护": {"近一月有两次情绪激动", "停药一周，已联系精防医生", "监护人年迈，看护吃力"},
	"计生特殊":   {"节假日情绪低落", "拒绝与邻里来往"},
	"防返贫监测":  {"两个孩子同时上学", "务工不稳定"},
	"受灾":     {"临时住处在低洼地", "后墙有裂缝，未鉴定"},
}
