package zoufang

// KindPerson is a person on the roster (走访对象).
const KindPerson = "person"

var person = Kind{
	Name: KindPerson, Label: Label{"走访对象", "person"}, Create: roster, Edit: roster, NamedBy: "name", Household: []string{"household"},
	Facets: append([]Facet{byElement("categories"), byLevel("risk"), byValue("sex"), byRef("household")}, byMarks...),
	Fields: []Field{
		{Name: "name", Class: Register, Type: Text, Label: Label{"姓名", "Name"}, Most: 40, Shows: OnPhone | InList},
		{Name: "relation", Class: Register, Type: Text, Label: Label{"与户主关系", "Relation to the head"}, Most: 20, Shows: OnPhone | InList},
		{Name: "sex", Class: Register, Type: Text, Label: Label{"性别", "Sex"}, Shows: InList, Choices: []Choice{
			{Value: "男", Label: Label{"男", "male"}}, {Value: "女", Label: Label{"女", "female"}},
			{Value: "male", Label: Label{"男", "male"}}, {Value: "female", Label: Label{"女", "female"}}, // other programs
		}},
		{Name: "birth", Class: Register, Type: Text, Label: Label{"出生日期", "Date of birth"}, Most: 20, Shows: OnPhone | InList},
		{Name: "id_number", Class: Register, Type: Text, Label: Label{"身份证号", "ID number"}, Sealed: true},
		{Name: "no_id", Class: Group, Type: Object, Label: Label{"没有身份证号", "No ID number"}, Members: []Member{{Name: "reason", Type: Text}}},
		{Name: "phone", Class: Register, Type: Text, Label: Label{"电话", "Phone"}, Most: 40, Shows: OnPhone},
		{Name: "household", Class: Register, Type: Ref, Label: Label{"户", "Household"}, Shows: InList},
		{Name: "categories", Class: Elements, Type: Text, Label: Label{"类别", "Categories"}, Shows: OnPhone | InList},
		{Name: "benefit.", Class: Group, Type: Object, Label: Label{"救助待遇", "Benefit"}, Members: []Member{
			{Name: "class", Type: Text}, {Name: "from", Type: Any}, {Name: "amount", Type: Any}, {Name: "approved", Type: Any}, {Name: "review", Type: Any}}},
		risk,
		remarks,
	},
}
