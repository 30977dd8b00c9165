package desk

import (
	"errors"
	"fmt"
	"slices"

	"zoufang"
)

// Code says why something asked of a desk did not come about. Nothing was changed
// then, unless the code says so.
type Code string

// The codes.
const (
	NotFound  Code = "not_found" // there is no such thing, or not for this reader
	Guarded   Code = "guarded"   // it is a child's file, and the reader has no grant for these
	Changed   Code = "changed"   // the record is not as the reader saw it
	LateState Code = "state"     // its state allows this no more: somebody was first
	NoRight   Code = "right"     // the person lacks the right now
	Broken    Code = "rule"      // a rule forbids it, see Parts
	NoChoice  Code = "choice"    // there is no such value to choose
	Decided   Code = "decided"   // the held line is decided already
	Own       Code = "own"       // what somebody brought in unproven, another person releases
	NotSo     Code = "not_so"    // a line held for this is not ended so
	Reason    Code = "reason"    // a reason of 1 to zoufang.MaxReason characters is wanted
	Comment   Code = "comment"   // a comment is wanted, of at most zoufang.MaxReason characters
	Comments  Code = "comments"  // more than MaxComments
	Field     Code = "field"     // no comment can be on this field; there is no such field, or it is not used so
	Device    Code = "device"    // a program says that it is a phone
	Foreign   Code = "receipt"   // a receipt is of another installation or person, or damaged
)

// MaxComments bounds the comments of one decision.
const MaxComments = 20

// Refusal is an error that people can do something about.
type Refusal struct {
	Code  Code
	Parts zoufang.Parts // of Broken
}

// plain are the codes in English, for the command line and logs.
var plain = map[Code]string{
	NotFound:  "there is no such thing",
	Guarded:   "the grant for files of children is missing",
	Changed:   "it was changed meanwhile",
	LateState: "its state allows this no more",
	NoRight:   "the right is missing",
	NoChoice:  "there is no such value to choose",
	Decided:   "the line is decided already",
	Own:       "what was brought in with an unproven rescue file, another person releases",
	NotSo:     "a line held for this is not ended so",
	Reason:    fmt.Sprintf("a reason of 1 to %d characters is needed", zoufang.MaxReason),
	Comment:   fmt.Sprintf("a comment of 1 to %d characters is needed", zoufang.MaxReason),
	Comments:  fmt.Sprintf("there are more than %d comments", MaxComments),
	Field:     "there is no such field, or it is not used so",
	Device:    "a program is no phone",
	Foreign:   "the receipt is of another installation or person, or damaged",
}

func (r *Refusal) Error() string {
	if r.Code == Broken {
		return "a rule forbids it: " + string(r.Parts.Rule)
	}
	return plain[r.Code]
}

// Refused reports whether an error is a refusal for one of the codes.
func Refused(err error, codes ...Code) bool {
	var r *Refusal
	return errors.As(err, &r) && slices.Contains(codes, r.Code)
}

func refuse(code Code) error { return &Refusal{Code: code} }

// Said is what broke a rule, in words for people; "" where it is not that.
func (r *Refusal) Said() string {
	return r.Parts.Say(func(field string) string { return field }, func(_, value string) string { return value })
}
