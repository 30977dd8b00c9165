// Package sheet reads lists as offices have them: CSV in whatever encoding and with
// whatever separator, and XLSX. It finds the line with the headings, tells columns by
// the names people give them, and hands on rows of clean text. What is wrong with a
// file comes all at once, each with its row, column, value and what to do.
//
// It is the home of the XLSX library. Nothing it reads is written to a disk.
package sheet

import (
	"fmt"
	"strings"

	"zoufang/internal/fold"
)

// Bounds of a file, before any of it is read.
const (
	MaxBytes   = 32 << 20
	maxXML     = 256 << 20 // bytes an XLSX unpacks to
	MaxRows    = 200_000
	maxColumns = 200
	maxCell    = 2000 // characters
	MaxFaults  = 500  // that are told; a file with more has one cause
)

// Column is a column that a list may have.
type Column struct {
	Key    string   // what the program calls it
	Names  []string // what people call it, the usual name first
	Needed bool
	not    []string // headings that are another's, see Mapped
}

// Fault is what is wrong with one cell, or is to be said about it.
type Fault struct {
	Row    int    `json:"row"`    // as a spreadsheet counts, from 1
	Column string `json:"column"` // its heading, as the file has it
	Value  string `json:"value"`
	What   string `json:"what"` // what is wrong and what to do
}

// Table is a file that could be read.
type Table struct {
	Rows   []Row
	Faults []Fault
	heads  map[string]string // key → heading as the file has it
}

// Row is one line of the list.
type Row struct {
	Line  int
	cells map[string]Cell
}

// Cell is one value. Number says that a spreadsheet holds it as a number, which has
// 15 digits and no noughts in front.
type Cell struct {
	Text   string
	Number bool
}

// Cell gives a cell by the column's key; an empty one where there is none.
func (r Row) Cell(key string) Cell { return r.cells[key] }

// Text gives the text of a cell.
func (r Row) Text(key string) string { return r.cells[key].Text }

// Several gives the parts of a cell that lists several things.
func (r Row) Several(key string) (out []string) {
	for _, part := range strings.FieldsFunc(r.Text(key), func(c rune) bool { return strings.ContainsRune("、；;，,|/", c) }) {
		if part = fold.Line(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Has reports whether the file has the column.
func (t *Table) Has(key string) bool { _, has := t.heads[key]; return has }

// Fail notes a fault of a row's cell.
func (t *Table) Fail(r Row, key, format string, args ...any) {
	t.Faults = append(t.Faults, t.About(r, key, fmt.Sprintf(format, args...)))
}

// About says something about a row's cell.
func (t *Table) About(r Row, key, what string) Fault {
	return Fault{Row: r.Line, Column: t.heads[key], Value: short(r.Text(key)), What: what}
}

// short cuts a value that is nobody's name or number.
func short(s string) string {
	if cut := []rune(s); len(cut) > 60 {
		return strings.TrimSpace(string(cut[:60])) + "…"
	}
	return s
}

// Told gives the faults that are told.
func Told(faults []Fault) []Fault {
	if len(faults) <= MaxFaults {
		return faults
	}
	last := faults[MaxFaults]
	last.What = fmt.Sprintf("还有 %d 处，先改好前面的", len(faults)-MaxFaults)
	return append(faults[:MaxFaults:MaxFaults], last)
}
