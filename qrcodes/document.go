package qrcodes

import (
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"
)

// A4, upright, in mm.
const (
	paperWidth  = 210.0
	paperHeight = 297.0
)

// document is one being drawn, a page after another. Lengths are mm from the
// upper left corner, sizes of type points. It keeps its first error, after which it
// draws nothing more.
type document struct {
	pdf gopdf.GoPdf
	err error
}

func (pr *Printer) document(title string) *document {
	p := &document{}
	p.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4, Unit: gopdf.UnitMM})
	p.pdf.SetInfo(gopdf.PdfInfo{Title: title})
	p.err = p.pdf.AddTTFFontFromFontContainer(typeface, &pr.fonts)
	return p
}

func (p *document) page() { p.pdf.AddPage() }

// write ends the document.
func (p *document) write(to io.Writer) error {
	if p.err != nil {
		return p.err
	}
	pdf, err := p.pdf.GetBytesPdfReturnErr()
	if err != nil {
		return err
	}
	if pdf, err = withHanzi(pdf); err != nil {
		return err
	}
	_, err = to.Write(pdf)
	return err
}

// drawn is a text as this typeface can draw it, on one line.
func (p *document) drawn(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if has, err := p.pdf.IsCurrFontContainGlyph(r); err != nil || !has {
			return missing
		}
		return r
	}, s)
}

func (p *document) size(points float64) {
	if p.err == nil {
		p.err = p.pdf.SetFont(typeface, "", points)
	}
}

// width is how wide a line would be.
func (p *document) width(size float64, s string) float64 {
	if p.size(size); p.err != nil {
		return 0
	}
	w, err := p.pdf.MeasureTextWidth(p.drawn(s))
	p.err = err
	return w
}

// text draws a line whose letters stand on y.
func (p *document) text(x, y, size float64, s string) {
	if p.size(size); p.err != nil {
		return
	}
	p.pdf.SetXY(x, y)
	if err := p.pdf.Text(p.drawn(s)); err != nil {
		p.err = fmt.Errorf("draw a text: %w", err)
	}
}

// closing may not stand at the head of a line.
const closing = "，。、；：！？”’）》…"

// wrap breaks a text into lines of a width, all of it.
func (p *document) wrap(size, width float64, s string) (lines []string) {
	line := []rune{}
	for _, r := range s {
		if len(line) == 0 || p.width(size, string(line)+string(r)) <= width {
			line = append(line, r)
			continue
		}
		keep := len(line)
		if strings.ContainsRune(closing, r) && keep > 1 {
			keep-- // with a character before it
		}
		lines = append(lines, string(line[:keep]))
		line = append([]rune{}, append(line[keep:], r)...)
	}
	return append(lines, string(line))
}

// block is type that fits: lines of one size.
type block struct {
	size  float64
	lines []string
}

// fit sets a text on one line of a width, in the largest size from size down to least
// that it has room in, else in least on so many lines; what they have no room for is
// cut off with "…".
func (p *document) fit(size, least, width float64, most int, s string) block {
	for ; size > least; size -= 0.5 {
		if p.width(size, s) <= width {
			return block{size, []string{s}}
		}
	}
	lines := p.wrap(least, width, s)
	if len(lines) > most {
		last := []rune(lines[most-1])
		for len(last) > 0 && p.width(least, string(last)+"…") > width {
			last = last[:len(last)-1]
		}
		lines = append(lines[:most-1], string(last)+"…")
	}
	return block{least, lines}
}

// leading is from line to line, in sizes of the type.
const leading = 1.35 * 25.4 / 72

// set draws a block whose first line stands on y, and gives where its next would.
func (p *document) set(x, y float64, b block) float64 {
	for _, line := range b.lines {
		p.text(x, y, b.size, line)
		y += b.size * leading
	}
	return y
}

// cut draws a line to cut along.
func (p *document) cut(x1, y1, x2, y2 float64) {
	p.pdf.SetLineWidth(0.15)
	p.pdf.SetStrokeColor(120, 120, 120)
	p.pdf.SetCustomLineType([]float64{1.2, 1.2}, 0)
	p.pdf.Line(x1, y1, x2, y2)
}

// frame draws a box.
func (p *document) frame(x, y, w, h float64) {
	p.pdf.SetLineWidth(0.3)
	p.pdf.SetStrokeColor(0, 0, 0)
	p.pdf.SetLineType("solid")
	p.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "D")
}
