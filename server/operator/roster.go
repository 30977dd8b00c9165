package operator

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/sheet"
	"zoufang/storage"
)

// ImportedRoster is what an import of a roster did, or would do; with faults it did
// nothing.
type ImportedRoster struct {
	Import     string        `json:"import"` // what UndoRoster takes; "" where nothing was stored
	Rows       int           `json:"rows"`   // of persons
	Households Counted       `json:"households"`
	Persons    Counted       `json:"persons"`
	Notes      []sheet.Fault `json:"notes"`
	Faults     []sheet.Fault `json:"faults"`
	Changes    []Difference  `json:"-"` // of every household and person, where they were asked for
}

// Roster is a list as it is handed in.
type Roster struct {
	File io.Reader
	Area zoufang.AreaID
	// Columns says by a heading of the file which column it is, by that one's usual name
	// (村, 户号, …); "" for one that is none. What is not here is told by its heading.
	Columns map[string]string
	Import  string // the id it is to have, see NewImport; "" draws one
	Dry     bool
	Differs bool // its Changes are wanted
}

// Unread is why a file is no list that can be read, in words for whoever brought it:
// headings of it may be in them, no cells.
type Unread struct{ err error }

func (e *Unread) Error() string { return e.err.Error() }
func (e *Unread) Unwrap() error { return e.err }

// NewImport draws the id of an import of an area.
func NewImport(area zoufang.AreaID) string {
	return string(area) + "-" + strings.ToLower(zoufang.Token(6))
}

// ImportRoster brings households and persons of an area from a list, one row a
// person (CSV or XLSX, columns by their usual names, see rosterColumns). The same
// list again changes nothing; a cell left empty says nothing; nobody is taken off the
// roster for not being on the list. Any fault, and nothing is stored; dry stores
// nothing either. An import that was cut short is finished by running it again.
func (o *Operator) ImportRoster(ctx context.Context, file io.Reader, area zoufang.AreaID, dry bool) (ImportedRoster, error) {
	return o.BringRoster(ctx, Roster{File: file, Area: area, Dry: dry})
}

// BringRoster is ImportRoster for a list whose columns somebody has told apart.
func (o *Operator) BringRoster(ctx context.Context, of Roster) (ImportedRoster, error) {
	area, dry := of.Area, of.Dry
	columns, err := sheet.Mapped(rosterColumns, of.Columns)
	if err != nil {
		return ImportedRoster{}, &Unread{err}
	}
	t, err := sheet.Read(of.File, columns)
	if err != nil {
		return ImportedRoster{}, &Unread{err}
	}
	p := &rosterPlan{table: t, names: map[zoufang.AreaID]string{}, differs: of.Differs}
	p.Rows = len(t.Rows)
	err = o.Records.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		if _, known := areas[area]; !known {
			return fmt.Errorf("没有代码为 %q 的区划，请先导入区划", area)
		}
		below := inside(areas, area)
		for _, id := range below {
			p.names[id] = areas[id].Name
		}
		if p.known, err = readKnown(v, below); err != nil {
			return err
		}
		houses := readRoster(t, villages(areas, area), zoufang.Day(o.Now()))
		twins(t, houses)
		for _, h := range houses {
			p.plan(h)
		}
		return nil
	})
	p.Notes, p.Faults = append([]sheet.Fault{}, sheet.Told(p.Notes)...), append([]sheet.Fault{}, sheet.Told(t.Faults)...)
	if err != nil || dry || len(t.Faults) > 0 || len(p.actions) == 0 {
		return p.ImportedRoster, err
	}
	if p.Import = of.Import; p.Import == "" {
		p.Import = NewImport(area)
	}
	return p.ImportedRoster, o.pushFrom(ctx, importPage(p.Import), p.actions...)
}

// importPage marks the commits of an import.
func importPage(id string) string { return "import " + id }

// inside lists the known areas that an area covers.
func inside(areas zoufang.Areas, area zoufang.AreaID) (out []zoufang.AreaID) {
	for id := range areas {
		if area.Covers(id) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
