package zoufang

// Kinds that the operator and the office keep.
const (
	KindArea       = "area"       // a division (区划)
	KindUser       = "user"       // a person with an account, as others see them (人员)
	KindForm       = "form"       // 表单
	KindRule       = "rule"       // 规则
	KindDepartment = "department" // 部门
	KindCalendar   = "calendar"   // 工作日历
	KindNotice     = "notice"     // 公示
)

var division = Kind{
	Name: KindArea, Label: Label{"区划", "area"}, Public: true, Create: system, Edit: system, NamedBy: "name",
	Fields: []Field{
		{Name: "code", Class: Register, Type: Division, Label: Label{"代码", "Division code"}, Shows: InList},
		{Name: "name", Class: Register, Type: Text, Label: Label{"名称", "Title"}, Shows: InList},
		{Name: "codes", Class: Elements, Type: Any, Label: Label{"曾用代码", "Former codes"}},
		{Name: "names", Class: Elements, Type: Any, Label: Label{"曾用名称", "Former names"}},
	},
}

var account = Kind{
	Name: KindUser, Label: Label{"人员", "user"}, Public: true, Create: system, Edit: system, NamedBy: "name",
	Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Label: Label{"姓名", "Name"}, Shows: InList},
		{Name: "role", Class: Register, Type: Text, Label: Label{"角色", "Role"}, Choices: roleChoices(), Shows: InList},
		{Name: "active", Class: Register, Type: Boolean, Label: Label{"在岗", "Active"}},
	},
}

// document is a kind that the office keeps as one piece with its source: title,
// document and article it rests on, dates, and the body.
func document(name string, label Label) Kind {
	return Kind{Name: name, Label: label, Public: true, Create: office, Edit: office, NamedBy: "title", Facets: byMarks, Fields: []Field{
		{Name: "title", Class: Register, Type: Text, Label: Label{"标题", "Heading"}, Shows: InList},
		{Name: "source", Class: Group, Type: Object, Label: Label{"依据", "Legal basis"},
			Members: []Member{{Name: "document", Type: Text}, {Name: "article", Type: Text}}},
		{Name: "effective", Class: Group, Type: Object, Label: Label{"有效期", "In force"},
			Members: []Member{{Name: "from", Type: Any}, {Name: "to", Type: Any}}},
		{Name: "body", Class: Register, Type: Any, Label: Label{"内容", "Text"}},
	}}
}
