package xlsform

import (
	"encoding/json"

	"zoufang/internal/content"
	"zoufang/internal/expr"
)

func text(s string) *expr.Node                 { return &expr.Node{Op: expr.OpText, Text: s} }
func num(f float64) *expr.Node                 { return &expr.Node{Op: expr.OpNumber, Num: f} }
func ref(id string) *expr.Node                 { return &expr.Node{Op: expr.OpRef, Text: id} }
func op(o expr.Op, a, b *expr.Node) *expr.Node { return &expr.Node{Op: o, Args: []*expr.Node{a, b}} }
func call(f string, a ...*expr.Node) *expr.Node {
	return &expr.Node{Op: expr.OpCall, Text: f, Args: a}
}

// joined puts several together by and, or or; none are true for the one, false for the
// other.
func joined(o expr.Op, all []*expr.Node) *expr.Node {
	if len(all) == 0 {
		return call(map[expr.Op]string{"and": "true", "or": "false"}[o])
	}
	out := all[0]
	for _, n := range all[1:] {
		out = op(o, out, n)
	}
	return out
}

// whenAsked is the relevant of a question that our own condition shows, and one beside it.
func whenAsked(c *content.Condition, relevant string) string {
	if c == nil {
		return relevant
	}
	return and(condition(c).String(), relevant)
}

// condition says one of ours as an expression. An age that is from one year to another
// becomes looser where there are several persons.
func condition(c *content.Condition) *expr.Node {
	var all []*expr.Node
	switch {
	case c.Question != "":
		return tested(c)
	case len(c.Category) > 0:
		for _, s := range c.Category {
			all = append(all, call("selected", ref(content.Visited[0]), text(s)))
		}
		return joined("or", all)
	case c.Age != nil:
		if c.Age.From != nil {
			all = append(all, op(">=", ref(content.Visited[2]), num(float64(*c.Age.From))))
		}
		if c.Age.Under != nil {
			all = append(all, op("<", ref(content.Visited[1]), num(float64(*c.Age.Under))))
		}
		return joined("and", all)
	}
	for _, part := range [][]content.Condition{c.All, c.Any, c.None} {
		for i := range part {
			all = append(all, condition(&part[i]))
		}
	}
	switch {
	case len(c.All) > 0:
		return joined("and", all)
	case len(c.Any) > 0:
		return joined("or", all)
	}
	return call("not", joined("or", all))
}

func tested(c *content.Condition) *expr.Node {
	q := ref(c.Question)
	there := op("!=", q, text(""))
	switch {
	case c.Answered != nil && *c.Answered:
		return there
	case c.Answered != nil:
		return op("=", q, text(""))
	case c.Has != "":
		return call("selected", q, text(c.Has))
	case c.Not != nil:
		return op("and", there, op("!=", q, value(c.Not)))
	case c.Is != nil:
		return op("=", q, value(c.Is))
	}
	var all []*expr.Node
	for _, v := range c.In {
		all = append(all, op("=", q, value(v)))
	}
	return joined("or", all)
}

// value writes an answer; yes and no are the words of the list that stands for them.
func value(v json.RawMessage) *expr.Node {
	var of any
	json.Unmarshal(v, &of)
	switch of := of.(type) {
	case bool:
		return text(map[bool]string{true: "yes", false: "no"}[of])
	case float64:
		return num(of)
	case string:
		return text(of)
	}
	return text("")
}

// bounds is the constraint of a question that has limits of ours, and one beside it.
func bounds(kind string, l *content.Limits, constraint string) string {
	if l == nil {
		return constraint
	}
	self := &expr.Node{Op: expr.OpSelf}
	size := map[string]*expr.Node{"number": self, "text": call("string-length", self), "choices": call("count-selected", self)}[kind]
	var all []*expr.Node
	if l.Min != nil && size != nil {
		all = append(all, op(">=", size, num(*l.Min)))
	}
	if l.Max != nil && size != nil {
		all = append(all, op("<=", size, num(*l.Max)))
	}
	if l.Past {
		all = append(all, op("<=", self, call("today")))
	}
	if l.Future {
		all = append(all, op(">=", self, call("today")))
	}
	if len(all) == 0 {
		return constraint
	}
	return and(joined("and", all).String(), constraint)
}
