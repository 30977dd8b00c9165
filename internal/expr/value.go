package expr

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Value is what an expression or an answer is: exactly one of its parts, by Kind.
type Value struct {
	kind kind
	text string
	num  float64
	yes  bool
	list []string
}

type kind byte

const (
	isText kind = iota
	isNumber
	isBool
	isList
)

var nan = math.NaN()

// Text, Number, Bool and List make values. The value of Value{} is the empty text:
// not answered.
func Text(s string) Value    { return Value{text: cut(s)} }
func Number(f float64) Value { return Value{kind: isNumber, num: number(f)} }
func Bool(b bool) Value      { return Value{kind: isBool, yes: b} }
func List(l []string) Value  { return Value{kind: isList, list: l} }

// number brings a double into the bounds: beyond them it is none.
func number(f float64) float64 {
	switch a := math.Abs(f); {
	case a < minNumber:
		return 0
	case a <= maxNumber:
		return f
	}
	return nan
}

func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxText {
			return s[:i]
		}
	}
	return s
}

// Empty reports whether the value is what a question has that is not answered.
func (v Value) Empty() bool { return v.kind != isBool && v.String() == "" }

// String gives the value as a text: a number without exponent, several choices with
// blanks between.
func (v Value) String() string {
	switch v.kind {
	case isNumber:
		return plain(v.num)
	case isBool:
		return strconv.FormatBool(v.yes)
	case isList:
		return cut(strings.Join(v.list, " "))
	}
	return v.text
}

// Float gives the value as a number: a day as the days since 1970, NaN for none.
func (v Value) Float() float64 {
	switch v.kind {
	case isNumber:
		return v.num
	case isBool:
		if v.yes {
			return 1
		}
		return 0
	}
	return parseNumber(v.String())
}

// True gives the value as yes or no: a text that is not empty, a number that is not 0.
func (v Value) True() bool {
	switch v.kind {
	case isNumber:
		return v.num == v.num && v.num != 0
	case isBool:
		return v.yes
	}
	return v.String() != ""
}

// elements are the choices made: of a list its own, of a text what stands between blanks.
func (v Value) elements() []string {
	if v.kind == isList {
		return v.list
	}
	return strings.FieldsFunc(v.String(), blank)
}

// JSON gives the value as JSON; null where there is none.
func (v Value) JSON() json.RawMessage {
	var of any
	switch {
	case v.Empty():
	case v.kind == isNumber:
		of = v.num
	case v.kind == isBool:
		of = v.yes
	case v.kind == isList:
		of = v.list
	default:
		of = v.text
	}
	b, _ := json.Marshal(of)
	return b
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

func equal(a, b Value) bool {
	switch {
	case a.kind == isBool || b.kind == isBool:
		return a.True() == b.True()
	case a.kind == isNumber || b.kind == isNumber:
		return a.Float() == b.Float()
	}
	return a.String() == b.String()
}

// plain writes a number without exponent; "" for none.
func plain(f float64) string {
	if f != f {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// parseNumber reads digits with a sign and a point, a day, or a time.
func parseNumber(s string) float64 {
	s = strings.TrimFunc(s, blank)
	digits := strings.TrimPrefix(s, "-")
	whole, part, _ := strings.Cut(digits, ".")
	if whole+part != "" && onlyDigits(whole) && onlyDigits(part) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nan
		}
		return number(f)
	}
	return moment(s)
}

func onlyDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !digit(r) })
}
