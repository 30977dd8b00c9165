package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"

	"zoufang/server/desk"
)

// xlsxWriter writes a workbook of one sheet row by row (ECMA-376). It holds no row
// longer than it takes to deflate it, and nothing touches a disk: the library that
// reads workbooks would write rows into the temporary directory in the clear.
type xlsxWriter struct {
	*writing
	noLines
	zip  *zipper
	buf  []byte
	refs []string // the letters of the columns
}

func newXLSX(w *writing) writer {
	x := &xlsxWriter{writing: w, zip: newZipper(&w.state.Zip, w.spool)}
	for i := range w.columns {
		x.refs = append(x.refs, letters(i))
	}
	return x
}

// letters names a column, from 0: A, Z, AA.
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + string(rune('A'+i%26))
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const (
	spreadsheetML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeRel     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRel    = "http://schemas.openxmlformats.org/package/2006/relationships"
	contentType   = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// The cell styles, by their places in xl/styles.xml.
const (
	styleText   = "1"
	styleDay    = "2"
	styleMoment = "3"
	styleHead   = "4"
)

// fixed are the files of a workbook beside its sheet; %s is the sheet's name.
var fixed = []struct{ name, text string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + contentType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + contentType + `styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + contentType + `worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + packageRel + `"><Relationship Id="r1" Type="` + officeRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + spreadsheetML + `" xmlns:r="` + officeRel + `"><sheets><sheet name="%s" sheetId="1" r:id="r1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageRel + `"><Relationship Id="r1" Type="` + officeRel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="r2" Type="` + officeRel + `/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="` + spreadsheetML + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
}

func (x *xlsxWriter) begin() error {
	for _, f := range fixed {
		text := f.text
		if f.name == "xl/workbook.xml" {
			text = fmt.Sprintf(text, x.title)
		}
		if err := x.zip.whole(f.name, []byte(xmlHead+text)); err != nil {
			return err
		}
	}
	if err := x.zip.begin("xl/worksheets/sheet1.xml"); err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xmlHead + `<worksheet xmlns="` + spreadsheetML + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range x.columns {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, c.Wide+2)
	}
	b.WriteString("</cols><sheetData>")
	heads := make([]desk.Cell, len(x.columns))
	for i, c := range x.columns {
		heads[i].Text = c.Label
	}
	x.buf = append(x.buf[:0], b.Bytes()...)
	x.row(heads, styleHead)
	return x.zip.add(x.buf)
}

func (x *xlsxWriter) rows(_ context.Context, rows []desk.SheetRow) error {
	for i := range rows {
		x.buf = x.buf[:0]
		x.row(rows[i].Cells, styleText)
		if err := x.zip.add(x.buf); err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsxWriter) pause() error { return x.zip.pause() }

func (x *xlsxWriter) end(ctx context.Context) error {
	last := fmt.Sprintf("%s%d", x.refs[len(x.refs)-1], max(x.state.Rows, 1))
	if err := x.zip.add([]byte(`</sheetData><autoFilter ref="A1:` + last + `"/></worksheet>`)); err != nil {
		return err
	}
	if err := x.zip.close(); err != nil {
		return err
	}
	return x.zip.end(ctx)
}

// row appends a row to the buffer.
func (x *xlsxWriter) row(cells []desk.Cell, style string) {
	x.state.Rows++
	n := strconv.FormatInt(x.state.Rows, 10)
	b := append(x.buf, `<row r="`...)
	b = append(append(b, n...), `">`...)
	for i, c := range cells {
		if c.Text == "" {
			continue
		}
		b = append(append(append(b, `<c r="`...), x.refs[i]...), n...)
		switch c.Type {
		case desk.NumberCell:
			b = append(strconv.AppendFloat(append(b, `"><v>`...), c.Number, 'g', -1, 64), "</v></c>"...)
		case desk.DayCell, desk.MomentCell:
			as := styleDay
			if c.Type == desk.MomentCell {
				as = styleMoment
			}
			b = append(append(append(b, `" s="`...), as...), `"><v>`...)
			b = append(strconv.AppendFloat(b, serial(c.At), 'f', -1, 64), "</v></c>"...)
		default:
			b = append(append(append(b, `" s="`...), style...), `" t="inlineStr"><is><t xml:space="preserve">`...)
			b = append(appendXML(b, c.Text), "</t></is></c>"...)
		}
	}
	x.buf = append(b, "</row>"...)
}

// serial is a moment as spreadsheets count: days since 1899-12-30, in the county's zone.
func serial(ms int64) float64 {
	const hour, day = 60 * 60 * 1000, 24 * 60 * 60 * 1000
	return float64(ms+8*hour)/day + 25569
}

// mostInCell is how many UTF-16 units a cell of a spreadsheet takes.
const mostInCell = 32_767

// appendXML appends a text as XML takes it; what XML has no place for becomes U+FFFD,
// and what a cell has no room for is cut.
func appendXML(b []byte, s string) []byte {
	units := 0
	for i, r := range s {
		units++
		if r > 0xffff {
			units++
		}
		if units >= mostInCell && i+utf8.RuneLen(r) < len(s) {
			return append(b, "…"...)
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case r < 32 && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff, r == utf8.RuneError:
			b = append(b, "\ufffd"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
