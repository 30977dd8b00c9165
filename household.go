package zoufang

// KindHousehold is a household of the roster (户).
const KindHousehold = "household"

var household = Kind{
	Name: KindHousehold, Label: Label{"户", "household"}, Create: roster, Edit: roster, NamedBy: "head", Household: []string{""},
	Facets: append([]Facet{byValue("group"), byRef("coordinator")}, byMarks...),
	Fields: []Field{
		{Name: "head", Class: Register, Type: Text, Label: Label{"户主", "Head"}, Most: 40, Shows: OnPhone | InList},
		{Name: "number", Class: Register, Type: Text, Label: Label{"户号", "Household number"}, Most: 40},
		{Name: "address", Class: Register, Type: Text, Label: Label{"住址", "Address"}, Most: 120, Shows: OnPhone | InList},
		{Name: "group", Class: Register, Type: Text, Label: Label{"组", "Group"}, Most: 20, Shows: OnPhone | InList},
		{Name: "housing", Class: Register, Type: OneOf, Label: Label{"住房", "Housing"}, Shows: OnPhone | InList, Choices: []Choice{
			{Value: "own", Label: Label{"自有", "own"}}, {Value: "rented", Label: Label{"租住", "rented"}}, {Value: "lodging", Label: Label{"借住", "lodging"}}}},
		{Name: "phone", Class: Register, Type: Text, Label: Label{"电话", "Phone"}, Most: 40, Shows: OnPhone},
		place,
		{Name: "coordinator", Class: Register, Type: Text, Label: Label{"协理员", "Coordinator"}},
		{Name: "members", Class: Elements, Type: Ref, Label: Label{"家庭成员", "Members"}},
		remarks,
	},
}
