package desk

import (
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/server/catalog"
)

// CellType says what a cell is beside its text.
type CellType uint8

// The types.
const (
	TextCell   CellType = iota
	NumberCell          // Number is it
	DayCell             // At is its midnight in the county's zone
	MomentCell          // At is it
)

// Cell is what stands in one place of a sheet. Text tells it in any case, days as
// 2026-12-01 and moments as 2026-12-01 09:32, in the county's zone.
type Cell struct {
	Text   string
	Type   CellType
	Number float64
	At     int64 // Unix ms
}

// cells fills the cells of one record.
type cells struct {
	s    *Sheet
	l    *reader
	r    *zoufang.Record
	form map[string]Ask // the questions of its form by id
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).In(zoufang.Zone) }

// momentForm writes a moment in cells.
const momentForm = "2006-01-02 15:04"

func momentCell(ms int64) Cell {
	return Cell{Text: timeOf(ms).Format(momentForm), Type: MomentCell, At: ms}
}

// textCell is a cell of a text; a whole date is a day.
func textCell(s string) Cell {
	if len(s) == len(time.DateOnly) {
		if t, err := time.ParseInLocation(time.DateOnly, s, zoufang.Zone); err == nil && t.Year() >= 1901 {
			return Cell{Text: s, Type: DayCell, At: t.UnixMilli()}
		}
	}
	return Cell{Text: s}
}

func (c *cells) at(*Column) (Cell, error) { return momentCell(catalog.At(c.r)), nil }

func (c *cells) author(*Column) (Cell, error) {
	name, err := c.l.person(c.r.Author)
	return Cell{Text: name}, err
}

func (c *cells) conflicts(*Column) (Cell, error) {
	var labels []string
	for _, name := range c.r.Conflicts() {
		labels = append(labels, c.label(name))
	}
	return Cell{Text: strings.Join(labels, "、")}, nil
}

func (c *cells) label(name string) string {
	if id, is := strings.CutPrefix(name, answers); is {
		if a, known := c.form[id]; known {
			return a.Title
		}
	}
	return fieldLabel(c.s.Kind, name)
}

// shown is the cell of a register, a group, a set or a state.
func (c *cells) shown(col *Column) (Cell, error) {
	f := col.field
	switch f.Class {
	case zoufang.State:
		return Cell{Text: Words(f, c.r.State(f.Name))}, nil
	case zoufang.Elements:
		var parts []string
		for _, e := range elements(c.r, f.Name) {
			of, err := c.value(f, f.Name, e)
			if err != nil {
				return of, err
			}
			parts = append(parts, of.Text)
		}
		return Cell{Text: strings.Join(parts, "、")}, nil
	}
	return c.value(f, col.Name, c.r.Shown(col.Name))
}

// value is the cell of one value.
func (c *cells) value(f *zoufang.Field, name string, v zoufang.Value) (Cell, error) {
	if v == nil || v.IsNull() {
		return Cell{}, nil
	}
	if f.Sealed && c.s.Open {
		text, _ := v.Text()
		return Cell{Text: fold.Clean(text)}, nil
	}
	if n, is := v.Number(); is && !f.Sealed {
		if f.Type == zoufang.Millis {
			return momentCell(int64(n)), nil
		}
		if text := plainWords(v); fold.Mask(text) == text {
			return Cell{Text: text, Type: NumberCell, Number: n}, nil
		}
	}
	text, err := c.l.words(c.s.Kind, name, v)
	if f.Type == zoufang.Text || f.Type == zoufang.Any {
		return textCell(fold.Told(text)), err
	}
	return Cell{Text: fold.Told(text)}, err
}

// stored is the cell of the values as they are stored.
func (c *cells) stored(col *Column) (Cell, error) {
	f := col.field
	var values []zoufang.Value
	switch f.Class {
	case zoufang.State:
		return Cell{Text: c.r.State(f.Name)}, nil
	case zoufang.Elements:
		values = elements(c.r, f.Name)
	default:
		values = []zoufang.Value{c.r.Shown(f.Name)}
	}
	var parts []string
	for _, v := range values {
		if text, is := v.Text(); is {
			parts = append(parts, fold.Told(text))
		}
	}
	return Cell{Text: strings.Join(parts, "、")}, nil
}

// number is the cell of how many media a set has.
func (c *cells) number(col *Column) (Cell, error) {
	n := c.r.Elements(col.field.Name)
	if n == 0 {
		return Cell{}, nil
	}
	return Cell{Text: plainWords(zoufang.ValueOf(n)), Type: NumberCell, Number: float64(n)}, nil
}

// notes is the cell of a log, or of a family of logs: a note a line.
func (c *cells) notes(col *Column) (Cell, error) {
	var lines []string
	for _, name := range logsOf(c.r, col.field) {
		for _, n := range c.r.Logs[name] {
			of, err := c.value(col.field, name, n.Value)
			if err != nil {
				return of, err
			}
			st := c.r.Stamps[n.ID]
			who, err := c.l.person(st.User)
			if err != nil {
				return Cell{}, err
			}
			line := who + " " + timeOf(st.At).Format(momentForm) + "：" + of.Text
			if col.field.Family() {
				line = c.label(name) + " " + line
			}
			lines = append(lines, line)
		}
	}
	return Cell{Text: strings.Join(lines, "\n")}, nil
}

// members is the cell of a family whose members are no closed list.
func (c *cells) members(col *Column) (Cell, error) {
	var parts []string
	for _, name := range names(c.r, col.field) {
		of, err := c.value(col.field, name, c.r.Shown(name))
		if err != nil {
			return of, err
		}
		if of.Text != "" {
			parts = append(parts, fold.Told(name[len(col.field.Name):])+"："+of.Text)
		}
	}
	return Cell{Text: strings.Join(parts, "；")}, nil
}

// names tells what a row's media are named by.
func (c *cells) names(row *SheetRow) (err error) {
	if row.Media, err = c.media(); err != nil || len(row.Media) == 0 {
		return err
	}
	row.Type = c.s.Kind.Label.Zh
	if f := c.s.Kind.Field("type"); f != nil {
		if typ, is := c.r.Shown("type").Text(); is {
			row.Type = Words(f, typ)
		}
	}
	home, err := c.l.home(c.r)
	if err != nil {
		return err
	}
	row.Home = unnamed
	if home != nil {
		row.Home = c.l.name(home)
	}
	return nil
}
