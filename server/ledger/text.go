package ledger

import (
	"bytes"
	"context"

	"zoufang/internal/sheet"
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

// csvRow appends a row. Numbers stay as they are: a minus begins no formula there.
func csvRow(out []byte, cells []desk.Cell) []byte {
	row := make([]string, len(cells))
	for i, c := range cells {
		if row[i] = c.Text; c.Type != desk.NumberCell {
			row[i] = sheet.Defused(c.Text)
		}
	}
	return sheet.AppendPlain(out, row...)
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
