package expr

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A pattern is a part of what regular expressions are elsewhere, with one meaning here
// and on phones: characters, ., \d \w \s and their capitals, [a-z], [^…], ( ), (?: ), |,
// ^, $, and * + ? {n} {n,} {n,m} behind them. The whole text must match.
const (
	maxPattern = 200 // characters
	maxTimes   = 50  // in braces
	maxStates  = 400 // characters of the pattern, repetitions counted
	maxMatched = 2000
)

// patterns remembers those compiled: there are as many as forms have.
var patterns sync.Map

// compile gives nil for what is no pattern here.
func compile(s string) *regexp.Regexp {
	if re, is := patterns.Load(s); is {
		return re.(*regexp.Regexp)
	}
	p := pattern{r: []rune(s)}
	if len(p.r) > maxPattern {
		return nil
	}
	var out strings.Builder
	states := p.either(&out, 0)
	if p.bad || p.at < len(p.r) || states > maxStates {
		return nil
	}
	re, err := regexp.Compile(`\A(?:` + out.String() + `)\z`)
	if err != nil {
		return nil
	}
	return re
}

func matches(s, text string) bool {
	re := compile(s)
	if re == nil {
		return false
	}
	patterns.Store(s, re)
	return len([]rune(text)) <= maxMatched && re.MatchString(text)
}

type pattern struct {
	r   []rune
	at  int
	bad bool
}

func (p *pattern) fail() int { p.bad = true; return 0 }

func (p *pattern) peek() rune {
	if p.at < len(p.r) {
		return p.r[p.at]
	}
	return -1
}

func (p *pattern) take(c rune) bool {
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

// either writes what Go calls the same, and returns how many characters it has.
func (p *pattern) either(out *strings.Builder, depth int) (states int) {
	if depth > maxDepth {
		return p.fail()
	}
	for {
		for !p.bad && p.at < len(p.r) && p.peek() != '|' && p.peek() != ')' {
			states += p.repeated(out, depth)
		}
		if p.bad || !p.take('|') {
			return states
		}
		out.WriteByte('|')
	}
}

func (p *pattern) repeated(out *strings.Builder, depth int) int {
	var one strings.Builder
	states, anchor := p.single(&one, depth)
	if p.bad {
		return 0
	}
	low, high, some := p.times()
	switch {
	case p.bad || some && anchor:
		return p.fail()
	case !some:
		out.WriteString(one.String())
		return states
	}
	fmt.Fprintf(out, "(?:%s){%d,", one.String(), low)
	if high >= 0 {
		fmt.Fprintf(out, "%d", high)
	}
	out.WriteByte('}')
	return max(1, states) * max(1, low, high)
}

// times reads what says how often; high is -1 where there is no end.
func (p *pattern) times() (low, high int, some bool) {
	switch {
	case p.take('*'):
		low, high = 0, -1
	case p.take('+'):
		low, high = 1, -1
	case p.take('?'):
		low, high = 0, 1
	case p.take('{'):
		low = p.count()
		high = low
		if p.take(',') {
			if high = -1; p.peek() != '}' {
				high = p.count()
			}
		}
		if !p.take('}') || high >= 0 && high < low {
			p.fail()
		}
	default:
		return 0, 0, false
	}
	p.take('?') // how eagerly makes no difference to whether all of it matches
	if strings.ContainsRune("*+?{", p.peek()) {
		p.fail()
	}
	return low, high, true
}

func (p *pattern) count() (n int) {
	from := p.at
	for digit(p.peek()) && p.at-from < 3 {
		n = n*10 + int(p.peek()-'0')
		p.at++
	}
	if p.at == from || n > maxTimes {
		return p.fail()
	}
	return n
}

func (p *pattern) single(out *strings.Builder, depth int) (states int, anchor bool) {
	c := p.peek()
	p.at++
	switch c {
	case '(':
		if p.take('?') && !p.take(':') {
			return p.fail(), false
		}
		out.WriteString("(?:")
		states = p.either(out, depth+1)
		out.WriteByte(')')
		if !p.take(')') {
			p.fail()
		}
		return states, false
	case '[':
		p.class(out)
		return 1, false
	case '.':
		out.WriteString(`[^\n]`)
		return 1, false
	case '^':
		out.WriteString(`\A`)
		return 0, true
	case '$':
		out.WriteString(`\z`)
		return 0, true
	case '\\':
		negated, set := p.escaped(true)
		write(out, negated, set)
		return 1, false
	case '*', '+', '?', '{', '}', ']':
		return p.fail(), false
	}
	write(out, false, []span{{c, c}})
	return 1, false
}

// span is the characters from one to another.
type span [2]rune

var classes = map[rune][]span{
	'd': {{'0', '9'}},
	'w': {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
	's': {{'\t', '\r'}, {' ', ' '}},
}

// escaped reads what follows a backslash; capital: the opposite of a class is taken too.
func (p *pattern) escaped(capital bool) (negated bool, set []span) {
	c := p.peek()
	p.at++
	if at := strings.IndexRune("tnr", c); at >= 0 {
		c = rune("\t\n\r"[at])
		return false, []span{{c, c}}
	}
	if of := classes[c]; of != nil {
		return false, of
	}
	if of := classes[c-'A'+'a']; of != nil && c >= 'A' && c <= 'Z' && capital {
		return true, of
	}
	if c < '!' || c > '~' || digit(c) || letter(c) && c != '_' {
		p.fail()
	}
	return false, []span{{c, c}}
}

func (p *pattern) class(out *strings.Builder) {
	negated := p.take('^')
	var set []span
	for !p.bad && p.peek() != ']' {
		from, one := p.member()
		to := from
		if one && p.peek() == '-' && p.at+1 < len(p.r) && p.r[p.at+1] != ']' {
			p.at++
			if to, one = p.member(); !one || len(to) != 1 || to[0][1] < from[0][0] {
				p.fail()
				return
			}
			from = []span{{from[0][0], to[0][1]}}
		}
		set = append(set, from...)
	}
	if !p.take(']') || len(set) == 0 {
		p.fail()
		return
	}
	write(out, negated, set)
}

// member reads one of a class; one: it is a single character.
func (p *pattern) member() (set []span, one bool) {
	c := p.peek()
	p.at++
	switch {
	case c < 0, c == '[' && p.peek() == ':':
		p.fail()
		return []span{{0, 0}}, true
	case c == '\\':
		_, set = p.escaped(false)
		return set, len(set) == 1 && set[0][0] == set[0][1]
	}
	return []span{{c, c}}, true
}

func write(out *strings.Builder, negated bool, set []span) {
	set = slices.Clone(set)
	out.WriteByte('[')
	if negated {
		out.WriteByte('^')
	}
	for _, s := range set {
		fmt.Fprintf(out, `\x{%x}-\x{%x}`, max(0, s[0]), max(0, s[1]))
	}
	out.WriteByte(']')
}
