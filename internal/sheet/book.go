package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Page is one sheet of a workbook, as it stands there.
type Page struct {
	Name string
	Rows []Line
}

// Line is a row; Row counts as a spreadsheet does, from 1. Cells at the end that are
// empty may be missing.
type Line struct {
	Row   int
	Cells []Cell
}

// ReadBook reads all sheets of a workbook that are shown, texts as they were typed.
func ReadBook(r io.Reader) ([]Page, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the file: %w", err)
	case len(b) > MaxBytes:
		return nil, fmt.Errorf("文件超过 %d MB", MaxBytes>>20)
	case !bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return nil, errors.New("这不是 .xlsx 文件；请用表格软件另存为 .xlsx")
	}
	x, err := openXLSX(b)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	var out []Page
	for _, name := range x.sheets() {
		rows, err := x.read(name)
		if err != nil {
			return nil, fmt.Errorf("工作表 %s：%w", name, err)
		}
		page := Page{Name: name}
		for _, l := range rows {
			page.Rows = append(page.Rows, Line{l.row, l.cells})
		}
		out = append(out, page)
	}
	return out, nil
}

// WriteBook writes a workbook of texts; an empty one is an empty cell.
func WriteBook(w io.Writer, pages []Page) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, p := range pages {
		if i == 0 {
			if err := f.SetSheetName(f.GetSheetName(0), p.Name); err != nil {
				return err
			}
		} else if _, err := f.NewSheet(p.Name); err != nil {
			return err
		}
		for _, l := range p.Rows {
			for n, c := range l.Cells {
				if c.Text == "" {
					continue
				}
				at, err := excelize.CoordinatesToCellName(n+1, l.Row)
				if err == nil {
					err = f.SetCellStr(p.Name, at, c.Text)
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return f.Write(w)
}
