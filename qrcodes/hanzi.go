package qrcodes

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// What a glyph stands for is told in UTF-16. gopdf v0.33.0 writes the number of a
// rune as it is, so that the hanzi outside the BMP that occur in names look right and
// are found, copied and read aloud as others.
var (
	beyond = regexp.MustCompile(`(<[0-9A-F]{4}><[0-9A-F]{4}>)<([0-9A-F]{5,6})>`)
	meant  = regexp.MustCompile(`(?s)\n([0-9]+) 0 obj\n<<\n/Length [0-9]+\n>>\nstream\n(/CIDInit .*?)endstream\n`)
	ending = regexp.MustCompile(`(?s)\ntrailer\n<<\n(.*)>>\nstartxref\n([0-9]+)\n%%EOF\n$`)
)

// withHanzi appends to a PDF of gopdf, as PDF has it for changes, the table of what
// its glyphs stand for with the right numbers.
func withHanzi(pdf []byte) ([]byte, error) {
	table, end := meant.FindSubmatch(pdf), ending.FindSubmatch(pdf)
	if table == nil || end == nil {
		return nil, errors.New("the PDF is not of the form that is known")
	}
	if !beyond.Match(table[2]) {
		return pdf, nil
	}
	right := beyond.ReplaceAllFunc(table[2], func(row []byte) []byte {
		m := beyond.FindSubmatch(row)
		r, _ := strconv.ParseInt(string(m[2]), 16, 32)
		high, low := utf16.EncodeRune(rune(r))
		return fmt.Appendf(m[1], "<%04X%04X>", high, low)
	})
	out := bytes.NewBuffer(pdf)
	at := out.Len()
	fmt.Fprintf(out, "%s 0 obj\n<<\n/Length %d\n>>\nstream\n%sendstream\nendobj\n\n", table[1], len(right), right)
	xref := out.Len()
	fmt.Fprintf(out, "xref\n%s 1\n%010d 00000 n \ntrailer\n<<\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n", table[1], at, end[1], end[2], xref)
	return out.Bytes(), nil
}
