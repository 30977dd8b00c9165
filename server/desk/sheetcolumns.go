package desk

import (
	"zoufang"
)

// Column is one column of a sheet.
type Column struct {
	Name  string // for programs: the field, with "#code" behind it where it has the values as stored
	Label string // for people
	Wide  int    // about how many characters its cells have
	fill  func(*cells, *Column) (Cell, error)
	field *zoufang.Field
	ask   *Ask
}

const codes = "#code"

// The widths that columns have, in characters.
const (
	narrow = 10
	usual  = 16
	broad  = 32
)

// MostAnswers bounds the columns of answers; what is over stands together in the last.
const MostAnswers = 400

// Columns lists the columns: which record it is, then every field of the kind in the
// order of the table, with the words people read and, where it has choices or names
// records, the values as stored beside them. The same sheet has the same columns.
func (s *Sheet) Columns() []Column {
	if s.columns != nil {
		return s.columns
	}
	out := []Column{
		{Name: "id", Label: "编号", Wide: usual, fill: func(c *cells, _ *Column) (Cell, error) { return Cell{Text: string(c.r.ID)}, nil }},
		{Name: "village", Label: "区划", Wide: usual, fill: func(c *cells, _ *Column) (Cell, error) { return Cell{Text: c.l.area(c.r.Area)}, nil }},
		{Name: "area", Label: "区划代码", Wide: usual, fill: func(c *cells, _ *Column) (Cell, error) { return Cell{Text: string(c.r.Area)}, nil }},
		{Name: "at", Label: "时间", Wide: usual, fill: (*cells).at},
		{Name: "author", Label: "经手人", Wide: narrow, fill: (*cells).author},
	}
	for i := range s.Kind.Fields {
		out = append(out, s.columnsOf(&s.Kind.Fields[i])...)
	}
	s.columns = append(out, Column{Name: "conflict", Label: "两种说法", Wide: usual, fill: (*cells).conflicts})
	return s.columns
}

// columnsOf gives the columns of a field or family.
func (s *Sheet) columnsOf(f *zoufang.Field) []Column {
	one := Column{Name: f.Name, Label: f.Label.Zh, Wide: usual, field: f, fill: (*cells).shown}
	switch {
	case f.Name == answers:
		return s.answerColumns(f)
	case f.Class == zoufang.Log:
		one.Wide, one.fill = broad, (*cells).notes
		return []Column{one}
	case f.Family() && len(f.Choices) > 0:
		var out []Column
		for _, of := range f.Choices {
			member := one
			member.Name += of.Value
			member.Label = of.Zh + f.Label.Zh
			out = append(out, member)
		}
		return out
	case f.Family():
		one.Wide, one.fill = broad, (*cells).members
		return []Column{one}
	case f.Class == zoufang.Elements && f.Type == zoufang.Medium:
		one.Wide, one.fill = narrow, (*cells).number
		return []Column{one}
	}
	if f.Most > 100 || f.Name == "note" {
		one.Wide = broad
	}
	out := []Column{one}
	if f.Type == zoufang.Ref || len(f.Choices) > 0 {
		code := one
		code.Name, code.Label, code.fill = f.Name+codes, f.Label.Zh+"（代码）", (*cells).stored
		if f.Type == zoufang.Ref {
			code.Label = f.Label.Zh + "编号"
		}
		out = append(out, code)
	}
	return out
}

// answerColumns gives the columns of the questions that were asked.
func (s *Sheet) answerColumns(f *zoufang.Field) (out []Column) {
	for i := range s.Asks {
		a := &s.Asks[i]
		one := Column{Name: answers + a.ID, Label: a.Title, Wide: usual, field: f, ask: a, fill: (*cells).answer}
		out = append(out, one)
		if a.Choices {
			one.Name, one.Label, one.fill = one.Name+codes, a.Title+"（代码）", (*cells).answerStored
			out = append(out, one)
		}
	}
	return append(out, Column{Name: answers, Label: "其他回答", Wide: broad, field: f, fill: (*cells).otherAnswers})
}
