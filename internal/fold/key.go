package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key gives a text that is the same for two texts exactly when people take them
// for the same: compatibility forms, width and case are one (NFKC), blanks of all
// kinds are none, dots between the parts of a name are one, likewise dashes, and
// what nobody sees is gone. It is for comparing, never stored, never shown.
// Key(Key(s)) is Key(s).
func Key(s string) string {
	if plain(s) {
		return s
	}
	s = norm.NFKC.String(drop(s))
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r == 'İ' { // its small letter is two code points, as in JavaScript
			b.WriteString("i\u0307")
		} else if r = unicode.ToLower(r); !blank(r) && !unseen(r) {
			b.WriteRune(one(r))
		}
	}
	return between(norm.NFKC.String(b.String()))
}

// Words gives the keys of the parts of a query that blanks divide.
func Words(query string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(query, blank) {
		if k := Key(w); k != "" {
			out = append(out, k)
		}
	}
	return out
}

// plain reports whether the text is its own key: small letters, digits and
// everyday hanzi, the most of what is compared.
func plain(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x4e00 && r <= 0x9fa5) {
			return false
		}
	}
	return true
}

func drop(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

// one gives the dot or the dash that stands for all of its kind.
func one(r rune) rune {
	switch r {
	case '•', '‧', '∙', '⋅', '・', '･', '⸱', '⸳', '᛫', '●':
		return '·'
	case '‐', '‑', '‒', '–', '—', '―', '−', '⁃', '﹘':
		return '-'
	}
	return r
}

// between turns a full stop between two hanzi into the dot of names: 买买提.艾合买提.
func between(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	rs := []rune(s)
	for i := 1; i+1 < len(rs); i++ {
		if rs[i] == '.' && hanzi(rs[i-1]) && hanzi(rs[i+1]) {
			rs[i] = '·'
		}
	}
	return string(rs)
}

func hanzi(r rune) bool { return r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x3ffff }

// blank reports whether the character is a blank or a break, of whatever width.
func blank(r rune) bool {
	switch {
	case r >= 9 && r <= 13, r == ' ', r == 0x85, r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a,
		r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	}
	return false
}

// unseen reports whether the character is a control or shows nothing by itself:
// zero-width, direction, variation selectors, fillers, tags.
func unseen(r rune) bool {
	switch {
	case r < 32 && !blank(r), r >= 0x7f && r <= 0x9f && r != 0x85, r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160,
		r >= 0x17b4 && r <= 0x17b5, r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0x3164, r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r == 0xffa0,
		r >= 0xfff0 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}
