package sheet

import "strings"

// Mark begins a CSV file that a spreadsheet is to take for UTF-8.
const Mark = "\ufeff"

// AppendRow appends a row of CSV, its cells defused.
func AppendRow(out []byte, cells ...string) []byte {
	safe := make([]string, len(cells))
	for i, text := range cells {
		safe[i] = Defused(text)
	}
	return AppendPlain(out, safe...)
}

// AppendPlain appends a row of CSV as RFC 4180 has it, with what could be taken for
// something else in quotes.
func AppendPlain(out []byte, cells ...string) []byte {
	for i, text := range cells {
		if i > 0 {
			out = append(out, ',')
		}
		if strings.ContainsAny(text, "\",\r\n") || strings.HasPrefix(text, " ") || strings.HasSuffix(text, " ") {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		out = append(out, text...)
	}
	return append(out, '\r', '\n')
}

// Defused puts a ' before what a spreadsheet would run as a formula.
func Defused(text string) string {
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, lead) {
			return "'" + text
		}
	}
	return text
}
