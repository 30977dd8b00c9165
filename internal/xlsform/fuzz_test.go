package xlsform

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"zoufang/internal/sheet"
)

// FuzzRead finds no damaged file that makes reading panic, or give a form that is none.
func FuzzRead(f *testing.F) {
	for _, e := range corpus(f) {
		f.Add(e.workbook(f), uint16(0), byte(0))
		f.Add(e.workbook(f), uint16(700), byte(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, at uint16, with byte) {
		if int(at) < len(b) {
			b = slices.Clone(b)
			b[at] ^= with
		}
		r, err := ReadFile(bytes.NewReader(b), "x")
		if err == nil {
			sound(t, r)
		}
	})
}

// FuzzCells finds no cells that do.
func FuzzCells(f *testing.F) {
	for _, e := range append(corpus(f), examples(f, "testdata/bad.txt")...) {
		var b strings.Builder
		for _, p := range e.pages {
			for _, l := range p.Rows {
				for _, c := range l.Cells {
					b.WriteString(c.Text + "\t")
				}
				b.WriteString("\n")
			}
			b.WriteString("\f")
		}
		f.Add(b.String())
	}
	f.Fuzz(func(t *testing.T, s string) {
		var pages []sheet.Page
		for i, part := range strings.SplitN(s, "\f", 3) {
			p := sheet.Page{Name: []string{"survey", "choices", "settings"}[i]}
			for n, l := range strings.Split(part, "\n") {
				row := sheet.Line{Row: n + 1}
				for _, c := range strings.Split(l, "\t") {
					row.Cells = append(row.Cells, sheet.Cell{Text: c})
				}
				p.Rows = append(p.Rows, row)
			}
			pages = append(pages, p)
		}
		sound(t, ReadPages(pages, "x"))
	})
}

// sound holds what was read to what is promised: a form that can be saved, or faults.
func sound(t *testing.T, r *Read) {
	t.Helper()
	if len(r.Faults) > 0 {
		if r.Document.Body != nil {
			t.Error("faults, and a body")
		}
		return
	}
	d := r.Document
	if d.Heading.Version == 0 {
		d.Heading.Version = 1
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	pages, _, err := WritePages(d)
	if err != nil {
		t.Fatal(err)
	}
	back := ReadPages(pages, "x")
	if len(back.Faults) > 0 {
		t.Errorf("written: %v\n%s", back.Faults, d.Body)
		return
	}
	sameDocument(t, back.Document, d)
}

// A file that was cut or spoilt on its way is refused, or read as far as it is whole.
func TestDamagedFiles(t *testing.T) {
	for _, e := range corpus(t)[:3] {
		book := e.workbook(t)
		for i := range 40 {
			at := len(book) * i / 40
			spoilt := slices.Clone(book)
			spoilt[at] ^= 0x5a
			for _, b := range [][]byte{spoilt, book[:at]} {
				if r, err := ReadFile(bytes.NewReader(b), "x"); err == nil {
					sound(t, r)
				}
			}
		}
	}
}
