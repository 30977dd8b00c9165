package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"zoufang/internal/fold"
)

// Read reads a list whole. The error is about the file as such; what is wrong with
// single cells stands in the table's faults.
func Read(r io.Reader, columns []Column) (*Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the file: %w", err)
	case len(b) > MaxBytes:
		return nil, fmt.Errorf("文件超过 %d MB，请分成几个", MaxBytes>>20)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return readWorkbook(b, columns)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("这是旧的 .xls 或设了密码的文件；请用表格软件另存为 .xlsx 或 CSV")
	}
	rows, faults, err := readCSV(decode(b), columns)
	if err != nil {
		return nil, err
	}
	return table(rows, faults, columns)
}

// readWorkbook takes the first sheet that has the columns.
func readWorkbook(b []byte, columns []Column) (*Table, error) {
	x, err := openXLSX(b)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	first := errors.New("这个 .xlsx 里没有表")
	for n, name := range x.sheets() {
		rows, err := x.read(name)
		if err != nil {
			return nil, err
		}
		t, err := table(rows, nil, columns)
		if err == nil {
			return t, nil
		}
		if n == 0 {
			first = err
		}
	}
	return nil, first
}

// table finds the headings and cleans the cells below them.
func table(rows []line, faults []Fault, columns []Column) (*Table, error) {
	h, err := findHead(rows, columns)
	if err != nil {
		if len(faults) > 0 {
			return nil, errors.New(faults[0].What)
		}
		return nil, err
	}
	t := &Table{Faults: faults, heads: map[string]string{}}
	for n, key := range h.keys {
		t.heads[key] = h.names[n]
	}
	for _, l := range rows[h.row+1:] {
		r := Row{Line: l.row, cells: map[string]Cell{}}
		for n, c := range l.cells {
			key := h.keys[n]
			if key == "" {
				continue
			}
			c.Text = clean(c.Text)
			r.cells[key] = c
			switch {
			case strings.ContainsRune(c.Text, utf8.RuneError):
				t.Fail(r, key, "有不认得的字符，文件可能不完整；请另存为 UTF-8 再试")
			case utf8.RuneCountInString(c.Text) > maxCell:
				t.Fail(r, key, "超过 %d 个字", maxCell)
			}
		}
		if !r.blank() {
			t.Rows = append(t.Rows, r)
		}
	}
	return t, nil
}

func (r Row) blank() bool {
	for _, c := range r.cells {
		if c.Text != "" {
			return false
		}
	}
	return true
}

// clean takes off what a spreadsheet puts before digits to keep them text.
func clean(s string) string { return strings.TrimPrefix(fold.Line(s), "'") }
