package fold

import "strings"

// Clean takes out of a text what could change how the text around it reads:
// direction marks and overrides (U+200E, U+200F, U+061C, U+202A–202E,
// U+2066–2069), controls, tags and the byte order mark. Line feeds and tabs
// stay; other ways to break a line become line feeds. Joiners stay: scripts need them.
func Clean(s string) string { return clean(s, false) }

func clean(s string, isolates bool) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case isolates && (r == isolate || r == over):
			return r
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

// Isolated is what somebody is called, as it may stand in a sentence: nothing in it
// turns the text around it, and where it reads from right to left it stands between
// isolates (U+2068, U+2069), so that what follows keeps its place.
func Isolated(name string) string {
	name = Line(name)
	if strings.ContainsFunc(name, leftwards) {
		return string(isolate) + name + string(over)
	}
	return name
}

// Told is a text as it may be shown to people who read for an office: its numbers
// masked, and nothing in it turns what stands around it. Isolates that are whole stay.
func Told(s string) string {
	deep := 0
	whole := true
	for _, r := range s {
		switch r {
		case isolate:
			deep++
		case over:
			deep--
			whole = whole && deep >= 0
		}
	}
	return Mask(clean(s, whole && deep == 0))
}

// isolate and over stand around what is shown by itself.
const isolate, over = '\u2068', '\u2069'

// leftwards reports whether a character is in the blocks of scripts that read from
// right to left.
func leftwards(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
