package fold

import (
	"regexp"
	"strings"
)

// narrow makes full-width letters, digits and signs narrow and takes out what is
// not seen. Unlike NFKC it leaves 10² alone.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xfee0
		case blank(r):
			return ' '
		case r == '−', r == '‐', r == '‑', r == '‒', r == '–', r == '—', r == '﹣':
			return '-'
		case r == '。', r == '｡':
			return '.'
		}
		return r
	}, s)
}

// Name is a log-in name as it is typed: in narrow letters, without blanks at its ends.
func Name(s string) string { return strings.Trim(narrow(s), " ") }

// Digits gives the digits of a text that has nothing else, blanks aside: the
// code of an area, a PIN.
func Digits(s string) (string, error) {
	s = strings.ReplaceAll(narrow(s), " ", "")
	if s == "" {
		return "", Empty
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return "", NoDigits
		}
	}
	return s, nil
}

var number = regexp.MustCompile(`^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?:\.\d+)?$`)

// mostDigits is how many digits a double keeps whatever they are.
const mostDigits = 15

// Number reads a decimal number as people write it: any width, thousands divided
// by commas or blanks in threes, a sign. It gives the number's shortest decimal
// form, "1200" or "-12.5", without exponent.
func Number(s string) (string, error) {
	s = strings.Trim(narrow(s), " ")
	if s == "" {
		return "", Empty
	}
	if !number.MatchString(s) {
		return "", NoNumber
	}
	s = strings.NewReplacer(",", "", " ", "", "+", "").Replace(s)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if len(whole)+len(part) > mostDigits {
		return "", TooLong
	}
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		part = "." + part
	}
	if whole == "0" && part == "" {
		sign = ""
	}
	return sign + whole + part, nil
}
