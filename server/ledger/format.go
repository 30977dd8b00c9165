package ledger

import (
	"context"

	"zoufang/server/desk"
)

// format is a way to write an export.
type format struct {
	ending, mime string
	lines        bool // it takes what programs read in place of cells
	make         func(*writing) writer
}

// formats by the names they are asked for by.
var formats = map[string]format{
	"csv":  {"csv", "text/csv; charset=utf-8", false, newCSV},
	"xlsx": {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, newXLSX},
	"json": {"jsonl", "application/x-ndjson", true, newJSON},
	"zip":  {"zip", "application/zip", false, newZIP},
}

// Formats lists the names of formats.
func Formats() []string { return []string{"csv", "xlsx", "json", "zip"} }

// writing is what a writer writes with.
type writing struct {
	*spool
	columns []desk.Column
	title   string // of the one sheet
	state   *form  // what the writer keeps; where a new one goes on it is what the last left
	media   func(context.Context, desk.SheetMedium) ([]byte, error)
}

// form is what writers keep of themselves between steps; a writer made with it goes on
// where another was after its pause.
type form struct {
	Zip   archive `json:"zip"`
	Rows  int64   `json:"rows"`
	Media int64   `json:"media"`
	Index packed  `json:"index"`
}

// writer writes an export. pause brings all that it holds in memory into the spool or
// the form.
type writer interface {
	begin() error
	rows(context.Context, []desk.SheetRow) error
	lines([][]byte) error
	pause() error
	end(context.Context) error
}
