package xlsform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

// sorts are the kinds of our questions by the types of the file.
var sorts = map[string]string{
	"text": "text", "barcode": "text", "integer": "number", "decimal": "number", "range": "number", "date": "date", "time": "time", "datetime": "datetime",
	"image": "photo", "audio": "audio", "geopoint": "place", "note": "note", "calculate": "calculate", "hidden": "calculate",
	"acknowledge": "choice", "select_one": "choice", "select_multiple": "choices",
}

// acknowledged is the value of the one choice of an acknowledge, as forms ask for it.
const acknowledged = "OK"

// question makes a question of a row, or says why it makes none.
func (m *maker) question(n *node, at place) {
	kind, is := sorts[n.word]
	switch {
	case slices.Contains(content.Visited, n.name):
		return // stands for whoever is visited, and is no question
	case !is:
		m.unplaced(n)
		return
	}
	var x extra
	n.strictly(m.Read, &x)
	q := content.Question{Kind: kind, Field: x.Field, Private: x.Private, Carry: x.Carry, Alarm: x.Alarm, Unit: x.Unit, EnUnit: x.EnUnit}
	q.Limits = m.limits(n)
	look := m.appearance(n)
	if slices.Contains(look, "signature") {
		q.Kind = "signature"
	}
	if slices.Contains(look, "minimal") {
		q.Look = "minimal"
	}
	if x.Kind != "" {
		q.Kind = x.Kind
	}
	if !m.place1(n, &q) || !m.choose(n, &q) || !m.computed(n, &q) {
		return
	}
	q.Title, q.En = m.label(n.line, "label", m.of)
	q.Hint, q.EnHint = m.label(n.line, "hint", m.of)
	if q.Title == "" {
		q.Title, q.En, q.Hint, q.EnHint = q.Hint, q.EnHint, "", ""
	}
	if q.Title == "" {
		q.Title, q.En = n.name, ""
	}
	for _, s := range []*string{&q.Title, &q.En, &q.Hint, &q.EnHint} {
		*s = m.mention(n, "label", *s)
	}
	m.conditions(n, &q, x)
	m.unused1(n, q)
	m.keep(n, &q)
	m.put(at, q)
	if n.other && (q.Kind == "choice" || q.Kind == "choices") {
		m.put(at, content.Question{ID: m.otherID(n, q.ID), Title: "其他，请说明", En: "Specify other", Kind: "text", Private: q.Private,
			Relevant: and(q.Relevant, "selected(${"+q.ID+"}, 'other')")})
	}
}

// keep gives the question its id, by which those behind it may ask for it.
func (m *maker) keep(n *node, q *content.Question) {
	repeated := n.repeat() != nil
	if m.base[n] == "" {
		m.base[n] = m.unused(n.name, repeated)
	}
	q.ID = m.base[n]
	if repeated {
		q.ID = inTurn(q.ID, m.turn)
	}
	for len(m.ids[n]) <= m.turn {
		m.ids[n] = append(m.ids[n], target{})
	}
	m.ids[n][m.turn] = target{id: q.ID, ready: q.Kind != "note"}
}

// otherID is of the text beside a choice with or_other, under the name that the world
// knows it by.
func (m *maker) otherID(n *node, beside string) string {
	other := &node{line: n.line, asked: asked{word: "text"}, name: n.name + "_other", parent: n.parent}
	q := content.Question{Kind: "text"}
	for _, known := range m.named[other.name] {
		if known.parent == n.parent && known.row == n.row {
			other = known
		}
	}
	if len(m.named[other.name]) == 0 {
		m.named[other.name] = []*node{other}
	}
	m.keep(other, &q)
	return q.ID
}

func (m *maker) unplaced(n *node) {
	if m.turn > 0 {
		return
	}
	_, self := itself[n.word]
	switch {
	case self:
		m.left(n.row, "%s：走访自己记下时间、人员和手机", n.word)
	case n.word == "from file":
		m.left(n.row, "%s：选项在另外的文件里", n.name)
	default:
		m.left(n.row, "%s：走访里没有 %s 这种题", n.name, n.get("type"))
	}
}

// place1 finds where in the visit the answer goes; a visit has one place for each sort.
func (m *maker) place1(n *node, q *content.Question) bool {
	fields := map[string]string{"photo": "photos", "place": "place", "signature": "signature.household", "audio": "audio"}
	field := q.Field
	if field == "" {
		field = fields[q.Kind]
	}
	if field == "" {
		return true
	}
	if m.used[field] {
		m.left(n.row, "%s：一次走访只有一处放 %s，前面已经有了", n.name, n.word)
		return false
	}
	m.used[field] = true
	if q.Kind != "audio" {
		q.Field = field
	}
	return true
}

