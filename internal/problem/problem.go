package problem

import (
	"fmt"
	"time"
)

// Problem is an error that says what to reply.
type Problem struct {
	Code  Code
	Rule  string        // of the code Rule: which one, by its stable word; "": the reply does not say
	After time.Duration // how long to wait before asking again; 0: the reply does not say
	cause error         // for the log alone
}

// Of gives the problem of a code. One that is not in the catalogue is our fault
// and says so.
func Of(code Code) *Problem {
	if _, ok := Catalogue[code]; !ok {
		return &Problem{Code: Internal, cause: fmt.Errorf("no problem is called %q", code)}
	}
	return &Problem{Code: code}
}

// Because keeps the cause, for the log alone.
func (p *Problem) Because(cause error) *Problem {
	q := *p
	q.cause = cause
	return &q
}

// Under says which rule forbids it.
func (p *Problem) Under(rule string) *Problem {
	q := *p
	q.Rule = rule
	return &q
}

// Wait says how long to wait before asking again.
func (p *Problem) Wait(after time.Duration) *Problem {
	q := *p
	q.After = after
	return &q
}

// Status is the HTTP status the reply has.
func (p *Problem) Status() int { return Catalogue[p.Code].Status }

func (p *Problem) Error() string {
	if p.cause != nil {
		return string(p.Code) + ": " + p.cause.Error()
	}
	return string(p.Code)
}

func (p *Problem) Unwrap() error { return p.cause }
