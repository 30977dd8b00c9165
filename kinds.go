package zoufang

var (
	field  = []Role{Coordinator, Worker, Township, County} // whoever works in the field or reviews
	roster = []Role{Coordinator, Township, County}
	office = []Role{Township, County}
	system = []Role{} // the operator alone
)

// Kinds is the table of kinds, each from a file of its own. Validation, rights,
// types, words and docs follow it; so does what the web is generated from.
var Kinds = []Kind{
	visit, household, person, request, item, card, division, account,
	document(KindForm, Label{"表单", "form"}),
	document(KindRule, Label{"规则", "rule"}),
	document(KindDepartment, Label{"部门", "department"}),
	document(KindCalendar, Label{"工作日历", "calendar"}),
	document(KindNotice, Label{"公示", "notice"}),
}

var kindsByName = func() map[string]*Kind {
	m := map[string]*Kind{}
	for i := range Kinds {
		k := &Kinds[i]
		k.Fields = append(k.Fields, Field{Name: Void, Class: Register, Type: Text, Label: Label{"作废原因", "Voided because"}, Most: 200, Shows: Apart})
		k.byName = map[string]*Field{}
		for i := range k.Fields {
			k.byName[k.Fields[i].Name] = &k.Fields[i]
		}
		m[k.Name] = k
	}
	return m
}()

// What several kinds have.
var (
	place = Field{Name: "place", Class: Group, Type: Object, Label: Label{"位置", "Place"}, Shows: OnPhone,
		Members: []Member{{Name: "lat", Type: Number}, {Name: "lon", Type: Number}, {Name: "accuracy", Type: Number}, {Name: "at", Type: Millis}}}
	remarks = Field{Name: "remarks", Class: Log, Type: Text, Label: Label{"备注", "Notes"}, Most: 500, Shows: OnPhone | Apart}
	risk    = Field{Name: "risk", Class: Group, Type: Object, Label: Label{"风险等级", "Risk"}, Shows: InList | Asked,
		Members: []Member{{Name: "level", Type: Text, Choices: riskLevels}, {Name: "reason", Type: Text}}}
)

// riskLevels are the levels of risk, as the shipped forms say them; then how other programs do.
var riskLevels = []Choice{
	{"高", Label{"高", "high"}, Brick}, {"重点", Label{"重点", "watch"}, Amber}, {"一般", Label{"一般", "ordinary"}, Plain},
	{"high", Label{"高", "high"}, Brick}, {"key", Label{"重点", "watch"}, Amber}, {"medium", Label{"中", "medium"}, Amber},
	{"general", Label{"一般", "ordinary"}, Plain}, {"normal", Label{"一般", "ordinary"}, Plain}, {"low", Label{"低", "low"}, Plain}, {"none", Label{"无", "none"}, Plain},
}