// choose gives the choices of a question that has them.
func (m *maker) choose(n *node, q *content.Question) bool {
	if n.word == "acknowledge" {
		q.Choices = []content.Option{{Value: acknowledged, Title: "确认", En: "Confirmed"}}
		return true
	}
	if n.list == "" {
		return true
	}
	if n.list == yesNo {
		q.Kind = "yesno"
		return true
	}
	if strings.HasPrefix(n.list, "${") {
		m.left(n.row, "%s：选项取自别的题", n.name)
		return false
	}
	list, is := m.lists[n.list]
	if !is {
		m.fail(n.row, n.heading("type"), n.list, "choices 表里没有列表 %s", n.list)
		return false
	}
	if len(list) > content.MaxChoices {
		m.left(n.row, "%s：有 %d 个选项，只留前 %d 个", n.name, len(list), content.MaxChoices)
		list = list[:content.MaxChoices]
	}
	q.Filter = m.filter(n, list)
	wanted := map[string]bool{}
	if q.Filter != "" {
		f, _ := expr.Parse(q.Filter)
		f.Walk(func(x *expr.Node) { wanted[x.Text] = wanted[x.Text] || x.Op == expr.OpColumn })
	}
	hasOther := false
	for _, o := range list {
		of := map[string]string{}
		for name, s := range o.Of {
			if wanted[name] {
				of[name] = s
			}
		}
		if o.Of = of; len(of) == 0 {
			o.Of = nil
		}
		hasOther = hasOther || o.Value == "other"
		q.Choices = append(q.Choices, o)
	}
	if n.other && !hasOther {
		q.Choices = append(q.Choices, content.Option{Value: "other", Title: "其他", En: "Other"})
		if q.Filter != "" {
			f, _ := expr.Parse(q.Filter)
			is, _ := expr.Parse("name = 'other'")
			q.Filter = (&expr.Node{Op: "or", Args: []*expr.Node{f, is}}).String()
		}
	}
	return true
}

// filter reads a choice_filter; "" where it asks for a column that no choice has.
func (m *maker) filter(n *node, list []content.Option) string {
	s := m.expression(n, "choice_filter", false, true)
	if s == "" {
		return ""
	}
	f, _ := expr.Parse(s)
	f.Walk(func(x *expr.Node) {
		has := func(o content.Option) bool { return o.Of[x.Text] != "" }
		if x.Op == expr.OpColumn && x.Text != "name" && !slices.ContainsFunc(list, has) && s != "" {
			m.left(n.row, "choice_filter：选项没有 %s 列，全部列出", x.Text)
			s = ""
		}
	})
	return s
}

// computed reads what an answer follows from; false: nothing is left of the question.
func (m *maker) computed(n *node, q *content.Question) bool {
	cell := n.get("calculation")
	if q.Kind == "calculate" && cell == "" {
		if q.Calculation = m.standing(n); q.Calculation == "" {
			m.left(n.row, "%s：没有 calculation", n.name)
			return false
		}
		return true
	}
	if cell == "" {
		return true
	}
	if !slices.Contains([]string{"calculate", "text", "number", "date", "choice", "choices"}, q.Kind) || q.Field != "" {
		m.left(n.row, "calculation：%s 不能算出来", n.word)
		return true
	}
	q.Calculation = m.expression(n, "calculation", false, false)
	if q.Calculation == "" && q.Kind == "calculate" {
		m.left(n.row, "%s：算式没有导入，这一行也就没有", n.name)
		return false
	}
	return true
}

var dynamic = regexp.MustCompile(`\$\{|^[a-z-]+\(.*\)$|^'[^']*'$|^"[^"]*"$`)

// standing reads the default: an expression, or the answer itself.
func (m *maker) standing(n *node) string {
	cell := n.get("default")
	switch {
	case cell == "":
		return ""
	case dynamic.MatchString(cell):
		return m.expression(n, "default", false, false)
	case n.word == "integer" || n.word == "decimal" || n.word == "range":
		if f, err := strconv.ParseFloat(cell, 64); err != nil || expr.Number(f).Empty() {
			m.left(n.row, "default“%s”：不是数", short(cell))
			return ""
		}
		return literal(cell)
	}
	return literal(cell)
}

