package xlsform

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/expr"
	"zoufang/internal/sheet"
)

const (
	inChinese = "::中文 (zh)"
	inEnglish = "::English (en)"
)

// grid is a sheet being written, by the names of its columns.
type grid struct {
	columns []string
	rows    []map[string]string
}

func (g *grid) add(row map[string]string) { g.rows = append(g.rows, row) }

// page writes the columns that something stands in; the first two always.
func (g *grid) page(name string) sheet.Page {
	var names []string
	for i, c := range g.columns {
		if i < 2 || slices.ContainsFunc(g.rows, func(r map[string]string) bool { return r[c] != "" }) {
			names = append(names, c)
		}
	}
	p := sheet.Page{Name: name}
	line := func(of func(column string) string) {
		l := sheet.Line{Row: len(p.Rows) + 1}
		for _, c := range names {
			l.Cells = append(l.Cells, sheet.Cell{Text: of(c)})
		}
		p.Rows = append(p.Rows, l)
	}
	line(func(c string) string { return c })
	for _, r := range g.rows {
		line(func(c string) string { return r[c] })
	}
	return p
}

// Written is what a form became: what other programs will not see of it.
type Written struct {
	Form content.Form
	Left []Left
}

// writer writes one form.
type writer struct {
	Written
	survey, choices grid
	lists           map[string]string // by what is in them
}

// WriteFile writes a form's document as XLSForm. Reading it gives the same document.
func WriteFile(w io.Writer, d content.Document) (*Written, error) {
	pages, out, err := WritePages(d)
	if err != nil {
		return nil, err
	}
	return out, sheet.WriteBook(w, pages)
}

// WritePages is WriteFile of a workbook that is yet to be written.
func WritePages(d content.Document) ([]sheet.Page, *Written, error) {
	out := &writer{lists: map[string]string{}}
	out.Left = []Left{}
	if err := json.Unmarshal(d.Body, &out.Form); err != nil {
		return nil, nil, fmt.Errorf("the form's body: %w", err)
	}
	out.survey.columns = []string{"type", "name", "label" + inChinese, "label" + inEnglish, "hint" + inChinese, "hint" + inEnglish, "required", "relevant", "constraint",
		"constraint_message" + inChinese, "constraint_message" + inEnglish, "calculation", "read_only", "default", "choice_filter", "appearance", own}
	out.choices.columns = []string{"list_name", "name", "label" + inChinese, "label" + inEnglish}
	out.visited()
	for i, s := range out.Form.Sections {
		out.survey.add(map[string]string{"type": "begin group", "name": "zoufang_section_" + strconv.Itoa(i+1), "label" + inChinese: s.Title, "label" + inEnglish: s.En, "relevant": s.Relevant})
		for _, q := range s.Questions {
			out.question(q)
		}
		out.survey.add(map[string]string{"type": "end group"})
	}
	out.choices.columns = append(out.choices.columns, own)
	return []sheet.Page{out.survey.page("survey"), out.choices.page("choices"), out.settings(d)}, &out.Written, nil
}

// visited puts in what stands for whoever is visited, where the form asks for it: other
// programs must know the names, and leave them empty.
func (w *writer) visited() {
	all, _ := json.Marshal(w.Form)
	for _, name := range content.Visited {
		var asked bool
		switch {
		case strings.Contains(string(all), name):
			asked = true
		case name == content.Visited[0]:
			asked = strings.Contains(string(all), `"category":`)
		case name == content.Visited[1]:
			asked = strings.Contains(string(all), `"under":`)
		default:
			asked = strings.Contains(string(all), `"age":{"from":`)
		}
		if asked {
			w.survey.add(map[string]string{"type": "hidden", "name": name})
			w.Left = append(w.Left, Left{len(w.survey.rows) + 1, name + "：走访对象的情况，别的程序里是空的"})
		}
	}
}

func (w *writer) settings(d content.Document) sheet.Page {
	g := grid{columns: []string{"form_title", "form_id", "version", "default_language", ownType, document, article, from, to}}
	day := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	g.add(map[string]string{"form_title": d.Title, "form_id": w.Form.Name, "version": strconv.Itoa(w.Form.Version), "default_language": inChinese[2:],
		ownType: w.Form.Type, document: d.Source.Document, article: d.Source.Article, from: day(d.Effective.From), to: day(d.Effective.To)})
	return g.page("settings")
}

