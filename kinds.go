package zoufang

var (
	field  = []Role{Coordinator, Worker, Township, County} // whoever works in the field or reviews
	roster = []Role{Coordinator, Township, County}
	office = []Role{Township, County}
	system = []Role{} // the operator alone
)

// Kinds is the table of kinds. Validation, rights, types and docs follow it.
// A name that ends in "." is a family of fields.
var Kinds = []Kind{
	{Name: "visit", Title: "走访", Create: field, Edit: roster, Fields: []Field{
		{Name: "type", Class: Register, Type: Choice, Title: "类型", Choices: []string{"routine", "care", "investigation", "gift", "errand", "followup", "disaster"}},
		{Name: "household", Class: Register, Type: Ref, Title: "户"},
		{Name: "persons", Class: Set, Type: Ref, Title: "走访对象"},
		{Name: "way", Class: Register, Type: Choice, Title: "怎么走访的", Choices: []string{"home", "phone", "video", "neighbour"}},
		{Name: "met", Class: Register, Type: Text, Title: "见到了谁"},
		{Name: "started", Class: Register, Type: Millis, Title: "开始"},
		{Name: "ended", Class: Register, Type: Millis, Title: "结束"},
		{Name: "visitors", Class: Set, Type: Text, Title: "走访人"},
		{Name: "form", Class: Register, Type: Text, Title: "表单"},
		{Name: "answers.", Class: Register, Type: Any, Title: "回答"},
		{Name: "risk", Class: Group, Type: Object, Title: "风险等级", Members: map[string]Type{"level": Text, "reason": Text}},
		{Name: "note", Class: Register, Type: Text, Title: "情况"},
		{Name: "needs", Class: Set, Type: Text, Title: "需求"},
		{Name: "photos", Class: Set, Type: Medium, Title: "照片"},
		{Name: "audio", Class: Set, Type: Medium, Title: "录音"},
		{Name: "signature.", Class: Group, Type: Object, Title: "签名", Choices: []string{"household", "visitor1", "visitor2", "village"},
			Members: map[string]Type{"image": Medium, "text": Hash, "by": Text, "at": Millis, "unable": Any, "witness": Text}},
		{Name: "place", Class: Group, Type: Object, Title: "位置", Members: placeMembers},
		{Name: "remarks", Class: Log, Type: Text, Title: "备注"},
		{Name: "comments.", Class: Log, Type: Text, Title: "审核意见", Writers: office},
		{Name: "state", Class: State, Type: Choice, Title: "状态", Choices: []string{"draft", "submitted", "returned", "approved"}, Steps: []Step{
			{From: "draft", To: "submitted", Author: true, Rule: maySubmit},
			{From: "returned", To: "submitted", Author: true, Rule: maySubmit},
			{From: "submitted", To: "approved", By: office, Review: true},
			{From: "submitted", To: "returned", By: office},
		}},
	}},
	{Name: "household", Title: "户", Create: roster, Edit: roster, Fields: []Field{
		{Name: "head", Class: Register, Type: Text, Title: "户主"},
		{Name: "address", Class: Register, Type: Text, Title: "住址"},
		{Name: "group", Class: Register, Type: Text, Title: "组"},
		{Name: "phone", Class: Register, Type: Text, Title: "电话"},
		{Name: "place", Class: Group, Type: Object, Title: "位置", Members: placeMembers},
		{Name: "coordinator", Class: Register, Type: Text, Title: "协理员"},
		{Name: "members", Class: Set, Type: Ref, Title: "家庭成员"},
		{Name: "remarks", Class: Log, Type: Text, Title: "备注"},
	}},
	{Name: "person", Title: "走访对象", Create: roster, Edit: roster, Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Title: "姓名"},
		{Name: "sex", Class: Register, Type: Text, Title: "性别"},
		{Name: "birth", Class: Register, Type: Text, Title: "出生日期"},
		{Name: "id_number", Class: Register, Type: Text, Title: "身份证号", Sealed: true},
		{Name: "phone", Class: Register, Type: Text, Title: "电话"},
		{Name: "household", Class: Register, Type: Ref, Title: "户"},
		{Name: "categories", Class: Set, Type: Text, Title: "类别"},
		{Name: "benefit.", Class: Group, Type: Object, Title: "救助待遇",
			Members: map[string]Type{"class": Text, "from": Any, "amount": Any, "approved": Any, "review": Any}},
		{Name: "risk", Class: Group, Type: Object, Title: "风险等级", Members: map[string]Type{"level": Text, "reason": Text}},
		{Name: "remarks", Class: Log, Type: Text, Title: "备注"},
	}},
	{Name: "request", Title: "办事", Create: field, Edit: roster, Fields: []Field{
		{Name: "item", Class: Register, Type: Text, Title: "事项"},
		{Name: "person", Class: Register, Type: Ref, Title: "申请人"},
		{Name: "urgency", Class: Register, Type: Text, Title: "紧急程度"},
		{Name: "text", Class: Register, Type: Text, Title: "内容"},
		{Name: "visit", Class: Register, Type: Ref, Title: "走访"},
		{Name: "remarks", Class: Log, Type: Text, Title: "备注"},
		{Name: "state", Class: State, Type: Choice, Title: "状态", Choices: []string{"received", "assigned", "transferred", "referred", "answered", "closed"}, Steps: []Step{
			{From: "received", To: "assigned", By: office},
			{From: "assigned", To: "transferred", By: office},
			{From: "assigned", To: "referred", By: office},
			{From: "transferred", To: "answered", By: office},
			{From: "referred", To: "answered", By: office},
			{From: "assigned", To: "answered", By: roster},
			{From: "answered", To: "assigned", By: office},
			{From: "answered", To: "closed", By: roster},
		}},
	}},
	{Name: "item", Title: "服务事项", Public: true, Create: office, Edit: office, Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Title: "名称"},
		{Name: "code", Class: Register, Type: Text, Title: "编码"},
		{Name: "level", Class: Register, Type: Text, Title: "层级"},
		// The eight blocks to be made public (八项公开).
		{Name: "basis", Class: Register, Type: Any, Title: "依据"},
		{Name: "conditions", Class: Register, Type: Any, Title: "条件"},
		{Name: "procedure", Class: Register, Type: Any, Title: "程序"},
		{Name: "limits", Class: Register, Type: Any, Title: "时限"},
		{Name: "materials", Class: Register, Type: Any, Title: "材料"},
		{Name: "samples", Class: Register, Type: Any, Title: "表样"},
		{Name: "fee", Class: Register, Type: Any, Title: "收费"},
		{Name: "promise", Class: Register, Type: Any, Title: "承诺"},
		{Name: "result", Class: Register, Type: Any, Title: "办理结果"},
		{Name: "window", Class: Register, Type: Any, Title: "窗口"},
		{Name: "phone", Class: Register, Type: Text, Title: "咨询电话"},
		{Name: "complaints", Class: Register, Type: Text, Title: "投诉电话"},
		{Name: "effective", Class: Group, Type: Object, Title: "有效期", Members: map[string]Type{"from": Any, "to": Any, "version": Any}},
	}},
	{Name: "card", Title: "救助证", Create: office, Edit: office, Fields: []Field{
		{Name: "type", Class: Register, Type: Text, Title: "证件类型"},
		{Name: "number", Class: Register, Type: Text, Title: "证号"},
		{Name: "person", Class: Register, Type: Ref, Title: "持证人"},
		{Name: "household", Class: Register, Type: Ref, Title: "户"},
		{Name: "category", Class: Register, Type: Text, Title: "类别"},
		{Name: "issued", Class: Register, Type: Text, Title: "发证日期"},
		{Name: "expires", Class: Register, Type: Text, Title: "有效期至"},
		{Name: "replaces", Class: Register, Type: Text, Title: "原证号"},
		{Name: "remarks", Class: Log, Type: Text, Title: "备注"},
	}},
	{Name: "area", Title: "区划", Public: true, Create: system, Edit: system, Fields: []Field{
		{Name: "code", Class: Register, Type: Place, Title: "代码"},
		{Name: "name", Class: Register, Type: Text, Title: "名称"},
		{Name: "codes", Class: Set, Type: Any, Title: "曾用代码"},
		{Name: "names", Class: Set, Type: Any, Title: "曾用名称"},
	}},
	{Name: "user", Title: "人员", Public: true, Create: system, Edit: system, Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Title: "姓名"},
		{Name: "role", Class: Register, Type: Text, Title: "角色"},
		{Name: "active", Class: Register, Type: Boolean, Title: "在岗"},
	}},
	{Name: "form", Title: "表单", Public: true, Create: office, Edit: office, Fields: document},
	{Name: "rule", Title: "规则", Public: true, Create: office, Edit: office, Fields: document},
	{Name: "department", Title: "部门", Public: true, Create: office, Edit: office, Fields: document},
	{Name: "calendar", Title: "工作日历", Public: true, Create: office, Edit: office, Fields: document},
	{Name: "notice", Title: "公示", Public: true, Create: office, Edit: office, Fields: document},
}

var placeMembers = map[string]Type{"lat": Number, "lon": Number, "accuracy": Number, "at": Millis}

// document holds what the office keeps as one piece with its source: title,
// document and article it rests on, dates, and the body.
var document = []Field{
	{Name: "title", Class: Register, Type: Text, Title: "标题"},
	{Name: "source", Class: Group, Type: Object, Title: "依据", Members: map[string]Type{"document": Text, "article": Text}},
	{Name: "effective", Class: Group, Type: Object, Title: "有效期", Members: map[string]Type{"from": Any, "to": Any}},
	{Name: "body", Class: Register, Type: Any, Title: "内容"},
}