// literal writes an answer as an expression.
func literal(s string) string {
	n, fault := expr.Parse((&expr.Node{Op: expr.OpText, Text: s}).String())
	if fault != nil {
		return ""
	}
	return n.String()
}

// limits are those that the type says.
func (m *maker) limits(n *node) *content.Limits {
	switch n.word {
	case "integer":
		return &content.Limits{Whole: true}
	case "text":
		if slices.Contains(strings.Fields(n.get("appearance")), "multiline") {
			return &content.Limits{Lines: 3}
		}
	case "range":
		var l content.Limits
		l.Whole = true
		for _, p := range strings.FieldsFunc(strings.ReplaceAll(n.get("parameters"), " = ", "="), func(c rune) bool { return strings.ContainsRune(" ,;", c) }) {
			name, value, _ := strings.Cut(p, "=")
			f, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			switch name {
			case "start":
				l.Min = &f
			case "end":
				l.Max = &f
			}
			l.Whole = l.Whole && f == float64(int(f))
		}
		if l.Min != nil && l.Max != nil && *l.Min > *l.Max {
			l.Min, l.Max = l.Max, l.Min
		}
		return &l
	}
	return nil
}

// appearance reads how a question is to look, and says what is not drawn so.
func (m *maker) appearance(n *node) (out []string) {
	for _, word := range strings.Fields(n.get("appearance")) {
		switch {
		case word == "multiline" && n.word == "text", word == "minimal" && n.word == "select_one", word == "signature" && n.word == "image":
			out = append(out, word)
		case word == "field-list": // all of a page is on one screen here
		case m.turn == 0:
			m.left(n.row, "appearance“%s”：手机上按平常的样子显示", short(word))
		}
	}
	return out
}

// conditions reads when the question is asked and what the answer must be.
func (m *maker) conditions(n *node, q *content.Question, x extra) {
	silent := q.Kind == "note" || q.Kind == "calculate"
	if x.Shown != nil && n.get("relevant") == whenAsked(x.Shown, x.Relevant) {
		q.Shown, q.Relevant = x.Shown, x.Relevant
	} else {
		q.Relevant = m.expression(n, "relevant", false, false)
	}
	own := x.Limits != nil && n.get("constraint") == bounds(q.Kind, x.Limits, x.Constraint)
	switch {
	case own:
		q.Limits, q.Constraint = x.Limits, x.Constraint
	case !silent && q.Calculation == "":
		q.Constraint = m.expression(n, "constraint", true, false)
	}
	if q.Constraint != "" {
		q.ConstraintMessage, q.EnConstraintMessage = m.label(n.line, "constraint_message", m.of)
		q.ConstraintMessage, q.EnConstraintMessage = m.mention(n, "constraint_message", q.ConstraintMessage), m.mention(n, "constraint_message", q.EnConstraintMessage)
	}
	if silent || q.Calculation != "" {
		return
	}
	switch truth(n.get("required")) {
	case yes:
		q.Required = true
	case neither:
		q.RequiredIf = m.expression(n, "required", false, false)
	}
	if slices.Contains([]string{"photo", "place", "signature", "audio"}, q.Kind) || n.get("default") == "" {
		return
	}
	q.Default = m.standing(n)
}

// unused1 says what else stands in the row and is not used.
func (m *maker) unused1(n *node, q content.Question) {
	if m.turn > 0 {
		return
	}
	silent := q.Kind == "note" || q.Kind == "calculate" || q.Calculation != ""
	for _, c := range n.columns {
		cell := n.at(c)
		switch {
		case cell == "":
		case c.name == "required" && silent && truth(cell) != no, c.name == "constraint" && silent, c.name == "default" && q.Default == "" && n.word != "hidden":
			m.left(n.row, "%s“%s”：这种题不用", c.heading, short(cell))
		case c.name == "read_only" && truth(cell) == yes && !silent:
			m.left(n.row, "%s：手机上可以改", c.heading)
		case c.name == "parameters" && n.word != "range", c.name == "trigger", c.name == "choice_filter" && n.list == "",
			c.name == "guidance_hint", c.name == "required_message", c.name == "image", c.name == "audio", c.name == "video", c.name == "big-image":
			m.left(n.row, "%s“%s”：没有用到", c.heading, short(cell))
		}
	}
	if n.word == "barcode" {
		m.left(n.row, "%s：不扫码，照着输入", n.name)
	}
	if n.word == "range" && strings.Contains(n.get("parameters"), "step") {
		m.left(n.row, "%s：不按 step 取数", n.name)
	}
}
