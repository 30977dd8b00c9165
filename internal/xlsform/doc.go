// Package xlsform reads forms as the world writes them in spreadsheets (XLSForm) into
// forms of this service, and writes those back.
//
// A form of ours is a list of sections with questions; what XLSForm has beyond that is
// brought into it where it can be (nested groups become sections, turns of a repeat
// sections of their own, external choices choices), and what cannot be is left out and
// said row by row. A file that is wrong in itself is told all its faults at once.
//
// What our forms have beyond XLSForm (fields of the visit, private questions, alarms)
// stands in a column zoufang of its own, which other programs pass over.
package xlsform

import (
	"fmt"

	"zoufang/internal/content"
	"zoufang/internal/sheet"
)

// Left is what was left out: Row counts as a spreadsheet does, 1 for what concerns all.
type Left struct {
	Row  int    `json:"row"`
	What string `json:"what"`
}

// Read is what a file says. With faults there is no document. The version of the body
// is that of the file where it has one that is ours (1 to 9999), else 0: whoever
// publishes it says which.
type Read struct {
	Document content.Document
	Form     content.Form
	Left     []Left
	Faults   []sheet.Fault
}

// Bounds of what is brought into sections.
const (
	countedTurns = 6 // of a repeat that says how often
	openTurns    = 3 // of one that does not
	maxRows      = 5000
	maxOptions   = 20_000
)

// Names of sheets, columns and lists that are ours.
const (
	own      = "zoufang"       // a column: JSON of what XLSForm has no word for
	yesNo    = "zoufang_yesno" // a list: the question is one for yes or no
	ownType  = "zoufang_type"  // of the settings: the type of visit
	document = "zoufang_document"
	article  = "zoufang_article"
	from     = "zoufang_from"
	to       = "zoufang_to"
)

func (r *Read) left(row int, format string, args ...any) {
	r.Left = append(r.Left, Left{row, fmt.Sprintf(format, args...)})
}

func (r *Read) fail(row int, column, value, format string, args ...any) {
	if cut := []rune(value); len(cut) > 60 {
		value = string(cut[:60]) + "…"
	}
	r.Faults = append(r.Faults, sheet.Fault{Row: row, Column: column, Value: value, What: fmt.Sprintf(format, args...)})
}
