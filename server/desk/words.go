package desk

import (
	"cmp"
	"fmt"

	"zoufang"
)

// Mark is a short word that stands for where something is, or what a person should
// look at: a code for programs, a tone and words for people.
type Mark struct {
	Code string
	Tone zoufang.Tone
	Text string
}

// Words gives the words for a value of a field: those of its choices, else the
// value as it is stored.
func Words(f *zoufang.Field, value string) string {
	if f != nil {
		if c := f.Choice(value); c != nil {
			return c.Zh
		}
	}
	return value
}

// StateMark tells a value of a kind's state field; one that is not known is told
// as it is stored.
func StateMark(kind, value string) Mark {
	for _, f := range zoufang.KindOf(kind).StateFields() {
		if c := f.Choice(value); c != nil {
			return Mark{value, c.Tone, c.Zh}
		}
	}
	return Mark{value, zoufang.Plain, value}
}

var heldMarks = map[zoufang.HoldCode]Mark{
	zoufang.HeldWaiting: {Tone: zoufang.Plain, Text: "还在等别的内容"},
	zoufang.HeldSchema:  {Tone: zoufang.Brick, Text: "读不懂"},
	zoufang.HeldInvalid: {Tone: zoufang.Brick, Text: "不合规则"},
	zoufang.HeldScope:   {Tone: zoufang.Amber, Text: "不在其区划或权限内"},
	zoufang.HeldAuthor:  {Tone: zoufang.Amber, Text: "不是本人所写"},
	zoufang.HeldRevoked: {Tone: zoufang.Brick, Text: "手机已注销或未能证明"},
	zoufang.HeldStale:   {Tone: zoufang.Indigo, Text: "状态已变"},
	zoufang.HeldQuota:   {Tone: zoufang.Amber, Text: "此人待定的太多"},
}

func heldMark(code zoufang.HoldCode) Mark {
	m := heldMarks[code]
	m.Code = string(code)
	return m
}

// HeldWord says in words what a line is held for.
func (d *Desk) HeldWord(code zoufang.HoldCode) string {
	return cmp.Or(heldMark(code).Text, string(code))
}

// marks says what somebody should look at in a record.
func marks(r *zoufang.Record) []Mark {
	var out []Mark
	if r.Voided() {
		out = append(out, Mark{zoufang.Void, zoufang.Brick, "已作废"})
	}
	if len(r.Conflicts()) > 0 {
		out = append(out, Mark{"conflict", zoufang.Plum, "两种说法"})
	}
	if r.Changed() {
		out = append(out, Mark{"changed", zoufang.Amber, "核定后有改动"})
	}
	if n := len(r.Need); n > 0 {
		out = append(out, Mark{"need", zoufang.Amber, fmt.Sprintf("还差 %d 份照片", n)})
	}
	if n := len(r.Flaws); n > 0 {
		out = append(out, Mark{"flaw", zoufang.Brick, fmt.Sprintf("%d 份打不开", n)})
	}
	return out
}

// fieldLabel names a field as users read it; a family's member after its label.
func fieldLabel(k *zoufang.Kind, name string) string {
	if k == nil {
		return called(name)
	}
	f := k.Field(name)
	if f == nil {
		return called(name)
	}
	if f.Name == name {
		return f.Label.Zh
	}
	member := called(name[len(f.Name):])
	switch {
	case f.Name == answers:
		return member
	case f.Name == comments && member == zoufang.WholeVisit:
		return "对整次走访的" + f.Label.Zh
	case f.Name == comments:
		return "对“" + fieldLabel(k, member) + "”的" + f.Label.Zh
	case f.Choice(member) != nil:
		return f.Choice(member).Zh + f.Label.Zh
	}
	return f.Label.Zh + " " + member
}

// Families of a visit's fields that are told in a way of their own.
const (
	answers   = "answers."
	comments  = "comments."
	signature = "signature."
	photos    = "photos"
	audio     = "audio"
)

func plural(n int, unit string) string { return fmt.Sprintf("%d %s", n, unit) }
