package staff

import (
	"bytes"
	"strings"

	"zoufang/internal/fold"
)

// kept are elements whose text is not for reading: what somebody typed comes back as
// it was typed.
var kept = []string{"textarea", "style", "script"}

// tell makes a page's text what may be shown (fold.Told), whatever wrote it: what a
// page forgot to mask does not get past here. Tags stay as they are.
func tell(page []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(page))
	for len(page) > 0 {
		n := bytes.IndexByte(page, '<')
		if n < 0 {
			n = len(page)
		}
		out.WriteString(fold.Told(string(page[:n])))
		page = page[n:]
		n = tagEnd(page)
		for _, name := range kept {
			if strings.HasPrefix(string(page[:n]), "<"+name) {
				if end := bytes.Index(page, []byte("</"+name)); end > 0 {
					n = end
				}
			}
		}
		out.Write(page[:n])
		page = page[n:]
	}
	return out.Bytes()
}

// tagEnd is where the tag that a page begins with ends. Templates write attributes in
// quotes.
func tagEnd(page []byte) int {
	quoted := false
	for i, c := range page {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '>' && !quoted:
			return i + 1
		}
	}
	return len(page)
}
