package xlsform

import (
	"regexp"
	"strconv"
	"strings"

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
