// Package expr owns the language in which forms say when a question is asked, what
// an answer must be and what follows from others. Its twin is web/shared/expr; both
// replay testdata.
//
// The language is a part of XPath as XLSForm writes it: 'text', 12.5, ${question},
// the answer itself as ., a column of a choice by its bare name, or and = != < <= >
// >= + - * div mod, brackets, and the functions of [Functions]. There is no loop and
// no path. A text has at most [MaxLength] characters and a tree [maxNodes] nodes,
// [maxDepth] deep; a pattern is matched in time that grows with its length times the
// text's. So each expression that parses has a value, soon, whatever the answers are.
//
// A value is a text, a number, yes or no, or a list of texts (of several choices). What
// is not answered is the empty text. A number is at most 1e15 either way; what would be
// beyond it, or comes of dividing by nothing or of no number, is no number: as a text it
// is empty, and it is less, more and equal to nothing. A day 2026-12-01, with 2026-12-01T08:30
// or 08:30 for the time, is a text, and as a number the days since 1970.
package expr

// Bounds of an expression and of what it makes.
const (
	MaxLength = 2000 // characters of an expression
	maxNodes  = 400
	maxDepth  = 24   // of brackets, calls and signs within each other
	maxArgs   = 40   // of a call that takes any number
	maxText   = 4000 // characters of a text that comes out; what is over is cut
	maxNumber = 1e15
	minNumber = 1e-15 // what is nearer to 0 is 0
)

// Fault is why a text is no expression: a code, and the character it was found at,
// counted from 0.
type Fault struct {
	Code string
	At   int
	Of   string // the name it is about, of function and arguments
}

// The codes of faults.
const (
	FaultCharacter = "character" // one that begins nothing
	FaultText      = "text"      // a quote without its second
	FaultEnd       = "end"       // something is missing here, or too much
	FaultFunction  = "function"  // none is called so
	FaultArguments = "arguments" // too few or too many, or no plain text where one is needed
	FaultPattern   = "pattern"   // a pattern or the form of a date that is not known here
	FaultPath      = "path"      // leads through a document, which is none
	FaultLong      = "long"      // over a bound
)

func (f *Fault) Error() string { return f.Code + " " + f.Of }
