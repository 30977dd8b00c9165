package zoufang

import (
	"bytes"
	"slices"
)

// Bounds of a commit line.
const (
	MaxLine   = 64 << 10 // bytes, line feed excluded
	MaxNested = 32       // levels of JSON in a line
	Schema    = 1        // the newest schema this program knows
)

// Commit is one saved user action, read from its line. The line itself, frozen
// when it was saved, is what is stored; this is only its reading.
type Commit struct {
	Device DeviceID
	N      int64 // this device's count; like Prev for the audit trail only
	Prev   CommitID
	User   UserID
	Schema int
	At     int64  // the phone's clock when it was saved, Unix ms; may be wrong
	Page   string // of which load of the app, or of which import
	Heard  *int64 // the server's `time` last heard by the phone, Unix ms
	Do     []Item
}

// Op names what an item does.
type Op string

// The items of a commit.
const (
	OpNew   Op = "new"
	OpSet   Op = "set"
	OpAdd   Op = "add"
	OpRm    Op = "rm"
	OpLog   Op = "log"
	OpGo    Op = "go"
	OpJudge Op = "judge"
)

// Item is one part of a commit. Which members are filled depends on Op.
type Item struct {
	Op     Op
	Record RecordID         // all but judge
	Kind   string           // new
	Area   AreaID           // new
	Fields map[string]Value // new
	Field  string           // set, add, rm, log, go
	Value  Value            // set: value; add, rm: element; log: text
	From   string           // go
	To     string           // go
	Seen   []CommitID       // set, rm, go
	Target CommitID         // judge
	Ruling Ruling           // judge
	Reason string           // judge
	Nth    int              // its place in the line, from 0
}

// Ruling is what a person decides of a held commit.
type Ruling string

// The rulings.
const (
	Release Ruling = "release"
	Amend   Ruling = "amend"
	Reject  Ruling = "reject"
)

// Media lists the media the items name, whatever kind their records are of,
// sorted, each once.
func (c *Commit) Media() []Digest {
	var out []Digest
	each := func(field string, v Value) {
		if len(v) < 64 {
			return
		}
		for i := range Kinds {
			if f := Kinds[i].Field(field); f != nil {
				if elements, ok := v.Array(); ok && f.Class == Elements {
					for _, e := range elements {
						out = append(out, f.Media(e)...)
					}
				} else {
					out = append(out, f.Media(v)...)
				}
			}
		}
	}
	for _, it := range c.Do {
		each(it.Field, it.Value)
		for field, v := range it.Fields {
			each(field, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SealedLine reports whether the line carries a value of a sealed field. That a
// field's name stands in it is enough: not all items can be read.
func SealedLine(line []byte, c *Commit) bool {
	sealed := func(field string) bool {
		for i := range Kinds {
			if f := Kinds[i].Field(field); f != nil && f.Sealed {
				return true
			}
		}
		return false
	}
	for i := range Kinds {
		for _, f := range Kinds[i].Fields {
			if f.Sealed && bytes.Contains(line, []byte(f.Name)) {
				return true
			}
		}
	}
	if c == nil {
		return false
	}
	for _, it := range c.Do {
		if sealed(it.Field) {
			return true
		}
		for field := range it.Fields {
			if sealed(field) {
				return true
			}
		}
	}
	return false
}
