package demo

// serviceItem is a service as residents read of it, in the eight blocks that are
// to be made public (八项公开), with who does it and where.
type serviceItem struct {
	code, name, level string
	basis             []basis
	conditions        []string
	procedure         []string
	legal, promised   string
	materials         []material
	samples           []string
	result            string
}

type basis struct {
	Document string `json:"document"`
	Article  string `json:"article"`
}

type material struct {
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Form     string `json:"form"`
	Source   string `json:"source"`
	Checked  string `json:"checked"`
}

// serviceItems gives the fields of the records. Days that are promised, windows
// and phones are the demo county's own.
func serviceItems() []fields {
	var out []fields
	for _, it := range items {
		out = append(out, fields{
			"name": it.name, "code": it.code, "level": it.level,
			"basis":      it.basis,
			"conditions": it.conditions,
			"procedure":  it.procedure,
			"limits":     fields{"legal": it.legal, "promised": it.promised},
			"materials":  it.materials,
			"samples":    it.samples,
			"fee":        "不收费",
			"promise":    "首问负责、一次性告知、限时办结；能在平台核对的不要证明；行动不便的上门办理。承诺时限：" + it.promised + "。",
			"result":     it.result,
			"window":     "各乡镇便民服务中心社会救助窗口；工作日 8:30—12:00，14:00—17:30",
			"phone":      "0000-8800101",
			"complaints": "0000-8800100",
			"effective":  fields{"from": "2026-07-01", "to": nil, "version": "1"},
		})
	}
	return out
}

var (
	idCard   = material{"身份证", true, "原件，查验后退回", "申请人", "身份信息"}
	registry = material{"户口簿", true, "原件；上次交过的不再交", "申请人", "家庭成员关系"}
	applying = material{"申请书", true, "窗口提供，可由工作人员代填", "窗口", "本人签名"}
	promise  = material{"诚信承诺和核对授权书", true, "窗口提供", "窗口", "全体成年家庭成员签名"}
	disabled = material{"残疾人证", false, "原件；系统能查到的不交", "残联", "类别、等级"}
	illness  = material{"诊断书或病历", false, "复印件", "医院", "病种、时间"}
	bank     = material{"社会保障卡", true, "复印件", "申请人", "账户"}
	bills    = material{"医疗、教育支出票据", true, "近 12 个月，原件查验", "医院、学校", "自付金额"}
	agent    = material{"委托书和代办人身份证", false, "窗口提供委托书", "申请人", "委托关系"}
)

const (
	socialLaw = "中华人民共和国社会救助法"
	rule57    = "最低生活保障审核确认办法（民发〔2021〕57号）"
	rule43    = "特困人员认定办法（民发〔2021〕43号）"
	twoGrants = "国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见（国发〔2015〕52号）"
)

