package xlsform

import (
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

// reference gives what stands for a name where a node asks for it.
func (m *maker) reference(n *node, name string) (string, *problem) {
	if len(m.named[name]) == 0 {
		for _, visited := range content.Visited {
			if name == visited {
				return "${" + name + "}", nil
			}
		}
		return "", &problem{"没有名为 " + name + " 的题", true}
	}
	of := m.named[name][0]
	for _, other := range m.named[name] { // the nearest of one name: in the same group, then in the same repeat
		if other.parent == n.parent {
			of = other
			break
		}
		if other.repeat() == n.repeat() && of.repeat() != n.repeat() {
			of = other
		}
	}
	if of == n {
		return ".", nil
	}
	made := m.ids[of]
	if of.repeat() != nil && of.repeat() == n.repeat() {
		if m.turn < len(made) {
			made = made[m.turn : m.turn+1]
		} else {
			made = nil
		}
	}
	switch {
	case of.group() && of.word == "begin repeat" && len(made) > 0 && made[0].instead != "":
		return "(" + made[0].instead + ")", nil
	case of.group():
		return "", &problem{what: name + " 是一组题，不是一道题"}
	case len(made) == 0 || !made[0].ready:
		if itself[of.word] != "" {
			return itself[of.word], nil
		}
		return "", &problem{what: "依据的 " + name + " 没有导入，或者排在后面"}
	case made[0].instead != "":
		return "(" + made[0].instead + ")", nil
	case len(made) > 1:
		return "${" + many + strconv.Itoa(len(made)) + "." + made[0].id + "}", nil
	}
	return "${" + made[0].id + "}", nil
}

// many begins what stands for all turns of a question, until spread puts them in.
const many = "all."

// spread puts all turns of a question, asked from beside its repeat, into functions
// that take any number, and lets nothing else ask for them.
func (m *maker) spread(n *node, x *expr.Node) *problem {
	var args []*expr.Node
	for _, a := range x.Args {
		if a.Op == expr.OpRef && strings.HasPrefix(a.Text, many) {
			takes := expr.Functions[x.Text]
			if x.Op != expr.OpCall || takes[1] <= 3 {
				return &problem{what: "从重复组外面只能用 sum、min、max、join、concat 取组里的题"}
			}
			args = append(args, m.turns(a.Text)...)
			continue
		}
		if p := m.spread(n, a); p != nil {
			return p
		}
		args = append(args, a)
	}
	x.Args = args
	if x.Op == expr.OpRef && strings.HasPrefix(x.Text, many) {
		return &problem{what: "从重复组外面只能用 sum、min、max、join、concat 取组里的题"}
	}
	if x.Op == expr.OpCall && x.Text == "count" && len(x.Args) == 1 {
		*x = *x.Args[0] // of a repeat, its number of turns has taken its place
	}
	return nil
}

// titled puts in, for what a choice is called, the titles of the choices themselves.
func (m *maker) titled(x *expr.Node) {
	for _, a := range x.Args {
		m.titled(a)
	}
	if x.Op != expr.OpCall || x.Text != "jr:choice-name" || len(x.Args) == 0 || x.Args[0].Op != expr.OpRef {
		return
	}
	of := x.Args[0]
	for _, s := range m.Form.Sections {
		for _, q := range s.Questions {
			if q.ID != of.Text || q.Kind != "choice" || len(q.Choices) > mostTitles {
				continue
			}
			out := of
			for _, o := range slices.Backward(q.Choices) {
				out = call("if", op("=", of, text(o.Value)), text(o.Title), out)
			}
			*x = *out
			return
		}
	}
}

// mostTitles are put in: as deep as an expression may be.
const mostTitles = 15

func (m *maker) turns(ref string) (out []*expr.Node) {
	count, first, _ := strings.Cut(strings.TrimPrefix(ref, many), ".")
	n, _ := strconv.Atoi(count)
	for i := range n {
		out = append(out, &expr.Node{Op: expr.OpRef, Text: inTurn(strings.TrimSuffix(first, "_1"), i)})
	}
	return out
}

func inTurn(id string, i int) string { return id + "_" + strconv.Itoa(i+1) }
