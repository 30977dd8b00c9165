package qrcodes

import (
	"fmt"

	"github.com/skip2/go-qrcode"
)

// bleed is by how much, in modules, what is printed of a symbol reaches under its
// neighbours, so that no viewer shows light between two dark modules.
const bleed = 0.02

// symbol draws the text as a symbol of a side, quiet zone included, that can still
// be read when a quarter of it is worn.
func (p *document) symbol(x, y, side float64, text string) {
	if p.err != nil {
		return
	}
	if text == "" || len(text) > maxText {
		p.err = fmt.Errorf("qr code: the text must have 1 to %d bytes", maxText)
		return
	}
	q, err := qrcode.New(text, qrcode.High)
	if err != nil {
		p.err = fmt.Errorf("qr code: %w", err)
		return
	}
	bits := q.Bitmap()
	module := side / float64(len(bits))
	p.pdf.SetFillColor(0, 0, 0)
	for _, r := range blotches(bits) {
		p.pdf.RectFromUpperLeftWithStyle(x+float64(r.x)*module, y+float64(r.y)*module, (float64(r.w)+bleed)*module, (float64(r.h)+bleed)*module, "F")
	}
}

type blotch struct{ x, y, w, h int }

// blotches covers the dark modules, and no light one, with rectangles.
func blotches(bits [][]bool) (out []blotch) {
	done := make([][]bool, len(bits))
	for y := range bits {
		done[y] = make([]bool, len(bits[y]))
	}
	dark := func(x, y int) bool { return y < len(bits) && x < len(bits[y]) && bits[y][x] && !done[y][x] }
	for y := range bits {
		for x := range bits[y] {
			if !dark(x, y) {
				continue
			}
			b := blotch{x, y, 0, 0}
			for dark(x+b.w, y) {
				b.w++
			}
			for whole := true; whole; {
				for i := range b.w {
					done[y+b.h][x+i] = true
				}
				b.h++
				for i := range b.w {
					whole = whole && dark(x+i, y+b.h)
				}
			}
			out = append(out, b)
		}
	}
	return out
}
