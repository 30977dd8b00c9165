package expr

import (
	"math"
	"slices"
	"strings"
)

// Functions tells how few and how many arguments each function takes.
var Functions = map[string][2]int{
	"true": {0, 0}, "false": {0, 0}, "not": {1, 1}, "boolean": {1, 1}, "boolean-from-string": {1, 1}, "if": {3, 3}, "coalesce": {1, maxArgs},
	"selected": {2, 2}, "count-selected": {1, 1}, "selected-at": {2, 2}, "count-non-empty": {1, maxArgs},
	"string": {1, 1}, "string-length": {1, 1}, "concat": {1, maxArgs}, "join": {2, maxArgs}, "contains": {2, 2}, "starts-with": {2, 2}, "ends-with": {2, 2},
	"substr": {2, 3}, "substring": {2, 3}, "substring-before": {2, 2}, "substring-after": {2, 2}, "translate": {3, 3}, "normalize-space": {1, 1}, "regex": {2, 2},
	"number": {1, 1}, "int": {1, 1}, "round": {1, 2}, "floor": {1, 1}, "ceiling": {1, 1}, "abs": {1, 1}, "sqrt": {1, 1}, "pow": {2, 2},
	"min": {1, maxArgs}, "max": {1, maxArgs}, "sum": {1, maxArgs},
	"today": {0, 0}, "now": {0, 0}, "date": {1, 1}, "format-date": {2, 2}, "decimal-date-time": {1, 1}, "decimal-time": {1, 1},
}

// wrongCall gives the code of what is wrong with a call, "" for nothing.
func wrongCall(n *Node) string {
	takes, known := Functions[n.Text]
	switch {
	case !known:
		return FaultFunction
	case len(n.Args) < takes[0] || len(n.Args) > takes[1]:
		return FaultArguments
	case n.Text != "regex" && n.Text != "format-date":
		return ""
	case n.Args[1].Op != OpText:
		return FaultArguments // what is matched by is known before any answer is
	case n.Text == "regex" && compile(n.Args[1].Text) == nil, n.Text == "format-date" && !knownForm(n.Args[1].Text):
		return FaultPattern
	}
	return ""
}

func (n *Node) call(env *Env) Value {
	if n.Text == "if" {
		if n.Args[0].Eval(env).True() {
			return n.Args[1].Eval(env)
		}
		return n.Args[2].Eval(env)
	}
	a := make([]Value, max(3, len(n.Args)))
	for i, arg := range n.Args {
		a[i] = arg.Eval(env)
	}
	all := a[:len(n.Args)]
	switch n.Text {
	case "true", "false":
		return Bool(n.Text == "true")
	case "not":
		return Bool(!a[0].True())
	case "boolean":
		return Bool(a[0].True())
	case "boolean-from-string":
		return Bool(a[0].String() == "true" || a[0].String() == "1")
	case "coalesce":
		for _, v := range all {
			if !v.Empty() {
				return v
			}
		}
		return Value{}
	case "selected":
		return Bool(a[1].String() != "" && (slices.Contains(a[0].elements(), a[1].String()) || a[0].String() == a[1].String()))
	case "count-selected":
		return Number(float64(len(a[0].elements())))
	case "selected-at":
		of := a[0].elements()
		if i := math.Trunc(a[1].Float()); i >= 0 && i < float64(len(of)) {
			return Text(of[int(i)])
		}
		return Value{}
	case "count-non-empty":
		said := 0
		for _, v := range all {
			if !v.Empty() {
				said++
			}
		}
		return Number(float64(said))
	case "today":
		return Text(dayOf(moment(env.Now)))
	case "now":
		return Text(env.Now)
	case "date":
		return Text(dayOf(a[0].Float()))
	case "format-date":
		return Text(formatted(a[0].Float(), a[1].String()))
	case "decimal-date-time":
		return Number(a[0].Float())
	case "decimal-time":
		return Number(a[0].Float() - math.Floor(a[0].Float()))
	}
	if v, is := reckon(n.Text, all); is {
		return v
	}
	return spell(n.Text, a, all)
}

