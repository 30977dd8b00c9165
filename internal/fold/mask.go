package fold

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Mask hides in a text the numbers that stand for somebody, whatever field they were
// written into: identity numbers of 18 and 15 digits, of bank cards (16 to 19) and of
// disability cards (an identity number with class and grade). Three characters at the
// front and four at the end stay. It knows them by what they are, in any width, with
// blanks, dashes or points inside and with a text around them, and leaves telephone
// numbers, dates, amounts, codes of areas, ids and digests alone. Mask(Mask(s)) is
// Mask(s). Cut a text after masking it, never before: a half is not known again.
func Mask(s string) string {
	spans := sensitive(s)
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, p := range spans {
		b.WriteString(s[at:p.from])
		b.WriteString(p.mask)
		at = p.to
	}
	b.WriteString(s[at:])
	return b.String()
}

// Sensitive reports whether Mask would hide something in a line of JSON, also where
// its characters are written as escapes.
func Sensitive(line []byte) bool {
	s := string(line)
	return len(sensitive(s)) > 0 || strings.Contains(s, `\u`) && len(sensitive(unescaped(s))) > 0
}

var escape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// unescaped writes escapes as what they stand for: for looking, not for reading.
func unescaped(s string) string {
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		r, _ := strconv.ParseUint(e[2:], 16, 16)
		return string(rune(r))
	})
}

// span is a number in a text, by its bytes, and what stands for it.
type span struct {
	from, to int
	mask     string
}

// spreadsheet finds an identity number that a spreadsheet took for a number: what
// stands there is the area and the date of birth.
var spreadsheet = regexp.MustCompile(`[1-9][.．]\d{5,}[eE]\+?1[47]`)

func sensitive(s string) (out []span) {
	if !manyDigits(s) {
		return nil
	}
	if at := exponent(s); at != nil {
		found := span{at[0], at[1], s[at[0]:at[0]+1] + strings.Repeat("*", 17)}
		return append(append(sensitive(s[:at[0]]), found), moved(sensitive(s[at[1]:]), at[1])...)
	}
	for _, r := range runs(s) {
		for i := 0; i+15 <= len(r.digits); {
			n := r.numberAt(i)
			if n == 0 {
				i++
				continue
			}
			d := string(r.digits[i : i+n])
			out = append(out, span{r.from[i], r.to[i+n-1], d[:3] + strings.Repeat("*", n-7) + d[n-4:]})
			i += n
		}
	}
	return out
}

func exponent(s string) []int {
	for _, e := range []string{"E+1", "e+1", "E1", "e1"} {
		if strings.Contains(s, e) {
			return spreadsheet.FindStringIndex(s)
		}
	}
	return nil
}

func moved(spans []span, by int) []span {
	for i := range spans {
		spans[i].from, spans[i].to = spans[i].from+by, spans[i].to+by
	}
	return spans
}

// numberAt is how many digits the number has that begins at i; 0: there is none.
func (r *run) numberAt(i int) int {
	switch {
	case r.identity(i):
		if n := i + 20; r.begins(n) && !r.begins(n-1) && !r.begins(n-2) && r.whole(i+18, n) {
			return 20
		}
		return 18
	case r.old(i):
		return 15
	}
	for n := 19; n >= 16; n-- {
		if r.card(i, n) {
			return n
		}
	}
	return 0
}

// identity reports whether 18 digits are an identity number. Where their check digit
// is wrong, as of one mistyped, they must stand by themselves, and be of somebody born
// before what offices number by its day, area first, was made.
func (r *run) identity(i int) bool {
	if !r.there(i, 18) || !r.whole(i, i+17) {
		return false
	}
	d := r.digits[i : i+18]
	born := date(string(d[6:14]))
	if CheckDigit(string(d[:17])) == d[17] {
		return r.alone(i, 18) && r.divided(i, 18) || born && (r.divided(i, 18) || r.begins(i) && r.begins(i+18))
	}
	return born && string(d[6:10]) < "2020" && r.alone(i, 18) && (r.divided(i, 18) || r.divided(i, 18, 6, 14) || r.divided(i, 18, 6, 10, 12, 14))
}

// provinces are the first digits of an identity number (GB/T 2260).
var provinces = regexp.MustCompile(`^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])`)

// old reports whether 15 digits are an identity number as they were given out until 1999.
func (r *run) old(i int) bool {
	if !r.there(i, 15) || !r.whole(i, i+15) || !r.alone(i, 15) {
		return false
	}
	if !r.divided(i, 15) && !r.divided(i, 15, 6, 12) && !r.divided(i, 15, 6, 8, 10, 12) {
		return false
	}
	d := string(r.digits[i : i+15])
	return provinces.MatchString(d) && date("19"+d[6:12])
}

// card reports whether so many digits are the number of a bank card (ISO/IEC 7812), in
// one or in groups as they are printed.
func (r *run) card(i, n int) bool {
	if !r.there(i, n) || !r.whole(i, i+n) || r.digits[i] == '0' || !r.alone(i, n) {
		return false
	}
	if !r.divided(i, n) { // in groups only as cards begin: years and amounts come in fours too
		issued := strings.IndexByte("34569", r.digits[i]) >= 0
		if !issued || !r.divided(i, n, 4, 8, 12, 16) && !r.divided(i, n, 6) {
			return false
		}
	}
	sum := 0
	for j := range n {
		d := int(r.digits[i+n-1-j] - '0')
		if j%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func date(s string) bool {
	_, err := time.Parse("20060102", s)
	return err == nil && s >= "1880" && s < "2100"
}
