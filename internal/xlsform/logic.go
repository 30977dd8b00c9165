package xlsform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

// target is what a name of the survey became: a question of ours, or nothing.
type target struct {
	id      string
	ready   bool   // stands before what is being made
	instead string // an expression that stands for it
}

// words finds what is put in the place of other text before an expression is parsed:
// texts stay, names and paths become questions.
var parts = regexp.MustCompile(`'[^']*'|"[^"]*"|\$\{[^}]*\}|position\(\s*\.\.\s*\)|(?:current\(\)/)?(?:\.\./)+[\p{L}_][\p{L}\p{N}_.\-]*|current\(\)/\.|(?:/[\p{L}_][\p{L}\p{N}_.\-]*){2,}`)

var typographic = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "\u00a0", " ")

// maker makes the questions of the survey, in their order.
type maker struct {
	*Read
	of    tongues
	lists lists
	named map[string][]*node // by name
	ids   map[*node][]target // by the turn of the repeat they lie in, 0 beside repeats
	base  map[*node]string   // what their ids begin with
	turn  int                // being made, from 0
	taken map[string]bool    // ids
	used  map[string]bool    // fields of the visit
	owner *node              // of the last section
}

// problem is why an expression is left out; fault: the file is wrong.
type problem struct {
	what  string
	fault bool
}

// translate brings an expression into ours. self says what . and the own name stand for;
// columns: bare names are columns of choices.
func (m *maker) translate(n *node, cell string, columns bool) (out *expr.Node, p *problem) {
	text := parts.ReplaceAllStringFunc(typographic.Replace(cell), func(s string) string {
		switch {
		case p != nil || s[0] == '\'' || s[0] == '"':
			return s
		case strings.HasPrefix(s, "position"):
			if n.repeat() == nil {
				p = &problem{what: "position(..) 不在重复组里"}
			}
			return strconv.Itoa(m.turn + 1)
		case s == "current()/.":
			return "."
		case strings.HasPrefix(s, "${"):
			s = strings.TrimSpace(s[2 : len(s)-1])
			s = strings.TrimPrefix(s, "last-saved#")
		default:
			s = s[strings.LastIndexByte(s, '/')+1:]
		}
		var name string
		name, p = m.reference(n, s)
		return name
	})
	if p != nil {
		return nil, p
	}
	out, fault := expr.ParseAny(text)
	if fault == nil {
		if p := m.spread(n, out); p != nil {
			return nil, p
		}
		m.titled(out)
		if fault = out.Check(); fault == nil {
			out, fault = expr.Parse(out.String()) // of what was put in, all bounds hold as well
		}
	}
	if fault != nil {
		return nil, faultWords(fault)
	}
	out.Walk(func(x *expr.Node) {
		if x.Op == expr.OpColumn && !columns && p == nil {
			p = &problem{what: "不认得的词 " + x.Text}
		}
	})
	return out, p
}

func faultWords(f *expr.Fault) *problem {
	switch f.Code {
	case expr.FaultEnd, expr.FaultText:
		return &problem{"表达式不完整，第 " + strconv.Itoa(f.At+1) + " 个字附近", true}
	case expr.FaultFunction:
		return &problem{what: "不认得的函数 " + f.Of + "()"}
	case expr.FaultArguments:
		return &problem{what: "函数 " + f.Of + "() 的参数不能这样用"}
	case expr.FaultPattern:
		return &problem{what: "函数 " + f.Of + "() 里的格式不支持"}
	case expr.FaultPath:
		return &problem{what: "不支持按路径取值"}
	case expr.FaultLong:
		return &problem{what: "表达式太长"}
	}
	return &problem{what: "有不支持的符号，第 " + strconv.Itoa(f.At+1) + " 个字附近"}
}

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

// expression reads a cell that holds one, "" where there is none or it is left out.
func (m *maker) expression(n *node, column string, selfToo, columns bool) string {
	cell := n.get(column)
	if cell == "" {
		return ""
	}
	out, p := m.translate(n, cell, columns)
	if p == nil && !selfToo && out.Has(expr.OpSelf) {
		p = &problem{what: "问到了自己"}
	}
	if p == nil {
		return out.String()
	}
	if m.turn == 0 {
		m.say(n, column, cell, p)
	}
	return ""
}

func (m *maker) say(n *node, column, cell string, p *problem) {
	if p.fault {
		m.fail(n.row, n.heading(column), cell, "%s", p.what)
	} else {
		m.left(n.row, "%s“%s”：%s", n.heading(column), short(cell), p.what)
	}
}

// and puts conditions together; those that are "" are met.
func and(all ...string) string {
	var out *expr.Node
	for _, s := range all {
		if s == "" {
			continue
		}
		n, fault := expr.Parse(s)
		if fault != nil {
			continue
		}
		if out != nil {
			n = &expr.Node{Op: "and", Args: []*expr.Node{out, n}}
		}
		out = n
	}
	if out == nil {
		return ""
	}
	return out.String()
}
