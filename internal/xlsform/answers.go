package xlsform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

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
