package qrcodes

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// SVG draws the text as a symbol for a page: an element without styles or
// scripts, quiet zone included, dark on light whatever the page's colours are.
// Its size is the page's to set.
func SVG(text string) (string, error) {
	if text == "" || len(text) > maxText {
		return "", fmt.Errorf("qr code: the text must have 1 to %d bytes", maxText)
	}
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return "", fmt.Errorf("qr code: %w", err)
	}
	bits := q.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="qr" role="img" aria-label="二维码" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`,
		len(bits), len(bits), len(bits), len(bits))
	for y, row := range bits {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
