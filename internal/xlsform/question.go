package xlsform

import (
	"slices"
	"strings"

	"zoufang/internal/content"
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
	if !m.placed(n, &q) || !m.choose(n, &q) || !m.computed(n, &q) {
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
	m.passedOver(n, q)
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

// placed finds where in the visit the answer goes; a visit has one place for each sort.
func (m *maker) placed(n *node, q *content.Question) bool {
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

// passedOver says what else stands in the row and is not used.
func (m *maker) passedOver(n *node, q content.Question) {
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
