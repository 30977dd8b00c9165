package expr

// Op says what a node is.
type Op string

// The nodes that are no operator; operators are their own names, and "neg" is the
// sign before a number.
const (
	OpText   Op = "text"
	OpNumber Op = "number"
	OpRef    Op = "ref"    // ${Text}
	OpSelf   Op = "self"   // .
	OpColumn Op = "column" // Text, of a choice
	OpCall   Op = "call"   // Text(Args)
	opNeg    Op = "neg"
)

// Node is an expression as a tree.
type Node struct {
	Op   Op
	Text string
	Num  float64
	Args []*Node
}

// Walk calls f for the node and all below it, in the order they are written.
func (n *Node) Walk(f func(*Node)) {
	f(n)
	for _, a := range n.Args {
		a.Walk(f)
	}
}

// Refs lists the questions that the expression asks about, each once.
func (n *Node) Refs() (out []string) {
	seen := map[string]bool{}
	n.Walk(func(n *Node) {
		if n.Op == OpRef && !seen[n.Text] {
			seen[n.Text] = true
			out = append(out, n.Text)
		}
	})
	return out
}

// Has reports whether some node is of the sort.
func (n *Node) Has(op Op) (has bool) {
	n.Walk(func(n *Node) { has = has || n.Op == op })
	return has
}

// binding is how closely operators bind, the loosest first.
var binding = [][]string{{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"}}

func level(op Op) int {
	for i, ops := range binding {
		for _, o := range ops {
			if string(op) == o {
				return i
			}
		}
	}
	return -1
}

// String writes the expression so that parsing it gives the same tree.
func (n *Node) String() string { return string(n.append(nil, 0)) }

// append writes the node where an operator of the level stands around it.
func (n *Node) append(b []byte, around int) []byte {
	switch n.Op {
	case OpText:
		return append(b, quote(n.Text)...)
	case OpNumber:
		return append(b, plain(n.Num)...)
	case OpRef:
		return append(append(append(b, "${"...), n.Text...), '}')
	case OpSelf:
		return append(b, '.')
	case OpColumn:
		return append(b, n.Text...)
	case OpCall:
		b = append(append(b, n.Text...), '(')
		for i, a := range n.Args {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = a.append(b, 0)
		}
		return append(b, ')')
	case opNeg:
		return n.Args[0].append(append(b, '-'), len(binding))
	}
	at := level(n.Op)
	if at < around {
		return append(n.append(append(b, '('), 0), ')')
	}
	b = n.Args[0].append(b, at)
	b = append(append(append(b, ' '), n.Op...), ' ')
	return n.Args[1].append(b, at+1)
}

// quote writes a text in the quotes that it does not have; one with both is put together.
func quote(s string) string {
	for _, q := range []string{"'", `"`} {
		if !contains(s, q) {
			return q + s + q
		}
	}
	out := "concat("
	for i, part := range split(s, "'") {
		if i > 0 {
			out += `, "'", `
		}
		out += "'" + part + "'"
	}
	return out + ")"
}
