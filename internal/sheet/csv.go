package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// line is one row before its columns are known.
type line struct {
	row   int
	cells []Cell
}

// separators are what CSV files part their cells with, the likelier first.
var separators = []rune{',', '\t', ';', '，', '；', '|'}

// separator is the one that has the most columns known in the line of headings.
func separator(text string, columns []Column) rune {
	best, most := separators[0], 0
	for _, sep := range separators {
		for _, l := range strings.SplitN(text, "\n", headRows+1)[:min(headRows, strings.Count(text, "\n")+1)] {
			known := 0
			for _, name := range strings.Split(strings.TrimRight(l, "\r"), string(sep)) {
				if keyOf(strings.Trim(name, `"`), columns) != "" {
					known++
				}
			}
			if known > most {
				best, most = sep, known
			}
		}
	}
	return best
}

// readCSV reads until the end or until quotes are so wrong that what follows could
// be anything; that is a fault like others then.
func readCSV(text string, columns []Column) (rows []line, faults []Fault, err error) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text, columns), -1
	for {
		fields, err := r.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows, faults, nil
		case errors.As(err, &parse):
			return rows, append(faults, Fault{Row: parse.StartLine, What: fmt.Sprintf("第 %d 行的引号 \" 不成对，后面读不下去；请改好再试", parse.Line)}), nil
		case err != nil:
			return nil, nil, err
		}
		if len(rows) > MaxRows {
			return nil, nil, fmt.Errorf("超过 %d 行，请分成几个文件", MaxRows)
		}
		row, _ := r.FieldPos(0)
		l := line{row: row, cells: make([]Cell, min(len(fields), maxColumns))}
		for i := range l.cells {
			l.cells[i].Text = fields[i]
		}
		rows = append(rows, l)
	}
}