var items = []serviceItem{
	{"JZ-01", "最低生活保障", "乡镇受理，县级确认",
		[]basis{{socialLaw, "第十八条"}, {rule57, "全文"}},
		[]string{"共同生活的家庭成员人均收入低于当地低保标准", "家庭财产符合当地规定"},
		[]string{"申请，乡镇受理（材料不齐一次性告知）", "受理后 3 个工作日内开始调查，两人以上入户", "审核意见公示 7 日", "县级 10 个工作日内确认", "公布确认结果，从次月起发放"},
		"30 个工作日，特殊情况可延至 45 个工作日", "22 个工作日",
		[]material{idCard, registry, applying, promise, disabled, illness},
		[]string{"低保申请书（样表）", "诚信承诺和核对授权书（样表）"},
		"确认的发给低保证并从次月起发放低保金；不予确认的 3 个工作日内书面说明理由"},
	{"JZ-02", "特困人员救助供养", "乡镇受理，县级确认",
		[]basis{{socialLaw, "第十六条"}, {rule43, "全文"}},
		[]string{"无劳动能力、无生活来源", "无法定赡养、抚养、扶养义务人，或义务人无履行能力", "60 周岁以上老年人、未满 16 周岁未成年人或符合规定的残疾人"},
		[]string{"本人申请，或由村（居）委会、他人代为申请", "乡镇 15 个工作日内调查审核", "公示 7 日", "县级 15 个工作日内确认（随机抽查不少于 30%）", "评定自理能力，落实照料档次"},
		"乡镇 15 个工作日，公示 7 日，县级 15 个工作日", "乡镇 10 个工作日，县级 10 个工作日",
		[]material{idCard, {"书面声明", true, "窗口提供，可代填", "窗口", "收入、财产、义务人情况"}, promise, disabled},
		[]string{"特困人员救助供养申请书（样表）"},
		"建立供养档案，确定照料护理档次；不符合的 3 个工作日内书面告知"},
	{"JZ-03", "临时救助", "乡镇受理，小额由乡镇审批",
		[]basis{{socialLaw, "第二十九条、第五十条"}, {"民政部 财政部关于进一步加强和改进临时救助工作的意见（民发〔2018〕23号）", "全文"}},
		[]string{"遭遇火灾、事故、重病等突发情况，基本生活一时出现严重困难", "急难情形不受户籍地限制，在发生地申请"},
		[]string{"申请或村级发现上报", "急难的先行救助，事后补齐手续", "一般情形入户调查、审核、公示", "发放现金、实物或转介服务"},
		"按当地规定；急难情形先行救助", "急难 24 小时内，一般 10 个工作日",
		[]material{idCard, {"情况说明", true, "窗口提供，可口述代记", "窗口", "困难原因"}, illness},
		[]string{"临时救助申请表（样表）"},
		"发放救助金、实物，或转介到相关部门、慈善组织"},
	{"JZ-04", "低保边缘家庭认定", "乡镇受理，县级认定",
		[]basis{{socialLaw, "第二十一条"}, {rule57, "第八条"}},
		[]string{"人均收入高于低保标准、低于 1.5 倍", "家庭财产符合当地规定"},
		[]string{"申请受理", "核对与入户调查", "公示 7 日", "县级认定"},
		"参照低保，30 个工作日", "22 个工作日",
		[]material{idCard, registry, applying, promise, disabled, illness},
		[]string{"低收入人口认定申请书（样表）"},
		"书面认定结论"},
	{"JZ-05", "刚性支出困难家庭认定", "乡镇受理，县级认定",
		[]basis{{socialLaw, "第二十二条"}, {"刚性支出困难家庭认定办法", "2025-01-01 施行"}},
		[]string{"人均收入低于当地居民人均可支配收入", "近 12 个月医疗、教育等必需支出较大"},
		[]string{"申请受理", "核对票据和家庭经济状况", "公示", "县级认定"},
		"30 个工作日，可延至 45 个工作日", "22 个工作日",
		[]material{idCard, registry, applying, promise, bills},
		[]string{"低收入人口认定申请书（样表）"},
		"书面认定结论，有效期不超过 12 个月"},
	{"CJ-01", "困难残疾人生活补贴", "乡镇受理，残联审核，民政审定",
		[]basis{{twoGrants, "全文"}},
		[]string{"低保家庭中的残疾人（有条件的地方可扩大范围）"},
		[]string{"申请受理", "县残联核对残疾证", "县民政局审定", "按月发放"},
		"按当地规定", "20 个工作日",
		[]material{idCard, registry, disabled, bank},
		[]string{"残疾人两项补贴申请表（样表）"},
		"从审定次月起按月发放"},
	{"CJ-02", "重度残疾人护理补贴", "乡镇受理，残联审核，民政审定",
		[]basis{{twoGrants, "全文"}},
		[]string{"残疾等级一级、二级且需要长期照护（当地可扩至三、四级精神、智力残疾）"},
		[]string{"申请受理", "县残联核对残疾证", "县民政局审定", "按月发放"},
		"按当地规定", "20 个工作日",
		[]material{idCard, registry, disabled, bank},
		[]string{"残疾人两项补贴申请表（样表）"},
		"从审定次月起按月发放"},
	{"YL-01", "高龄津贴", "村级受理，乡镇审核，县级确认",
		[]basis{{"中华人民共和国老年人权益保障法", "第三十三条"}},
		[]string{"年满 80 周岁的本县户籍老年人（当地规定）"},
		[]string{"村（居）受理或主动提醒", "乡镇审核", "县级确认", "按月发放"},
		"30 个工作日（当地规定）", "22 个工作日",
		[]material{idCard, registry, bank, agent},
		[]string{"高龄津贴申请表（样表）"},
		"从年满 80 周岁当月起发放"},
	{"ET-01", "事实无人抚养儿童基本生活补贴", "乡镇受理，县级确认",
		[]basis{{"关于进一步加强事实无人抚养儿童保障工作的意见（民发〔2019〕62号）", "全文"}},
		[]string{"父母双方均符合重残、重病、服刑、失联等情形之一", "或一方死亡（失踪），另一方符合上述情形之一"},
		[]string{"监护人或村（居）申请", "乡镇 15 个工作日内查验（以数据核验为主）", "县级 15 个工作日内确认", "不设公示环节，保护儿童隐私"},
		"乡镇 15 个工作日，县级 15 个工作日", "乡镇 10 个工作日，县级 10 个工作日",
		[]material{{"申请表", true, "窗口提供，可代填", "窗口", "监护人签名"}},
		[]string{"事实无人抚养儿童基本生活补贴申请表（样表）"},
		"从确认次月起发放"},
	{"ET-02", "孤儿基本生活费", "乡镇受理，县级审批",
		[]basis{{"国务院办公厅关于加强孤儿保障工作的意见（国办发〔2010〕54号）", "全文"}},
		[]string{"失去父母、查找不到生父母的未满 18 周岁未成年人"},
		[]string{"监护人申请", "乡镇审核", "县级审批", "按月发放"},
		"按当地规定", "20 个工作日",
		[]material{{"监护人身份证", true, "原件，查验后退回", "监护人", "监护关系"}, {"父母死亡或失踪证明", true, "系统能查到的不交", "公安、法院", "事实"}},
		[]string{"孤儿基本生活费申请表（样表）"},
		"从批准次月起发放"},
	{"YB-01", "医疗救助（依申请）", "乡镇受理，医保局确认",
		[]basis{{socialLaw, "第二十四条"}},
		[]string{"属于救助对象，经基本医保、大病保险报销后个人负担仍重"},
		[]string{"申请受理", "乡镇审核", "县医疗保障局确认", "拨付"},
		"按当地规定", "20 个工作日",
		[]material{idCard, bills, {"医保结算单", true, "系统能查到的不交", "医院、医保局", "报销后自付金额"}},
		[]string{"医疗救助申请表（样表）"},
		"救助金直接拨付到个人账户或医疗机构"},
	{"ZJ-01", "救助证补办换领", "乡镇办理",
		[]basis{{"澄溪县救助证管理约定（示例）", "第六条"}},
		[]string{"救助证遗失、损坏，或登记内容变化"},
		[]string{"核对身份", "旧证作废并登记", "打印发放新证"},
		"按当地规定", "当场",
		[]material{idCard, {"情况说明", true, "可口述代记", "窗口", "遗失、损坏或变更原因"}},
		[]string{"救助证补换登记表（样表）"},
		"当场发给新证"},
	{"FW-01", "上门办理与全程代办", "村级办理",
		[]basis{{socialLaw, "第六十三条"}, {"澄溪县便民服务承诺（示例）", "第二条"}},
		[]string{"高龄、重残、重病等本人不便到窗口的"},
		[]string{"电话或村级协理员登记", "约定时间上门", "代收材料、代填表格，本人签名", "送达结果"},
		"无法定时限", "3 个工作日内上门",
		[]material{idCard, agent},
		[]string{"委托代办书（样表）"},
		"代办事项的结果送到家中"},
}
