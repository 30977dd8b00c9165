package demo

import (
	"slices"
	"time"
)

// office plans what the county publishes before anybody goes out: service items,
// rules with their documents, forms, departments and the working-day calendar.
// Later changes of it are commits like any other.
func (c *county) office() {
	d := newDice(c.seed, "office")
	first, second := c.county[0], c.county[1]
	publish := func(by *hand, kind string, all []fields) {
		for i, f := range all {
			c.later(by, c.day(days+1).Add(9*time.Hour+time.Duration(i)*2*time.Minute), func() {
				by.save(newItem(d.record(by.clock), kind, CountyCode, f))
			})
		}
	}
	publish(first, "item", serviceItems())
	publish(first, "department", departments())
	publish(second, "rule", rules())
	publish(second, "form", forms())
	publish(second, "calendar", []fields{calendar2026()})
}

// document lays a published piece out. Its dates are those of the demo county's
// own list, not of the source.
func document(title, source, article string, body any) fields {
	return fields{"title": title, "source": fields{"document": source, "article": article},
		"effective": fields{"from": "2026-07-01", "to": nil}, "body": body}
}

// rules holds the limits that law and office set, each with its source, so that
// a new document means a new record and no new program. Sources marked 待核 are
// to be checked before anybody relies on them.
func rules() []fields {
	cadence := func(title, document_, article string, cats []string, level string, days int, ways ...string) fields {
		f := document(title, document_, article, fields{"kind": "cadence", "categories": cats, "level": level, "days": days, "ways": ways})
		return f
	}
	limit := func(title, document_, article, item, step string, days int, unit string) fields {
		return document(title, document_, article, fields{"kind": "limit", "item": item, "step": step, "days": days, "unit": unit})
	}
	const (
		law    = "社会救助法（2026-07-01 施行）"
		low    = "最低生活保障审核确认办法（民发〔2021〕57号）"
		poor   = "特困人员认定办法（民发〔2021〕43号）"
		county = "澄溪县走访频次约定（示例）"
	)
	anyWay := []string{"home", "phone", "video"}
	elders := []string{"独居老人", "空巢老人", "留守老人", "失能老人", "计生特殊"}
	kids := []string{"孤儿", "事实无人抚养", "困境儿童", "留守儿童"}
	out := []fields{
		cadence("高风险对象走访频次", county, "第一条", []string{}, "高", 7, anyWay...),
		cadence("分散供养特困人员走访频次", county, "第二条", []string{"特困分散"}, "", 30, "home"),
		cadence("特殊困难老年人探访频次", "特殊困难老年人探访关爱文件（民政部等十部门，2022-10，文号待核）", "月探访率", elders, "", 30, anyWay...),
		cadence("困境和留守儿童走访频次", "国发〔2016〕13号、36号；频次为"+county, "第三条", kids, "", 30, "home", "phone"),
		cadence("在册其他对象走访频次", county, "第四条", []string{}, "", 90, anyWay...),
		document("重大变故后走访", county, "第五条", fields{"kind": "event", "event": "死亡、住院、跌倒、受灾", "hours": 24}),
		document("低保定期复核", low, "第三十一条", fields{"kind": "review", "category": "低保", "stable": 365, "unstable": 182}),
		document("特困人员自理能力评估", poor, "第二十一至二十三条", fields{"kind": "assessment", "category": "特困分散",
			"items":  []string{"吃饭", "穿衣", "上下床", "如厕", "室内行走", "洗澡"},
			"grades": []fields{{"failed": []int{0, 0}, "grade": "自理"}, {"failed": []int{1, 3}, "grade": "半失能"}, {"failed": []int{4, 6}, "grade": "全失能"}}, "again": 10, "unit": "工作日"}),
		document("低保入户核查", low, "第十六条", fields{"kind": "visit", "type": "investigation", "visitors": 2, "signatures": []string{"household", "visitor1", "visitor2"}}),
		document("减发停发前听取意见", law, "第四十八条", fields{"kind": "hearing", "before": []string{"减发", "停发"}, "written": true}),
		document("走访记录保管", "低保档案管理规定（民政部、国家档案局，待核）", "保管期限", fields{"kind": "archive", "approval": "停保后 3 年", "daily": "5 年"}),
		limit("低保调查启动", low, "第十五条", "JZ-01", "受理后开始调查", 3, "工作日"),
		limit("低保公示", low, "第十九条", "JZ-01", "公示", 7, "日"),
		limit("低保县级确认", low, "第二十条", "JZ-01", "县级确认", 10, "工作日"),
		limit("低保不予确认告知", low, "第二十一条", "JZ-01", "书面告知", 3, "工作日"),
		limit("低保办理总时限", low, "第二十二条", "JZ-01", "全程", 30, "工作日"),
		limit("特困乡镇审核", poor, "第十三条", "JZ-02", "乡镇调查审核", 15, "工作日"),
		limit("特困公示", poor, "第十五条", "JZ-02", "公示", 7, "日"),
		limit("特困县级确认", poor, "第十六条", "JZ-02", "县级确认", 15, "工作日"),
		limit("刚性支出困难认定有效期", "刚性支出困难家庭认定办法（2025-01-01 施行）", "有效期", "JZ-05", "认定有效期", 365, "日"),
		limit("信访事项登记答复", "信访工作条例", "第二十二条", "", "登记处理", 15, "日"),
		limit("信访事项办结", "信访工作条例", "第三十四条", "", "办结", 60, "日"),
		document("走访对象类别", "澄溪县走访对象分类（示例）", "附表", fields{"kind": "categories", "list": Categories}),
		document("疑似侵害未成年人强制报告", "未成年人保护法", "第十一条", fields{"kind": "report", "at": "立即", "to": []string{"公安机关 110", "县民政局 0000-8800101", "县教育局 0000-8800108"}}),
	}
	return out
}

