package zoufang

// KindCard is an assistance card (救助证).
const KindCard = "card"

var card = Kind{
	Name: KindCard, Label: Label{"救助证", "card"}, Create: office, Edit: office, NamedBy: "person", Household: []string{"household", "person.household"},
	Facets: append([]Facet{byValue("type"), byValue("category"), byRef("person"), byRef("household")}, byMarks...),
	Fields: []Field{
		{Name: "type", Class: Register, Type: Text, Label: Label{"证件类型", "Card type"}, Shows: InList},
		{Name: "number", Class: Register, Type: Text, Label: Label{"证号", "Card number"}, Shows: InList},
		{Name: "person", Class: Register, Type: Ref, Label: Label{"持证人", "Holder"}, Shows: InList},
		{Name: "household", Class: Register, Type: Ref, Label: Label{"户", "Household"}},
		{Name: "category", Class: Register, Type: Text, Label: Label{"类别", "Categories"}},
		{Name: "issued", Class: Register, Type: Text, Label: Label{"发证日期", "Issued"}},
		{Name: "expires", Class: Register, Type: Text, Label: Label{"有效期至", "Expires"}, Shows: InList},
		{Name: "replaces", Class: Register, Type: Text, Label: Label{"原证号", "Replaces"}},
		remarks,
	},
}
