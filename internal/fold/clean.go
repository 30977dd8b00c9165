package fold

import "strings"

// Clean takes out of a text what could change how the text around it reads:
// direction marks and overrides (U+200E, U+200F, U+061C, U+202A–202E,
// U+2066–2069), controls, tags and the byte order mark. Line feeds and tabs
// stay; other ways to break a line become line feeds. Joiners stay: scripts need them.
func Clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case turns(r):
			return -1
		}
		return r
	}, s)
}

// Line is Clean for a name and whatever else has one line: breaks and tabs become
// blanks, blanks at the ends go.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Clean(s))
	return strings.TrimFunc(s, blank)
}

func turns(r rune) bool {
	return r < 32 || r >= 0x7f && r <= 0x9f || r == 0x200e || r == 0x200f || r == 0x61c || r >= 0x202a && r <= 0x202e ||
		r >= 0x2066 && r <= 0x206f || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f
}
