package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// xlsx is a workbook. Everything stays in memory: the library writes what is over
// its limit into the temporary directory in the clear, so over the limit is refused.
type xlsx struct {
	*excelize.File
	from1904 bool
	dates    map[int]bool // style → shows dates
}

func openXLSX(b []byte) (*xlsx, error) {
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxXML, UnzipXMLSizeLimit: maxXML, RawCellValue: true})
	switch {
	case errors.Is(err, excelize.ErrWorkbookFileFormat), err != nil && strings.Contains(err.Error(), "zip"):
		return nil, errors.New("这个 .xlsx 打不开，可能不完整或设了密码；请用表格软件打开后另存一份")
	case err != nil:
		return nil, fmt.Errorf("这个 .xlsx 打不开：%w", err)
	}
	x := &xlsx{File: f, dates: map[int]bool{}}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		x.from1904 = *props.Date1904
	}
	return x, nil
}

// sheets lists the sheets that are shown.
func (x *xlsx) sheets() (out []string) {
	for _, name := range x.GetSheetList() {
		if shown, err := x.GetSheetVisible(name); err == nil && shown {
			out = append(out, name)
		}
	}
	return out
}

func (x *xlsx) read(sheet string) ([]line, error) {
	rows, err := x.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []line
	for n := 1; rows.Next(); n++ {
		texts, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("第 %d 行读不出来：%w", n, err)
		}
		if len(out) > MaxRows {
			return nil, fmt.Errorf("超过 %d 行，请分成几个文件", MaxRows)
		}
		l := line{row: n, cells: make([]Cell, min(len(texts), maxColumns))}
		for i := range l.cells {
			if l.cells[i], err = x.cell(sheet, i+1, n, texts[i]); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
	}
	return out, rows.Error()
}

var numeric = regexp.MustCompile(`^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$`)

// cell tells numbers from texts of digits, and writes dates as dates.
func (x *xlsx) cell(sheet string, column, row int, text string) (Cell, error) {
	if !numeric.MatchString(text) {
		return Cell{Text: text}, nil
	}
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return Cell{}, err
	}
	kind, err := x.GetCellType(sheet, at)
	if err != nil || !slices.Contains([]excelize.CellType{excelize.CellTypeUnset, excelize.CellTypeNumber, excelize.CellTypeDate}, kind) {
		return Cell{Text: text}, err
	}
	style, err := x.GetCellStyle(sheet, at)
	if err != nil {
		return Cell{}, err
	}
	days, err := strconv.ParseFloat(text, 64)
	if err == nil && days > 0 && x.isDate(style) {
		if day, err := excelize.ExcelDateToTime(days, x.from1904); err == nil {
			return Cell{Text: day.Format(time.DateOnly)}, nil
		}
	}
	return Cell{Text: text, Number: true}, nil
}

// isDate reports whether a style shows days: those that every program knows by
// number (ECMA-376 part 1, 18.8.30, the Chinese ones too), and own ones with a year
// or a day in them.
func (x *xlsx) isDate(id int) bool {
	if is, known := x.dates[id]; known {
		return is
	}
	is := false
	if style, err := x.GetStyle(id); err == nil {
		n := style.NumFmt
		is = n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58
		if style.CustomNumFmt != nil {
			code := quoted.ReplaceAllString(strings.ToLower(*style.CustomNumFmt), "")
			is = strings.ContainsAny(code, "y年") || strings.Contains(code, "d") && strings.Contains(code, "m")
		}
	}
	x.dates[id] = is
	return is
}

// quoted finds what a format says as it is: text, colours, languages.
var quoted = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)
