package zoufang

// KindRequest is a request, a reported problem or a change proposed (办事).
const KindRequest = "request"

var request = Kind{
	Name: KindRequest, Label: Label{"办事", "request"}, Create: field, Edit: roster, NamedBy: "person", Household: []string{"person.household", "household", "visit.household"},
	Facets: append([]Facet{byState("state"), byValue("urgency"), byValue("item"), byRef("person"), byRef("household"), byAuthor}, byMarks...),
	Fields: []Field{
		{Name: "item", Class: Register, Type: Text, Label: Label{"事项", "Item"}, Shows: InList},
		{Name: "person", Class: Register, Type: Ref, Label: Label{"申请人", "Applicant"}, Shows: InList},
		{Name: "household", Class: Register, Type: Ref, Label: Label{"户", "Household"}}, // where it is about all of it, and no one person
		{Name: "urgency", Class: Register, Type: Text, Label: Label{"紧急程度", "Urgency"}, Shows: InList, Choices: []Choice{
			{AtOnce, Label{"立即", "at once"}, Brick},
			{"紧急", Label{"紧急", "urgent"}, Brick}, {"较急", Label{"较急", "soon"}, Amber}, {"一般", Label{"一般", "ordinary"}, Plain},
		}},
		{Name: "text", Class: Register, Type: Text, Label: Label{"内容", "Text"}, Most: 1000},
		{Name: "visit", Class: Register, Type: Ref, Label: Label{"走访", "Visit"}},
		// Of a change of the roster.
		{Name: "change", Class: Register, Type: Text, Label: Label{"变更", "Change"}, Choices: changes},
		{Name: "category", Class: Register, Type: Text, Label: Label{"哪项待遇", "Benefit"}},
		{Name: "date", Class: Register, Type: Text, Label: Label{"发生日期", "Date"}}, // 2026-03-01
		{Name: "reason", Class: Register, Type: Text, Label: Label{"原因", "Reason"}, Most: 1000},
		{Name: "photos", Class: Elements, Type: Medium, Label: Label{"照片", "Photos"}, Unit: "张", Shows: Apart},
		{Name: "audio", Class: Elements, Type: Medium, Label: Label{"录音", "Voice notes"}, Unit: "段"},
		remarks,
		{Name: "state", Class: State, Type: OneOf, Label: Label{"状态", "State"}, Shows: InList, Choices: []Choice{
			{"received", Label{"已收到", "received"}, Amber},
			{"assigned", Label{"已分办", "assigned"}, Amber},
			{"transferred", Label{"已转办", "transferred"}, Amber},
			{"referred", Label{"已转介", "referred"}, Amber},
			{"answered", Label{"已答复", "answered"}, Indigo},
			{"closed", Label{"已办结", "closed"}, Pine},
		}, Steps: []Step{
			{From: "received", To: "assigned", Verb: Label{"分办", "assign"}, By: office},
			{From: "assigned", To: "transferred", Verb: Label{"转办", "transfer"}, By: office},
			{From: "assigned", To: "referred", Verb: Label{"转介", "refer"}, By: office},
			{From: "transferred", To: "answered", Verb: Label{"答复", "answer"}, By: office},
			{From: "referred", To: "answered", Verb: Label{"答复", "answer"}, By: office},
			{From: "assigned", To: "answered", Verb: Label{"答复", "answer"}, By: roster},
			{From: "answered", To: "assigned", Verb: Label{"重新分办", "assign again"}, By: office},
			{From: "answered", To: "closed", Verb: Label{"办结", "close"}, By: roster},
		}},
	},
}

// changes of the roster. The values are the words, as older phones wrote them into the text.
var changes = []Choice{
	{Value: "新增", Label: Label{"新增", "Add"}}, {Value: "注销", Label: Label{"注销", "Remove"}},
	{Value: "调增", Label: Label{"调增", "Raise"}}, {Value: "调减", Label: Label{"调减", "Lower"}},
	{Value: "搬迁", Label: Label{"搬迁", "Moved"}}, {Value: "死亡", Label: Label{"死亡", "Died"}},
}
