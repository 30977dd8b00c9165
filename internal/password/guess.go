package password

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What parts of a password cost somebody who guesses: a word of the list is one of
// ten thousand; a row of keys, a year, something of the owner's is one of a few
// hundred, like a character that stands alone.
const (
	costWord = 2
	costWeak = 1
	// enough is what a password must cost at least: two common words with a sign, or one with
	// a year and two signs, are too little.
	enough = 6
)

// rows are runs of keys and letters that are typed without thinking, also backwards.
var rows = both("abcdefghijklmnopqrstuvwxyz", "01234567890", "`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+",
	"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/", "甲乙丙丁戊己庚辛壬癸", "零一二三四五六七八九十")

// shortRow is the shortest run of keys that counts as one.
const shortRow = 3

// figures are numbers that belong to people: a year, a month, a day, a telephone, an
// identity number.
var figures = regexp.MustCompile(`^(?:(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?)?|1[3-9]\d{9}|\d{17}[\dx]|1314|520|521|666|888|168|(?:19|20)\d\d年)$`)

func both(rows ...string) []string {
	for _, r := range rows {
		var back []rune
		for _, c := range r {
			back = append([]rune{c}, back...)
		}
		rows = append(rows, string(back))
	}
	return rows
}

// costs tells what a folded text costs somebody who knows the owner, up to enough.
func costs(text string, own map[string]bool) int {
	r := []rune(text)
	best := make([]int, len(r)+1)
	for i := 1; i <= len(r); i++ {
		best[i] = best[i-1] + costWeak
		for from := max(0, i-maxPart); from < i-1; from++ {
			if c, ok := part(string(r[from:i]), own); ok && best[from]+c < best[i] {
				best[i] = best[from] + c
			}
		}
	}
	return min(best[len(r)], enough)
}

// maxPart is how long a part can be, in runes.
const maxPart = 24

func part(s string, own map[string]bool) (cost int, known bool) {
	n := utf8.RuneCountInString(s)
	switch {
	case own[s], same(s), figures.MatchString(s), n >= shortRow && run(s):
		return costWeak, true
	case n >= shortWord && (common()[s] || common()[signs.Replace(s)] || own[signs.Replace(s)]):
		if strings.Trim(s, "0123456789") == "" {
			return costWeak, true
		}
		return costWord, true
	}
	return 0, false
}

func same(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	return strings.Trim(s[n:], string(first)) == ""
}

func run(s string) bool {
	for _, r := range rows {
		if strings.Contains(r, s) {
			return true
		}
	}
	return false
}

// repeats reports whether a text is a shorter one again and again.
func repeats(s string) bool {
	r := []rune(s)
	for p := 1; p <= len(r)/2 && p < minRunes; p++ {
		again := true
		for i := p; i < len(r) && again; i++ {
			again = r[i] == r[i-p]
		}
		if again {
			return true
		}
	}
	return false
}