// departments is the directory of those that requests are passed on to.
func departments() []fields {
	var out []fields
	for _, row := range []struct {
		name, office, phone string
		items               []string
	}{
		{"县民政局", "社会救助股", "0000-8800101", in("JZ-01", "JZ-02", "JZ-03", "JZ-04", "JZ-05", "YL-01", "ET-01", "ET-02", "ZJ-01")},
		{"县医疗保障局", "待遇保障股", "0000-8800102", in("YB-01")},
		{"县残疾人联合会", "康复股", "0000-8800103", in("CJ-01", "CJ-02")},
		{"县退役军人事务局", "优抚股", "0000-8800104", in()},
		{"县应急管理局", "救灾和物资保障股", "0000-8800105", in()},
		{"县农业农村局", "防返贫监测中心", "0000-8800106", in()},
		{"县卫生健康委员会", "基层卫生股", "0000-8800107", in()},
		{"县教育局", "学生资助中心", "0000-8800108", in()},
		{"县人力资源和社会保障局", "就业促进股", "0000-8800109", in()},
		{"县住房和城乡建设局", "村镇建设股", "0000-8800110", in()},
		{"县妇女联合会", "权益部", "0000-8800111", in()},
		{"县救助管理站", "值班室", "0000-8800112", in("FW-01")},
	} {
		out = append(out, document(row.name, "澄溪县社会救助联席会议成员单位名单（示例）", "附件", fields{
			"office": row.office, "phone": row.phone, "items": append([]string{}, row.items...), "reply": fields{"days": 10, "unit": "工作日"}}))
	}
	return out
}

// forms hold the questions that the answers of visits go by.
func forms() []fields {
	var questions []fields
	var asked []string
	for _, t := range append(append([]topic{}, topics...), childTopics...) {
		if !slices.Contains(asked, t.question) {
			asked = append(asked, t.question)
			questions = append(questions, fields{"key": t.question, "title": t.title, "choices": t.choices, "about": append([]string{}, t.about...)})
		}
	}
	ask := func(list ...string) (out []fields) {
		for i := 0; i < len(list); i += 2 {
			out = append(out, fields{"key": list[i], "title": list[i+1]})
		}
		return out
	}
	const source = "澄溪县走访记录表（示例）"
	var out []fields
	for _, row := range []struct {
		id, title string
		questions []fields
	}{
		{"routine", "日常走访", questions},
		{"care", "探访关爱", questions},
		{"investigation", "入户核查", ask("members", "共同生活人口", "notice", "村级公示", "selfcare", "自理能力", "relatives", "是否经办人员近亲属")},
		{"gift", "慰问", ask("goods", "慰问物品", "received", "签收")},
		{"errand", "代办上门", ask("item", "代办事项", "complete", "材料是否齐全")},
		{"followup", "回访", ask("solved", "是否解决", "satisfied", "满意度")},
		{"disaster", "灾情核查", ask("event", "灾害", "safe", "人员是否平安", "moved", "是否转移")},
	} {
		out = append(out, document(row.title, source, row.title, fields{"id": row.id, "version": 1, "questions": row.questions}))
	}
	return out
}

// calendar2026 is an example: the days of rest by law, and how they were moved as
// far as is known here. It says so itself.
func calendar2026() fields {
	rest := func(name, from, to string) fields { return fields{"name": name, "from": from, "to": to} }
	f := document("2026 年工作日历（示例）", "全国年节及纪念日放假办法；调休见国务院办公厅通知", "示例，使用前请与当年通知核对", fields{
		"year":    2026,
		"example": true,
		"rest": []fields{
			rest("元旦", "2026-01-01", "2026-01-03"), rest("春节", "2026-02-15", "2026-02-23"), rest("清明节", "2026-04-04", "2026-04-06"),
			rest("劳动节", "2026-05-01", "2026-05-05"), rest("端午节", "2026-06-19", "2026-06-21"), rest("中秋节", "2026-09-25", "2026-09-27"),
			rest("国庆节", "2026-10-01", "2026-10-07"),
		},
		"work": []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
	})
	f["effective"] = fields{"from": "2026-01-01", "to": "2026-12-31"}
	return f
}
