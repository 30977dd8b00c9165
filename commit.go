package zoufang

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

// Bounds of a commit line.
const (
	MaxLine   = 64 << 10 // bytes, line feed excluded
	MaxNested = 32       // levels of JSON in a line
	Schema    = 1        // the newest schema this program knows
)

// Commit is one saved user action, read from its line. The line itself, frozen
// when it was saved, is what is stored; this is only its reading.
type Commit struct {
	Device DeviceID
	N      int64 // this device's count; like Prev for the audit trail only
	Prev   CommitID
	User   UserID
	Schema int
	At     int64  // the phone's clock when it was saved, Unix ms; may be wrong
	Heard  *int64 // the server's `time` last heard by the phone, Unix ms
	Do     []Item
}

// Op names what an item does.
type Op string

// The items of a commit.
const (
	OpNew   Op = "new"
	OpSet   Op = "set"
	OpAdd   Op = "add"
	OpRm    Op = "rm"
	OpLog   Op = "log"
	OpGo    Op = "go"
	OpJudge Op = "judge"
)

// Item is one part of a commit. Which members are filled depends on Op.
type Item struct {
	Op     Op
	Record RecordID         // all but judge
	Kind   string           // new
	Area   AreaID           // new
	Fields map[string]Value // new
	Field  string           // set, add, rm, log, go
	Value  Value            // set: value; add, rm: element; log: text
	From   string           // go
	To     string           // go
	Seen   []CommitID       // set, rm, go
	Target CommitID         // judge
	Ruling Ruling           // judge
	Reason string           // judge
}

// Ruling is what a person decides of a held commit.
type Ruling string

// The rulings.
const (
	Release Ruling = "release"
	Amend   Ruling = "amend"
	Reject  Ruling = "reject"
)

// Fault says why a line cannot be applied as it is: the code it is held under and
// a sentence for its reader that names the rule, free of the line's own values.
type Fault struct {
	Code HoldCode
	Why  string
}

func (f *Fault) Error() string { return string(f.Code) + ": " + f.Why }

// Faultf makes a fault.
func Faultf(code HoldCode, format string, args ...any) *Fault {
	return &Fault{code, fmt.Sprintf(format, args...)}
}

// ParseCommit reads a line. It fails with a [Fault] of code schema when the line
// is not UTF-8, not JSON, not the shape of a commit or too long. It checks no
// kinds, fields, rights or states, and leaves items of an unknown name to the
// judge. The commit holds parts of the line.
func ParseCommit(line []byte) (Commit, *Fault) {
	if len(line) > MaxLine {
		return Commit{}, Faultf(HeldSchema, "超过 %d 字节", MaxLine)
	}
	if !ValidJSON(line) {
		return Commit{}, Faultf(HeldSchema, "不是 UTF-8 的 JSON")
	}
	if nested(line) > MaxNested {
		return Commit{}, Faultf(HeldSchema, "嵌套超过 %d 层", MaxNested)
	}
	m, ok := Value(line).Object()
	if !ok {
		return Commit{}, Faultf(HeldSchema, "不是对象")
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
	r.text("page")
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
		return c, Faultf(HeldSchema, "缺少 %s 或类型不对", r.bad)
	}
	for i, v := range do {
		it, why := parseItem(v)
		if why != "" {
			return c, Faultf(HeldSchema, "do 第 %d 项: %s", i+1, why)
		}
		c.Do = append(c.Do, it)
	}
	return c, nil
}

// UnknownIn gives the code for an unknown kind, item or field in a line of the
// given schema: schema when the line is newer than this program, else invalid.
func UnknownIn(schema int) HoldCode {
	if schema > Schema {
		return HeldSchema
	}
	return HeldInvalid
}

var arity = map[Op]int{OpNew: 5, OpSet: 5, OpAdd: 4, OpRm: 5, OpLog: 4, OpGo: 6, OpJudge: 4}

// parseItem reads one item; why says where it is not of its shape.
func parseItem(v Value) (it Item, why string) {
	a, ok := v.Array()
	if !ok || len(a) == 0 {
		return it, "不是列表"
	}
	op, ok := a[0].Text()
	if !ok {
		return it, "没有名称"
	}
	it.Op = Op(op)
	n, known := arity[it.Op]
	if !known {
		return it, ""
	}
	if len(a) != n {
		return it, fmt.Sprintf("%s 应有 %d 个部分", op, n)
	}
	p := parts{a: a}
	if it.Op == OpJudge {
		it.Target, it.Ruling, it.Reason = CommitID(p.text(1)), Ruling(p.text(2)), p.text(3)
		return it, p.why
	}
	it.Record = RecordID(p.text(1))
	switch it.Op {
	case OpNew:
		it.Kind, it.Area = p.text(2), AreaID(p.text(3))
		if it.Fields, ok = a[4].Object(); !ok {
			return it, "字段不是对象"
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
	return it, p.why
}

// parts reads the members of an item and keeps the first that does not fit.
type parts struct {
	a   []Value
	why string
}

func (p *parts) fail(i int, want string) {
	if p.why == "" {
		p.why = fmt.Sprintf("第 %d 部分不是%s", i+1, want)
	}
}

func (p *parts) text(i int) string {
	s, ok := p.a[i].Text()
	if !ok {
		p.fail(i, "文字")
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
		p.fail(i, "编号列表")
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

// Media lists the media the items name, whatever kind their records are of,
// sorted, each once.
func (c *Commit) Media() []Digest {
	var out []Digest
	each := func(field string, v Value) {
		if len(v) < 64 {
			return
		}
		for i := range Kinds {
			if f := Kinds[i].Field(field); f != nil {
				if elements, ok := v.Array(); ok && f.Class == Set {
					for _, e := range elements {
						out = append(out, f.Media(e)...)
					}
				} else {
					out = append(out, f.Media(v)...)
				}
			}
		}
	}
	for _, it := range c.Do {
		each(it.Field, it.Value)
		for field, v := range it.Fields {
			each(field, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SealedLine reports whether the line carries a value of a sealed field. That a
// field's name stands in it is enough: not all items can be read.
func SealedLine(line []byte, c *Commit) bool {
	sealed := func(field string) bool {
		for i := range Kinds {
			if f := Kinds[i].Field(field); f != nil && f.Sealed {
				return true
			}
		}
		return false
	}
	for i := range Kinds {
		for _, f := range Kinds[i].Fields {
			if f.Sealed && bytes.Contains(line, []byte(f.Name)) {
				return true
			}
		}
	}
	if c == nil {
		return false
	}
	for _, it := range c.Do {
		if sealed(it.Field) {
			return true
		}
		for field := range it.Fields {
			if sealed(field) {
				return true
			}
		}
	}
	return false
}
