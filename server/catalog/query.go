// Package catalog owns what an office filters and counts by: which records of a kind
// match a question, in what order, and how many there are of each value of a facet.
//
// [Plain] says what every answer is: it looks through all records. Whatever answers
// faster is held against it.
package catalog

import (
	"errors"

	"zoufang"
	"zoufang/internal/reading"
)

// ErrQuestion is of a kind or a facet that there is not.
var ErrQuestion = errors.New("catalog: no such question")

// Query asks for records of one kind. What is left empty asks for all.
type Query struct {
	Kind  string
	Areas []zoufang.AreaID // exactly these, of the areas that there are; none: nothing
	// Closed are those of the areas whose reports of harm to a child are not there
	// (zoufang.Record.TellsHarm): somebody else opens them.
	Closed map[zoufang.AreaID]bool
	// Where gives values by the kind's facets: a record is wanted that counts, for each
	// facet, under one at least of its values.
	Where    map[string][]string
	From, To string // days that a record is about, 2026-12-01, both included
	Text     string // words that are in the names of a record: see reading.QueryOf
	Oldest   bool   // the oldest first, else the newest
	After    *Place // what comes behind this place in that order
	Limit    int    // of Hits; 0: all
	Tell     bool   // Hits have a Title and Facets
	Count    []string
}

// Place is where a record stands: by the time it is about (Unix ms), then by its id.
// Answers in the other order turn both around.
type Place struct {
	At int64
	ID zoufang.RecordID
}

// Hit is a record that matches.
type Hit struct {
	Place
	Area zoufang.AreaID
	// With Query.Tell: the name it is listed under, its own or that of the record that it
	// is named by, "" where that lies elsewhere or has none; and what it counts under, by
	// the places of the facets of its kind.
	Title  string
	Facets [][]string
}

// Answer says what matches.
type Answer struct {
	Hits  []Hit
	More  bool // there are others behind the last
	Count int  // of all that match, wherever the page begins
	// By counts by the facets asked for in Query.Count, each of which is there: all that
	// match when nothing is asked of that facet itself, so that each value tells what
	// choosing it would give. A record counts once under each of its values.
	By map[string]map[string]int
}

// Before orders places: by time, then by id.
func (p Place) Before(q Place) bool {
	if p.At != q.At {
		return p.At < q.At
	}
	return p.ID < q.ID
}

// At says when what a record is about was, in Unix ms: when a visit began, by the
// value that is shown; of all others when it was saved, as far as the server can vouch
// for that.
func At(r *zoufang.Record) int64 {
	if r.Kind == zoufang.KindVisit {
		if n, ok := r.Shown("started").Number(); ok {
			return int64(n)
		}
	}
	return r.Stamps[r.Created].At
}

// Blank reports whether a text has no words to look for: blanks and signs alone.
func Blank(text string) bool { return len(reading.QueryOf(text)) == 0 }
