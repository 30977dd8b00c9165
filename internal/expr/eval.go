package expr

import "math"

// Env is what an expression is evaluated in. Nil functions know nothing.
type Env struct {
	Ref    func(question string) Value
	Column func(name string) Value
	Self   Value
	Now    string // 2026-12-01T08:30 where the phone is; its day is today
}

// Eval gives the value of an expression that [Parse] gave. It never panics and takes
// time that grows with the expression and the texts in it.
func (n *Node) Eval(env *Env) Value {
	switch n.Op {
	case OpText:
		return Text(n.Text)
	case OpNumber:
		return Number(n.Num)
	case OpRef:
		if env.Ref != nil {
			return env.Ref(n.Text)
		}
		return Value{}
	case OpColumn:
		if env.Column != nil {
			return env.Column(n.Text)
		}
		return Value{}
	case OpSelf:
		return env.Self
	case OpCall:
		return n.call(env)
	case opNeg:
		return Number(-n.Args[0].Eval(env).Float())
	}
	a := n.Args[0].Eval(env)
	switch n.Op { // the second counts only where the first leaves it open
	case "or":
		return Bool(a.True() || n.Args[1].Eval(env).True())
	case "and":
		return Bool(a.True() && n.Args[1].Eval(env).True())
	}
	return operate(n.Op, a, n.Args[1].Eval(env))
}

func operate(op Op, a, b Value) Value {
	switch op {
	case "=":
		return Bool(equal(a, b))
	case "!=":
		return Bool(!equal(a, b))
	}
	x, y := a.Float(), b.Float()
	switch op {
	case "<":
		return Bool(x < y)
	case "<=":
		return Bool(x <= y)
	case ">":
		return Bool(x > y)
	case ">=":
		return Bool(x >= y)
	case "+":
		return Number(x + y)
	case "-":
		return Number(x - y)
	case "*":
		return Number(x * y)
	case "div":
		if y == 0 {
			return Number(nan)
		}
		return Number(x / y)
	case "mod":
		if y == 0 {
			return Number(nan)
		}
		return Number(math.Mod(x, y))
	}
	return Value{}
}
