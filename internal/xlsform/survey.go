package xlsform

import (
	"strings"
)

// node is a row of the survey that is asked, or a group or repeat with all in it.
type node struct {
	line
	asked
	name     string
	parent   *node
	children []*node
}

func (n *node) group() bool { return n.word == "begin group" || n.word == "begin repeat" }

// repeat is the repeat that the node lies in, or is; nil for none.
func (n *node) repeat() *node {
	for ; n != nil; n = n.parent {
		if n.word == "begin repeat" {
			return n
		}
	}
	return nil
}

// survey reads the rows of the survey into a tree, and notes what is wrong with it.
func (r *Read) survey(t *table) *node {
	root := &node{asked: asked{word: "begin group"}}
	for _, want := range []string{"type", "name"} {
		if !t.has(want) {
			r.fail(1, want, "", "survey 表缺少 %s 列", want)
		}
	}
	if len(r.Faults) > 0 {
		return root
	}
	at, unnamed := root, 0
	for _, l := range t.rows {
		typ, name := l.get("type"), l.get("name")
		if truth(l.get("disabled")) == yes || l.blank() {
			continue
		}
		if typ == "" {
			if name != "" || l.get("label") != "" {
				r.fail(l.row, t.heading("type"), "", "没有写题型")
			}
			continue
		}
		a, is := readType(typ)
		if !is {
			r.fail(l.row, t.heading("type"), typ, "没有这种题型")
			continue
		}
		if begin, ends := strings.CutPrefix(a.word, "end "); ends {
			switch {
			case itself[a.word] != "": // when the visit ended, and no group
				at.children = append(at.children, &node{line: l, asked: a, name: name, parent: at})
			case at == root:
				r.fail(l.row, t.heading("type"), typ, "前面没有对应的 begin %s", begin)
			case at.word != "begin "+begin:
				r.fail(l.row, t.heading("type"), typ, "第 %d 行的 %s 还没有结束", at.row, at.get("type"))
				at = at.parent
			default:
				at = at.parent
			}
			continue
		}
		n := &node{line: l, asked: a, name: name, parent: at}
		switch {
		case name == "" && a.word == "note":
			unnamed++
			n.name = "note_" + strings.Repeat("i", unnamed)
		case name == "":
			r.fail(l.row, t.heading("name"), "", "没有写 name")
		case !wellNamed.MatchString(name):
			r.fail(l.row, t.heading("name"), name, "name 要以字母或 _ 开头，只有字母、数字、_、- 和 .")
		}
		for _, other := range at.children {
			if n.name != "" && other.name == n.name {
				r.fail(l.row, t.heading("name"), name, "与第 %d 行重名", other.row)
				break
			}
		}
		at.children = append(at.children, n)
		if n.group() {
			at = n
		}
	}
	for ; at != root; at = at.parent {
		r.fail(at.row, t.heading("type"), at.get("type"), "没有对应的 %s", strings.Replace(at.word, "begin", "end", 1))
	}
	return root
}

// What a cell that is yes or no says.
const (
	no = iota
	yes
	neither // an expression
)

func truth(cell string) int {
	switch strings.ToLower(strings.ReplaceAll(cell, " ", "")) {
	case "", "no", "n", "false", "false()", "0", "否":
		return no
	case "yes", "y", "true", "true()", "1", "是", "*":
		return yes
	}
	return neither
}
