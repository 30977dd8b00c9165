package expr

import (
	"slices"
	"strconv"
	"strings"
)

var (
	contains = strings.Contains
	split    = strings.Split
)

// Parse reads an expression. It never panics, whatever the text.
func Parse(s string) (*Node, *Fault) { return parse(s, false) }

// ParseAny reads an expression that may call functions that are none of ours, for
// whoever puts others in their place; [Node.Check] then says what is left of them.
func ParseAny(s string) (*Node, *Fault) { return parse(s, true) }

// Check says which call is none of our functions, or has wrong arguments.
func (n *Node) Check() (fault *Fault) {
	n.Walk(func(n *Node) {
		if n.Op == OpCall && fault == nil {
			if code := wrongCall(n); code != "" {
				fault = &Fault{Code: code, Of: n.Text}
			}
		}
	})
	return fault
}

func parse(s string, any bool) (*Node, *Fault) {
	tokens, fault := lex(s)
	if fault != nil {
		return nil, fault
	}
	p := parser{tokens: tokens, any: any}
	n := p.binary(0)
	if p.fault == nil && p.next().kind != 0 {
		p.fail(FaultEnd, "")
	}
	if p.fault != nil {
		return nil, p.fault
	}
	return n, nil
}

type parser struct {
	tokens []token
	at     int
	nodes  int
	depth  int
	any    bool // calls of whatever is called
	fault  *Fault
}

func (p *parser) next() token { return p.tokens[p.at] }

// fail notes the first fault, at the next token.
func (p *parser) fail(code, of string) *Node {
	if p.fault == nil {
		p.fault = &Fault{Code: code, At: p.next().at, Of: of}
	}
	return &Node{Op: OpText}
}

func (p *parser) node(n *Node) *Node {
	if p.nodes++; p.nodes > maxNodes {
		return p.fail(FaultLong, "")
	}
	return n
}

func (p *parser) take(sign string) bool {
	if t := p.next(); t.kind == 'o' && t.text == sign {
		p.at++
		return true
	}
	return false
}

func (p *parser) binary(at int) *Node {
	if at == len(binding) {
		return p.unary()
	}
	left := p.binary(at + 1)
	for p.fault == nil {
		t := p.next()
		if t.kind != 'o' && t.kind != 'w' || !slices.Contains(binding[at], t.text) {
			break
		}
		p.at++
		right := p.binary(at + 1)
		left = p.node(&Node{Op: Op(t.text), Args: []*Node{left, right}})
	}
	return left
}

func (p *parser) unary() *Node {
	if p.depth++; p.depth > maxDepth {
		return p.fail(FaultLong, "")
	}
	defer func() { p.depth-- }()
	if p.take("-") {
		return p.node(&Node{Op: opNeg, Args: []*Node{p.unary()}})
	}
	t := p.next()
	switch t.kind {
	case 't':
		p.at++
		return p.node(&Node{Op: OpText, Text: t.text})
	case 'n':
		p.at++
		f, _ := strconv.ParseFloat(t.text, 64)
		if n := number(f); n == n {
			return p.node(&Node{Op: OpNumber, Num: n})
		}
		return p.fail(FaultLong, "")
	case 'r':
		p.at++
		return p.node(&Node{Op: OpRef, Text: t.text})
	case 'w':
		return p.word(t)
	}
	switch {
	case p.take("."):
		return p.node(&Node{Op: OpSelf})
	case p.take("("):
		n := p.binary(0)
		if p.fault == nil && !p.take(")") {
			return p.fail(FaultEnd, "")
		}
		return n
	}
	return p.fail(FaultEnd, "")
}

// word reads a call, or the column of a choice.
func (p *parser) word(t token) *Node {
	p.at++
	if !p.take("(") {
		if contains(t.text, ":") {
			p.at--
			return p.fail(FaultPath, "")
		}
		return p.node(&Node{Op: OpColumn, Text: t.text})
	}
	n := p.node(&Node{Op: OpCall, Text: t.text})
	for p.fault == nil && !p.take(")") {
		if len(n.Args) > 0 && !p.take(",") {
			return p.fail(FaultEnd, "")
		}
		n.Args = append(n.Args, p.binary(0))
	}
	if p.fault == nil && !p.any {
		if code := wrongCall(n); code != "" {
			p.at-- // at the bracket
			return p.fail(code, t.text)
		}
	}
	return n
}