// reckon is of the functions that make a number.
func reckon(name string, a []Value) (Value, bool) {
	x := a[0].Float()
	switch name {
	case "number":
		return Number(x), true
	case "int":
		return Number(math.Trunc(x)), true
	case "floor":
		return Number(math.Floor(x)), true
	case "ceiling":
		return Number(math.Ceil(x)), true
	case "abs":
		return Number(math.Abs(x)), true
	case "sqrt":
		return Number(math.Sqrt(x)), true
	case "round":
		return Number(round(x, append(a, Number(0))[1].Float())), true
	case "pow":
		return Number(power(x, a[1].Float())), true
	case "min", "max", "sum":
		var best Value
		sum := 0.0
		for _, v := range a {
			f := v.Float()
			if f != f {
				continue // what is not answered counts for nothing
			}
			sum += f
			if b := best.Float(); best.Empty() || name == "min" && f < b || name == "max" && f > b {
				best = Number(f)
			}
		}
		if name == "sum" {
			return Number(sum), true
		}
		return best, true
	}
	return Value{}, false
}

// round rounds half up to so many places, 12 at most, before the point where negative.
func round(x, places float64) float64 {
	p := math.Trunc(places)
	if !(math.Abs(p) <= 12) {
		return nan
	}
	by := power(10, math.Abs(p))
	if p < 0 {
		return math.Floor(x/by+0.5) * by
	}
	if math.Abs(x)*by > maxNumber {
		return x // there is nothing behind that place
	}
	return math.Floor(x*by+0.5) / by
}

// power multiplies, so that it is the same everywhere: the exponent is whole, 64 at most.
func power(x, n float64) float64 {
	if n != math.Trunc(n) || !(math.Abs(n) <= 64) || x == 0 && n < 0 {
		return nan
	}
	out := 1.0
	for range int(math.Abs(n)) {
		out *= x
	}
	if n < 0 {
		return 1 / out
	}
	return out
}

// spell is of the functions that read a text or make one.
func spell(name string, a, all []Value) Value {
	s, t := a[0].String(), a[1].String()
	switch name {
	case "string":
		return Text(s)
	case "string-length":
		return Number(float64(len([]rune(s))))
	case "concat", "join":
		parts := make([]string, len(all))
		for i, v := range all {
			parts[i] = v.String()
		}
		if name == "concat" {
			return Text(strings.Join(parts, ""))
		}
		return Text(strings.Join(parts[1:], s))
	case "contains":
		return Bool(strings.Contains(s, t))
	case "starts-with":
		return Bool(strings.HasPrefix(s, t))
	case "ends-with":
		return Bool(strings.HasSuffix(s, t))
	case "substr", "substring":
		return Text(part(name, []rune(s), all))
	case "substring-before", "substring-after":
		before, after, found := strings.Cut(s, t)
		if !found {
			return Value{}
		}
		if name == "substring-before" {
			return Text(before)
		}
		return Text(after)
	case "translate":
		return Text(translate(s, []rune(t), []rune(a[2].String())))
	case "normalize-space":
		return Text(strings.Join(strings.FieldsFunc(s, blank), " "))
	case "regex":
		return Bool(matches(t, s))
	}
	return Value{}
}

// part is of substr the characters from one to another, counted from 0 and from the
// end where negative; of substring so many from one on, counted from 1.
func part(name string, r []rune, a []Value) string {
	size := float64(len(r))
	from, to := math.Trunc(a[1].Float()), size
	if name == "substr" {
		if len(a) > 2 {
			to = math.Trunc(a[2].Float())
		}
		if from < 0 {
			from += size
		}
		if to < 0 {
			to += size
		}
	} else {
		from = math.Floor(a[1].Float()+0.5) - 1
		if len(a) > 2 {
			to = from + math.Floor(a[2].Float()+0.5)
		}
	}
	from, to = math.Max(from, 0), math.Min(to, size)
	if !(from < to) {
		return ""
	}
	return string(r[int(from):int(to)])
}

func translate(s string, from, to []rune) string {
	return strings.Map(func(c rune) rune {
		i := slices.Index(from, c)
		switch {
		case i < 0:
			return c
		case i < len(to):
			return to[i]
		}
		return -1
	}, s)
}
