package zoufang

import (
	"math"
	"slices"
	"strings"
)

// Check holds a value or element to the field's type. It fails with the rule.
// null passes for registers and groups: it clears them.
func (f *Field) Check(v Value) (why string) {
	if v.IsNull() {
		if f.Class == Register || f.Class == Group {
			return ""
		}
		return "不能加入空值"
	}
	if f.Sealed && strings.Contains(v.Canon(), "*") {
		return "遮掩过的值不能写回"
	}
	if f.Class == Group {
		members, ok := v.Object()
		if !ok {
			return "应是一个对象"
		}
		for name, typ := range f.Members {
			if m, there := members[name]; there && !m.IsNull() && !typ.fits(m, nil) {
				return "成员 " + name + " 类型不对"
			}
		}
		return ""
	}
	if !f.Type.fits(v, f.Choices) {
		return "值的类型不对"
	}
	return ""
}

func (t Type) fits(v Value, choices []string) bool {
	switch t {
	case Any:
		return true
	case Number:
		n, ok := v.Number()
		return ok && !math.IsInf(n, 0)
	case Millis:
		n, ok := v.Number()
		return ok && n == math.Trunc(n) && math.Abs(n) <= 1<<53
	case Boolean:
		return v.Type() == 't'
	case List:
		a, ok := v.Array()
		return ok && !slices.ContainsFunc(a, func(e Value) bool { return e.Type() != '"' })
	case Object:
		return v.Type() == '{'
	}
	s, ok := v.Text()
	if !ok {
		return false
	}
	switch t {
	case Choice:
		return slices.Contains(choices, s)
	case Medium, Hash:
		return Digest(s).Valid()
	case Ref:
		return RecordID(s).Valid()
	case Place:
		return AreaID(s).Valid()
	}
	return true
}

// Media lists the media a value of this field names.
func (f *Field) Media(v Value) []Digest {
	var out []Digest
	name := func(v Value) {
		if s, ok := v.Text(); ok && Digest(s).Valid() {
			out = append(out, Digest(s))
		}
	}
	if f.Type == Medium {
		name(v)
	}
	if f.Class == Group {
		members, _ := v.Object()
		for m, typ := range f.Members {
			if typ == Medium {
				name(members[m])
			}
		}
	}
	return out
}

// maySubmit is the rule of the step to submitted: a type, and for an
// investigation two visitors and the signatures of household and visitors
// (民发〔2021〕57号 Art 16: at least two investigators, who sign with a present
// member of the household).
func maySubmit(r *Record) string {
	typ, _ := r.Shown("type").Text()
	if typ == "" {
		return "提交前须选走访类型 (type)"
	}
	investigation := false
	for _, h := range r.Heads["type"].Live {
		t, _ := h.Value.Text()
		investigation = investigation || t == "investigation"
	}
	if !investigation {
		return ""
	}
	if visitors(r) < 2 {
		return "入户核查须有两名走访人 (visitors)"
	}
	if !signed(r, "household") && !unable(r, "household") {
		return "入户核查须有家庭成员签名,或不能签名的原因和见证人 (signature.household)"
	}
	for _, who := range []string{"visitor1", "visitor2"} {
		if !signed(r, who) {
			return "入户核查须有走访人签名 (signature." + who + ")"
		}
	}
	return ""
}

// visitors counts who is named, blank names apart.
func visitors(r *Record) int {
	n := 0
	for _, e := range r.Sets["visitors"] {
		if len(e.Live) > 0 {
			if name, _ := e.Live[0].Value.Text(); strings.TrimSpace(name) != "" {
				n++
			}
		}
	}
	return n
}

// signed reports whether there is a drawn signature bound to the text that was
// shown (电子签名法 Art 13).
func signed(r *Record, who string) bool {
	members, _ := r.Shown("signature." + who).Object()
	image, _ := members["image"].Text()
	text, _ := members["text"].Text()
	return Digest(image).Valid() && Digest(text).Valid()
}

// unable reports whether somebody could not or would not sign, said why, and a
// witness is named.
func unable(r *Record, who string) bool {
	members, _ := r.Shown("signature." + who).Object()
	reason, isText := members["unable"].Text()
	witness, _ := members["witness"].Text()
	said := isText && strings.TrimSpace(reason) != "" || string(members["unable"]) == "true"
	return said && strings.TrimSpace(witness) != ""
}

// Mask hides a sealed value: three characters at the front and four at the end
// stay of a long one, none of a short one. null stays null.
func Mask(v Value) Value {
	if v.IsNull() {
		return v
	}
	s, ok := v.Text()
	r := []rune(s)
	if !ok || len(r) < 10 {
		return Value(`"` + strings.Repeat("*", max(4, min(len(r), 9))) + `"`)
	}
	// What stays is written as a JSON text again: it may hold any character.
	return quote(string(r[:3]) + strings.Repeat("*", len(r)-7) + string(r[len(r)-4:]))
}
