package operator

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"zoufang"
)

// Bounds of an import. A country has some 620,000 villages, a province 30,000.
const (
	maxAreas   = 200_000
	maxAreaCSV = 32 << 20 // bytes
	maxName    = 100      // characters of an area's or a person's name
)

type areaLine struct {
	id   zoufang.AreaID
	name string
}

// readAreas reads the whole file before anything is done with it. Every error
// names the line.
func readAreas(r io.Reader) ([]areaLine, error) {
	limited := &io.LimitedReader{R: r, N: maxAreaCSV + 1}
	b := bufio.NewReader(limited)
	if bom, _ := b.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	c := csv.NewReader(b)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	var out []areaLine
	first := map[zoufang.AreaID]int{}
	for n := 0; ; n++ {
		fields, err := c.Read()
		if limited.N <= 0 {
			return nil, fmt.Errorf("the file is over %d bytes", maxAreaCSV)
		}
		if errors.Is(err, io.EOF) && n > 0 {
			return out, nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := c.FieldPos(0)
		if n == 0 {
			if len(fields) != 2 || strings.TrimSpace(fields[0]) != "code" || strings.TrimSpace(fields[1]) != "name" {
				return nil, fmt.Errorf("line %d: the first line must be code,name", line)
			}
			continue
		}
		a, err := readArea(fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if before, twice := first[a.id]; twice {
			return nil, fmt.Errorf("line %d: the code stands on line %d already", line, before)
		}
		if len(out) == maxAreas {
			return nil, fmt.Errorf("line %d: more than %d areas", line, maxAreas)
		}
		first[a.id] = line
		out = append(out, a)
	}
}

func csvError(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("line 1: the file is empty; the first line must be code,name")
	case errors.As(err, &parse):
		return fmt.Errorf("line %d: %w", parse.Line, parse.Err)
	}
	return fmt.Errorf("read the file: %w", err)
}

func readArea(fields []string) (areaLine, error) {
	if len(fields) != 2 {
		return areaLine{}, fmt.Errorf("%d fields instead of code,name", len(fields))
	}
	a := areaLine{zoufang.AreaID(strings.TrimSpace(fields[0])), strings.TrimSpace(fields[1])}
	switch {
	case !a.id.Valid():
		return areaLine{}, errors.New("the code is not 12 digits (a spreadsheet may have rounded it: format the column as text)")
	case a.id.Prefix() == "00" || a.id[:2] == "00":
		return areaLine{}, errors.New("the code names no province")
	}
	if why := checkName(a.name); why != "" {
		return areaLine{}, errors.New(why)
	}
	return a, nil
}

// checkName holds a name of an area or a person to what may stand on a page.
func checkName(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case !utf8.ValidString(name):
		return "the name is not UTF-8"
	case utf8.RuneCountInString(name) > maxName:
		return fmt.Sprintf("the name has more than %d characters", maxName)
	case strings.ContainsFunc(name, unicode.IsControl):
		return "the name contains a control character"
	}
	return ""
}
