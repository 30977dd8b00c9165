package fold

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// run is digits of a text with nothing between them but what divides a number for the
// eye. An X stands among them as a digit.
type run struct {
	digits   []byte // '0' to '9' and 'X'
	from, to []int  // where each stands in the text
	gap      []bool // before each: something divides it from the one before
	letter   []bool // before each, and after the last: a Latin letter is its neighbour
}

// mostBetween is how many characters may divide two digits of a number.
const mostBetween = 3

// runs finds the runs of at least 15 digits.
func runs(s string) (out []run) {
	var now run
	end := func(letter bool) {
		if len(now.digits) >= 15 {
			now.letter = append(now.letter, letter)
			out = append(out, now)
		}
		now = run{}
	}
	between, before := 0, false
	for i, r := range s {
		if len(now.digits) == 0 && !(r >= '0' && r <= '9') && (r < 0x660 || r >= 0x3000 && r < 0xa620) {
			between, before = 0, latin(r)
			continue
		}
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			size = 1
		}
		d, digit := digitOf(r)
		if !digit && len(now.digits) > 0 && cross(r) {
			d, digit = 'X', true
		}
		switch {
		case digit:
			now.digits, now.from, now.to = append(now.digits, d), append(now.from, i), append(now.to, i+size)
			now.gap, now.letter = append(now.gap, between > 0 && len(now.digits) > 1), append(now.letter, before)
			between = 0
		case len(now.digits) > 0 && divides(r) && between < mostBetween:
			between++
		default:
			end(latin(r) && between == 0)
			between = 0
		}
		before = latin(r) && !digit
	}
	end(false)
	return out
}

// manyDigits is a quick no for most texts.
func manyDigits(s string) bool {
	n := 0
	for _, r := range s {
		if _, is := digitOf(r); is {
			if n++; n == 8 {
				return true
			}
		}
	}
	return false
}

// digitOf reads a decimal digit of any script and width.
func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= 0xff10 && r <= 0xff19:
		return byte(r - 0xff10 + '0'), true
	case r < 0x660, r >= 0x3000 && r < 0xa620:
		return 0, false
	}
	for _, t := range unicode.Nd.R16 {
		if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
			return byte((r-lo)%10) + '0', true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
			return byte((r-lo)%10) + '0', true
		}
	}
	return 0, false
}

// cross reports whether people write the character for the X at a number's end.
func cross(r rune) bool {
	switch r {
	case 'X', 'x', 'Ｘ', 'ｘ', '×', 'Х', 'х', 'Χ', 'χ', 'Ⅹ', 'ⅹ':
		return true
	}
	return false
}

func divides(r rune) bool {
	if blank(r) || unseen(r) || one(r) == '-' || one(r) == '·' {
		return true
	}
	switch r {
	case '.', '/', '_', '－', '．', '／', '＿', '。', '﹣':
		return true
	}
	return false
}

func latin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r >= 0xff21 && r <= 0xff3a || r >= 0xff41 && r <= 0xff5a
}

// there reports whether n digits follow from i.
func (r *run) there(i, n int) bool { return i+n <= len(r.digits) }

// whole reports whether no X is among the digits from i to n.
func (r *run) whole(i, n int) bool {
	for _, d := range r.digits[i:n] {
		if d == 'X' {
			return false
		}
	}
	return true
}

// begins reports whether a number may begin at i: nothing, or what divides, is before it.
func (r *run) begins(i int) bool {
	return i == 0 || i == len(r.digits) || i < len(r.digits) && r.gap[i]
}

// alone reports whether n digits from i stand by themselves.
func (r *run) alone(i, n int) bool {
	return r.begins(i) && r.begins(i+n) && !r.letter[i] && !(i+n == len(r.digits) && r.letter[i+n])
}

// divided reports whether n digits from i are divided in these places inside and in no
// others; where no place is told, that they are in one.
func (r *run) divided(i, n int, places ...int) bool {
	for j := 1; j < n; j++ {
		if r.gap[i+j] != slices.Contains(places, j) {
			return false
		}
	}
	return true
}
