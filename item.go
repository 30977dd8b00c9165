package zoufang

// KindItem is a service item, made public in eight blocks (服务事项, 八项公开).
const KindItem = "item"

var item = Kind{
	Name: KindItem, Label: Label{"服务事项", "service item"}, Public: true, Create: office, Edit: office, NamedBy: "name",
	Facets: append([]Facet{byValue("code"), byValue("level")}, byMarks...),
	Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Label: Label{"名称", "Title"}, Shows: InList},
		{Name: "code", Class: Register, Type: Text, Label: Label{"编码", "Code"}, Shows: InList},
		{Name: "level", Class: Register, Type: Text, Label: Label{"层级", "Level"}, Shows: InList},
		{Name: "basis", Class: Register, Type: Any, Label: Label{"依据", "Legal basis"}},
		{Name: "conditions", Class: Register, Type: Any, Label: Label{"条件", "Conditions"}},
		{Name: "procedure", Class: Register, Type: Any, Label: Label{"程序", "Procedure"}},
		{Name: "limits", Class: Register, Type: Any, Label: Label{"时限", "Time limits"}},
		{Name: "materials", Class: Register, Type: Any, Label: Label{"材料", "Materials"}},
		{Name: "samples", Class: Register, Type: Any, Label: Label{"表样", "Sample forms"}},
		{Name: "fee", Class: Register, Type: Any, Label: Label{"收费", "Fee"}},
		{Name: "promise", Class: Register, Type: Any, Label: Label{"承诺", "Promise"}},
		{Name: "result", Class: Register, Type: Any, Label: Label{"办理结果", "Result"}},
		{Name: "window", Class: Register, Type: Any, Label: Label{"窗口", "Window"}},
		{Name: "phone", Class: Register, Type: Text, Label: Label{"咨询电话", "Enquiries"}},
		{Name: "complaints", Class: Register, Type: Text, Label: Label{"投诉电话", "Complaints"}},
		{Name: "effective", Class: Group, Type: Object, Label: Label{"有效期", "In force"},
			Members: []Member{{Name: "from", Type: Any}, {Name: "to", Type: Any}, {Name: "version", Type: Any}}},
	},
}