func (w *writer) question(q content.Question) {
	row := map[string]string{"name": q.ID, "label" + inChinese: q.Title, "label" + inEnglish: q.En, "hint" + inChinese: q.Hint, "hint" + inEnglish: q.EnHint,
		"relevant": whenAsked(q.Shown, q.Relevant), "required": q.RequiredIf, "constraint": bounds(q.Kind, q.Limits, q.Constraint),
		"constraint_message" + inChinese: q.ConstraintMessage, "constraint_message" + inEnglish: q.EnConstraintMessage,
		"calculation": q.Calculation, "default": standing(q.Default), "choice_filter": q.Filter}
	if q.Required {
		row["required"] = "yes"
	}
	if q.Calculation != "" && q.Kind != "calculate" {
		row["read_only"] = "yes"
	}
	x := extra{Field: q.Field, Private: q.Private, Carry: q.Carry, Alarm: q.Alarm, Unit: q.Unit, EnUnit: q.EnUnit}
	if q.Shown != nil {
		x.Shown, x.Relevant = q.Shown, q.Relevant
	}
	row["type"], row["appearance"] = w.typed(q, &x)
	if read := (&Read{}); !reflect.DeepEqual(q.Limits, (&maker{Read: read}).limits(w.asRow(row))) {
		x.Limits, x.Constraint = q.Limits, q.Constraint
		if x.Limits == nil {
			x.Limits = &content.Limits{}
		}
	}
	row[own] = asJSON(x)
	w.survey.add(row)
}

// asRow reads a row back as far as its type says limits.
func (w *writer) asRow(row map[string]string) *node {
	t := &table{columns: []column{{name: "appearance"}}}
	a, _ := readType(row["type"])
	return &node{line: line{table: t, cells: []sheet.Cell{{Text: row["appearance"]}}}, asked: a}
}

// typed gives a question's type and appearance; where it goes is left out of x where
// the type says it.
func (w *writer) typed(q content.Question, x *extra) (typ, appearance string) {
	usual := map[string]string{"photo": "photos", "place": "place", "signature": "signature.household"}
	if x.Field == usual[q.Kind] {
		x.Field = ""
	}
	switch q.Kind {
	case "choice":
		if q.Look != "" {
			appearance = q.Look
		}
		return "select_one " + w.list(q), appearance
	case "choices":
		if len(q.Choices) == 0 { // of who visited
			x.Kind = q.Kind
			w.Left = append(w.Left, Left{len(w.survey.rows) + 2, q.ID + "：走访人，别的程序里写成文字"})
			return "text", ""
		}
		return "select_multiple " + w.list(q), ""
	case "yesno":
		if !slices.ContainsFunc(w.choices.rows, func(r map[string]string) bool { return r["list_name"] == yesNo }) {
			w.choices.add(map[string]string{"list_name": yesNo, "name": "yes", "label" + inChinese: "是", "label" + inEnglish: "Yes"})
			w.choices.add(map[string]string{"list_name": yesNo, "name": "no", "label" + inChinese: "否", "label" + inEnglish: "No"})
		}
		return "select_one " + yesNo, ""
	case "number":
		if q.Limits != nil && q.Limits.Whole {
			return "integer", ""
		}
		return "decimal", ""
	case "text":
		if q.Limits != nil && q.Limits.Lines > 1 {
			appearance = "multiline"
		}
		return "text", appearance
	case "signature":
		return "image", "signature"
	}
	return map[string]string{"photo": "image", "place": "geopoint", "datetime": "dateTime"}[q.Kind] + map[bool]string{true: q.Kind}[!slices.Contains([]string{"photo", "place", "datetime"}, q.Kind)], ""
}

// list writes the choices of a question, once for all that have the same.
func (w *writer) list(q content.Question) string {
	key, _ := json.Marshal(q.Choices)
	if name := w.lists[string(key)]; name != "" {
		return name
	}
	name := "list_" + q.ID
	w.lists[string(key)] = name
	for _, o := range q.Choices {
		x := extraOption{Raises: o.Raises, Alarm: o.Alarm}
		value := strings.ReplaceAll(o.Value, " ", "_")
		if value != o.Value {
			x.Value = o.Value
		}
		row := map[string]string{"list_name": name, "name": value, "label" + inChinese: o.Title, "label" + inEnglish: o.En, own: asJSON(x)}
		for _, column := range slices.Sorted(maps.Keys(o.Of)) {
			row[column] = o.Of[column]
			if !slices.Contains(w.choices.columns, column) {
				w.choices.columns = append(w.choices.columns, column)
			}
		}
		w.choices.add(row)
	}
	return name
}

// standing writes a default as it is where that is no expression to readers.
func standing(s string) string {
	n, fault := expr.Parse(s)
	if s == "" || fault != nil || n.Op != expr.OpText || dynamic.MatchString(n.Text) || n.Text == "" {
		return s
	}
	return n.Text
}

// asJSON gives the column of a row; "" where there is nothing to say.
func asJSON(v any) string {
	b, _ := json.Marshal(v)
	if string(b) == "{}" {
		return ""
	}
	return string(b)
}
