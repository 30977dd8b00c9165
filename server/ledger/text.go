package ledger

import (
	"bytes"
	"context"
	"strings"

	"zoufang/server/desk"
)

// noLines and noRows are for writers that take one of both.
type (
	noLines struct{}
	noRows  struct{}
)

func (noLines) lines([][]byte) error                       { return nil }
func (noRows) rows(context.Context, []desk.SheetRow) error { return nil }

type csvWriter struct {
	*writing
	noLines
}

func newCSV(w *writing) writer { return &csvWriter{writing: w} }

const bom = "\xef\xbb\xbf"

func (w *csvWriter) begin() error { return w.put(append([]byte(bom), csvHead(w.columns)...)) }

func (w *csvWriter) put(b []byte) error { _, err := w.Write(b); return err }

func (w *csvWriter) rows(_ context.Context, rows []desk.SheetRow) error {
	var out []byte
	for i := range rows {
		out = csvRow(out, rows[i].Cells)
	}
	return w.put(out)
}

func (w *csvWriter) pause() error              { return nil }
func (w *csvWriter) end(context.Context) error { return nil }

func csvHead(columns []desk.Column) []byte {
	heads := make([]desk.Cell, len(columns))
	for i, c := range columns {
		heads[i].Text = c.Label
	}
	return csvRow(nil, heads)
}

// csvRow appends a row, all of its cells in quotes that could be taken for something
// else, with the line end that RFC 4180 has.
func csvRow(out []byte, cells []desk.Cell) []byte {
	for i, c := range cells {
		if i > 0 {
			out = append(out, ',')
		}
		text := c.Text
		if c.Type != desk.NumberCell {
			text = defused(text)
		}
		if strings.ContainsAny(text, "\",\r\n") || strings.HasPrefix(text, " ") || strings.HasSuffix(text, " ") {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		out = append(out, text...)
	}
	return append(out, '\r', '\n')
}

// defused puts a ' before what a spreadsheet would run as a formula.
func defused(text string) string {
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, lead) {
			return "'" + text
		}
	}
	return text
}

type jsonWriter struct {
	*writing
	noRows
}

func newJSON(w *writing) writer { return &jsonWriter{writing: w} }

func (w *jsonWriter) begin() error { return nil }

func (w *jsonWriter) lines(lines [][]byte) error {
	if len(lines) == 0 {
		return nil
	}
	_, err := w.Write(append(bytes.Join(lines, []byte{'\n'}), '\n'))
	return err
}

func (w *jsonWriter) pause() error              { return nil }
func (w *jsonWriter) end(context.Context) error { return nil }
