package zoufang

import (
	"math"
	"strconv"
)

// ParseCommit reads a line. It fails with a [Fault] of code schema when the line
// is not UTF-8, not JSON, not the shape of a commit or too long. It checks no
// kinds, fields, rights or states, and leaves items of an unknown name to the
// judge. The commit holds parts of the line.
func ParseCommit(line []byte) (Commit, *Fault) {
	if len(line) > MaxLine {
		return Commit{}, Fail(HeldSchema, RuleTooLong, "bytes", MaxLine)
	}
	if !ValidJSON(line) {
		return Commit{}, Fail(HeldSchema, RuleNotJSON)
	}
	if nested(line) > MaxNested {
		return Commit{}, Fail(HeldSchema, RuleNested, "levels", MaxNested)
	}
	m, ok := Value(line).Object()
	if !ok {
		return Commit{}, Fail(HeldSchema, RuleObject)
	}
	r := reader{m: m}
	c := Commit{
		Device: DeviceID(r.text("dev")),
		N:      r.integer("n"),
		User:   UserID(r.text("user")),
		Schema: int(r.integer("schema")),
		At:     r.millis("at"),
	}
	r.text("nonce")
	r.number("mono")
	c.Page = r.text("page")
	if !m["prev"].IsNull() {
		c.Prev = CommitID(r.text("prev"))
	}
	if !m["heard"].IsNull() {
		heard := r.millis("heard")
		c.Heard = &heard
	}
	if c.Device == "" || c.User == "" || c.Schema < 1 {
		r.fail("dev, user, schema")
	}
	do, ok := m["do"].Array()
	if !ok || len(do) == 0 {
		r.fail("do")
	}
	if r.bad != "" {
		return c, Fail(HeldSchema, RuleShape, "part", r.bad)
	}
	var fault *Fault
	c.Do, fault = parseItems(do)
	return c, fault
}

// ParseItems reads a list of items that stands by itself, as a draft has it, under
// the rules of a line. It may be empty.
func ParseItems(list Value) ([]Item, *Fault) {
	if !ValidJSON(list) {
		return nil, Fail(HeldSchema, RuleNotJSON)
	}
	if nested(list) > MaxNested {
		return nil, Fail(HeldSchema, RuleNested, "levels", MaxNested)
	}
	do, ok := list.Array()
	if !ok {
		return nil, Fail(HeldSchema, RuleShape, "part", "do")
	}
	return parseItems(do)
}

func parseItems(do []Value) (items []Item, fault *Fault) {
	for i, v := range do {
		it, part := parseItem(v)
		if part != "" {
			return items, Fail(HeldSchema, RuleItemShape, "part", part).In(i)
		}
		it.Nth = i
		items = append(items, it)
	}
	return items, nil
}

var arity = map[Op]int{OpNew: 5, OpSet: 5, OpAdd: 4, OpRm: 5, OpLog: 4, OpGo: 6, OpJudge: 4}

// parseItem reads one item; part names what is not of its shape: the name of the
// item, or the place in it, from 0.
func parseItem(v Value) (it Item, part string) {
	a, ok := v.Array()
	if !ok || len(a) == 0 {
		return it, "[]"
	}
	op, ok := a[0].Text()
	if !ok {
		return it, "0"
	}
	it.Op = Op(op)
	n, known := arity[it.Op]
	if !known {
		return it, ""
	}
	if len(a) != n {
		return it, op
	}
	p := parts{a: a}
	if it.Op == OpJudge {
		it.Target, it.Ruling, it.Reason = CommitID(p.text(1)), Ruling(p.text(2)), p.text(3)
		return it, p.bad
	}
	it.Record = RecordID(p.text(1))
	switch it.Op {
	case OpNew:
		it.Kind, it.Area = p.text(2), AreaID(p.text(3))
		if it.Fields, ok = a[4].Object(); !ok {
			return it, "4"
		}
	case OpSet, OpRm:
		it.Field, it.Value, it.Seen = p.text(2), a[3], p.ids(4)
	case OpAdd:
		it.Field, it.Value = p.text(2), a[3]
	case OpLog:
		it.Field, it.Value = p.text(2), a[3]
		p.text(3)
	case OpGo:
		it.Field, it.From, it.To, it.Seen = p.text(2), p.text(3), p.text(4), p.ids(5)
	}
	return it, p.bad
}

// parts reads the members of an item and keeps the first that does not fit.
type parts struct {
	a   []Value
	bad string
}

func (p *parts) fail(i int) {
	if p.bad == "" {
		p.bad = strconv.Itoa(i)
	}
}

func (p *parts) text(i int) string {
	s, ok := p.a[i].Text()
	if !ok {
		p.fail(i)
	}
	return s
}

func (p *parts) ids(i int) []CommitID {
	list, ok := p.a[i].Array()
	out := make([]CommitID, 0, len(list))
	for _, v := range list {
		s, isText := v.Text()
		ok = ok && isText
		out = append(out, CommitID(s))
	}
	if !ok {
		p.fail(i)
	}
	return out
}

// reader reads the members of a commit and keeps the first that does not fit.
type reader struct {
	m   map[string]Value
	bad string
}

func (r *reader) fail(key string) {
	if r.bad == "" {
		r.bad = key
	}
}

func (r *reader) text(key string) string {
	s, ok := r.m[key].Text()
	if !ok {
		r.fail(key)
	}
	return s
}

func (r *reader) number(key string) float64 {
	f, ok := r.m[key].Number()
	if !ok {
		r.fail(key)
	}
	return f
}

func (r *reader) integer(key string) int64 {
	f := r.number(key)
	if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		r.fail(key)
		return 0
	}
	return int64(f)
}

// millis reads a time and holds it in the range of exact doubles.
func (r *reader) millis(key string) int64 {
	return int64(max(-1<<53, min(1<<53, r.number(key))))
}

func nested(b []byte) int {
	deepest, depth := 0, 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			s := scanner{b: b, i: i}
			s.str()
			i = s.i - 1
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}
