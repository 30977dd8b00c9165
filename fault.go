package zoufang

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault says why a line cannot be applied as it is: the code it is held under, and
// its parts. It is free of the line's own values; sentences are made of it where
// they are read.
type Fault struct {
	Code HoldCode
	Parts
}

// Parts are what a sentence about a fault is made of (protocol §4).
type Parts struct {
	Rule  Rule              `json:"rule,omitempty"`
	Item  Nth               `json:"item,omitzero"` // of the commit; 0: the whole line
	Field string            `json:"field,omitempty"`
	Args  map[string]string `json:"args,omitempty"`
}

// AppendParts appends the members of the parts to a JSON object that has some already.
func AppendParts(b []byte, p Parts) []byte {
	if parts := ValueOf(p); len(parts) > len("{}") {
		b = append(append(b, ','), parts[1:len(parts)-1]...)
	}
	return b
}

// Nth counts items from 1; on the wire they are counted from 0.
type Nth int

// MarshalJSON counts from 0.
func (n Nth) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, int64(n)-1, 10), nil }

// UnmarshalJSON counts from 1.
func (n *Nth) UnmarshalJSON(b []byte) error {
	i, err := strconv.Atoi(string(b))
	*n = Nth(i + 1)
	return err
}

// Fail makes a fault; args are names and values by turns.
func Fail(code HoldCode, rule Rule, args ...any) *Fault {
	f := &Fault{Code: code, Parts: Parts{Rule: rule}}
	for i := 0; i+1 < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return f
}

// At names the field the fault is about.
func (f *Fault) At(field string) *Fault {
	f.Field = field
	return f
}

// In names the item the fault is about, by its place in the commit, from 0.
func (f *Fault) In(item int) *Fault {
	f.Item = Nth(item + 1)
	return f
}

func (f *Fault) Error() string { return string(f.Code) + ": " + f.Why(1) }

// Why is the sentence that goes over the wire, with the wire's own names, for a
// line of so many items.
func (f *Fault) Why(items int) string {
	r := rules[f.Rule]
	s := f.fill(r.Zh, func(name string) string { return name }, func(value string) string { return value })
	switch {
	case f.Field == "" || strings.Contains(r.Zh, "{field}"):
	case r.after:
		s += " (" + f.Field + ")"
	default:
		s = f.Field + ": " + s
	}
	if f.Item != 0 && items > 1 {
		s = fmt.Sprintf("第 %d 项: %s", f.Item, s)
	}
	return s
}

// Say is the sentence for a person: label gives a field's words, word those of a
// value of it. "" where the rule is not known here.
func (p Parts) Say(label func(field string) string, word func(field, value string) string) string {
	r, known := rules[p.Rule]
	if !known {
		return ""
	}
	s := p.fill(r.Zh, label, func(value string) string { return word(p.Field, value) })
	if p.Field == "" || r.after || strings.Contains(r.Zh, "{field}") {
		return s
	}
	return label(p.Field) + "：" + s
}

func (p Parts) fill(sentence string, label, word func(string) string) string {
	if !strings.Contains(sentence, "{") {
		return sentence
	}
	pairs := []string{"{field}", label(p.Field)}
	for name, value := range p.Args {
		pairs = append(pairs, "{"+name+"}", word(value))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// UnknownIn gives the code for an unknown kind, item or field in a line of the
// given schema: schema when the line is newer than this program, else invalid.
func UnknownIn(schema int) HoldCode {
	if schema > Schema {
		return HeldSchema
	}
	return HeldInvalid
}
