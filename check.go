package zoufang

import (
	"math"
	"slices"
	"strings"
)

// Check holds a value or element to the field's type; nil where it fits. null
// passes for registers and groups: it clears them. The fault names no field.
func (f *Field) Check(v Value) *Fault {
	if v.IsNull() {
		if f.Class == Register || f.Class == Group {
			return nil
		}
		return Fail(HeldInvalid, RuleNull)
	}
	if f.Sealed && strings.Contains(v.Canon(), "*") {
		return Fail(HeldInvalid, RuleMasked)
	}
	if f.Class == Group {
		members, ok := v.Object()
		if !ok {
			return Fail(HeldInvalid, RuleObject)
		}
		for _, of := range f.Members {
			if m, there := members[of.Name]; there && !m.IsNull() && !of.Type.fits(m, nil) {
				return Fail(HeldInvalid, RuleMember, "member", of.Name)
			}
		}
		return nil
	}
	if !f.Type.fits(v, f.Choices) {
		return Fail(HeldInvalid, RuleValue)
	}
	return nil
}

func (t Type) fits(v Value, choices []Choice) bool {
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
	case OneOf:
		return choiceOf(choices, s) != nil
	case Medium, Hash:
		return Digest(s).Valid()
	case Ref:
		return RecordID(s).Valid()
	case Division:
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
		for _, m := range f.Members {
			if m.Type == Medium {
				name(members[m.Name])
			}
		}
	}
	return out
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
