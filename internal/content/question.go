package content

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"zoufang"
)

// Question is one thing to answer. The answer goes to the visit's answers.<ID>,
// or to the field of its own that Field names; the value is JSON: choice and text
// a string, choices a list of strings, yesno true or false, date YYYY-MM-DD, time
// HH:MM, datetime both with a T between. A note is read and not answered; a calculate
// is neither read nor answered, its value follows from others. An audio is recorded
// among the visit's own and has no field of its own, so that an app which does not know
// of it asks for a text. What an app does not know, it asks as a text.
//
// Relevant, RequiredIf, Constraint, Calculation, Default and Filter are expressions
// (package expr) of questions that stand before; Constraint may also ask for the answer
// itself, Filter for members of each choice's Of and its value by the word name. A title,
// a hint and a message may have ${question} in them, for its answer.
//
// A private one is between the visitor and the office: the text that a resident
// reads and signs leaves it out.
type Question struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	En       string     `json:"en,omitempty"`
	Hint     string     `json:"hint,omitempty"`
	EnHint   string     `json:"en_hint,omitempty"`
	Private  bool       `json:"private,omitempty"`
	Kind     string     `json:"kind"`
	Field    string     `json:"field,omitempty"`
	Choices  []Option   `json:"choices,omitempty"`
	Required bool       `json:"required,omitempty"` // to submit, where it is shown
	Shown    *Condition `json:"shown,omitempty"`    // nil: always
	Relevant string     `json:"relevant,omitempty"` // "": always
	Limits   *Limits    `json:"limits,omitempty"`
	Carry    bool       `json:"carry,omitempty"` // 同上次 may fill it
	Unit     string     `json:"unit,omitempty"`
	EnUnit   string     `json:"en_unit,omitempty"`
	Look     string     `json:"look,omitempty"` // minimal: a choice as a list that opens

	RequiredIf          string `json:"required_if,omitempty"`
	Constraint          string `json:"constraint,omitempty"` // an answer that breaks it is refused
	ConstraintMessage   string `json:"constraint_message,omitempty"`
	EnConstraintMessage string `json:"en_constraint_message,omitempty"`
	Calculation         string `json:"calculation,omitempty"` // the answer follows; nobody gives it
	Default             string `json:"default,omitempty"`     // of a visit that begins
	Filter              string `json:"filter,omitempty"`      // the choices for which it is true are offered

	Alarm string `json:"alarm,omitempty"` // of a yesno, on yes; see Option
}

// Option is one choice. Its value is by custom the word itself, so that an answer
// can be read without its form.
type Option struct {
	Value  string `json:"value"`
	Title  string `json:"title"`
	En     string `json:"en,omitempty"`
	Raises string `json:"raises,omitempty"` // the risk level it proposes
	Alarm  string `json:"alarm,omitempty"`  // "child": show the emergency numbers at once

	Of map[string]string `json:"of,omitempty"` // what a filter asks for
}

// Limits bound an answer; each kind has its own.
type Limits struct {
	Min    *float64 `json:"min,omitempty"` // number
	Max    *float64 `json:"max,omitempty"` // number; characters of a text; how many choices, photos
	Whole  bool     `json:"whole,omitempty"`
	Lines  int      `json:"lines,omitempty"` // of a text, as it is shown
	Past   bool     `json:"past,omitempty"`  // a date no later than today
	Future bool     `json:"future,omitempty"`
}

var (
	idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	kinds  = []string{"choice", "choices", "text", "number", "date", "photo", "place", "signature", "yesno",
		"time", "datetime", "audio", "note", "calculate"}
	levels = []string{"一般", "重点", "高"}
)

// ownFields are the visit's fields that a question may write instead of an
// answer, with the kind of question that does.
var ownFields = map[string]string{
	"way": "choice", "met": "choice", "note": "text", "needs": "choices", "risk": "choice", "risk.reason": "text",
	"photos": "photo", "place": "place", "visitors": "choices",
}

func (q Question) check(before map[string]Question) error {
	_, twice := before[q.ID]
	switch {
	case !idForm.MatchString(q.ID):
		return fmt.Errorf("id: small letters, digits and _ are wanted")
	case twice:
		return fmt.Errorf("the id is there twice")
	case !slices.Contains(kinds, q.Kind):
		return fmt.Errorf("kind: %q is not known", q.Kind)
	case q.Alarm != "" && (q.Kind != "yesno" || q.Alarm != "child"):
		return fmt.Errorf("alarm: only a yesno has one, and only child")
	case q.Unit != "" && q.Kind != "number":
		return fmt.Errorf("unit: only a number has one")
	case q.Look != "" && (q.Look != "minimal" || q.Kind != "choice"):
		return fmt.Errorf("look: only a choice has one, and only minimal")
	case slices.Contains(Visited, q.ID):
		return fmt.Errorf("id: it stands for whoever is visited")
	}
	if err := words("title", q.Title, 1, MaxLabel); err != nil {
		return err
	}
	if err := words("hint", q.Hint, 0, MaxLabel); err != nil {
		return err
	}
	for _, part := range []func() error{q.field, q.choices, q.limits, q.english} {
		if err := part(); err != nil {
			return err
		}
	}
	if q.Shown != nil {
		if err := q.Shown.check(before, 1); err != nil {
			return err
		}
	}
	if err := q.logic(before); err != nil {
		return err
	}
	return q.private(before)
}

func (q Question) field() error {
	who, signs := strings.CutPrefix(q.Field, "signature.")
	switch {
	case signs:
		if q.Kind != "signature" || zoufang.KindOf(zoufang.KindVisit).Field(q.Field) == nil {
			return fmt.Errorf("field: nobody signs as %q", who)
		}
	case q.Field != "":
		if ownFields[q.Field] != q.Kind {
			return fmt.Errorf("field: a %s cannot write %s", q.Kind, q.Field)
		}
	case slices.Contains([]string{"photo", "place", "signature"}, q.Kind):
		return fmt.Errorf("field: a %s needs one", q.Kind)
	}
	return nil
}

func (q Question) choices() error {
	chosen := q.Kind == "choice" || q.Kind == "choices"
	if !chosen || q.Field == "visitors" {
		if len(q.Choices) > 0 {
			return fmt.Errorf("choices: a %s has none", q.Kind)
		}
		return nil
	}
	if n := len(q.Choices); n < 1 || n > MaxChoices {
		return fmt.Errorf("1 to %d choices are wanted", MaxChoices)
	}
	seen := map[string]bool{}
	for _, o := range q.Choices {
		if err := words("value", o.Value, 1, MaxWord); err != nil {
			return err
		}
		if err := words("title of a choice", o.Title, 1, MaxLabel); err != nil {
			return err
		}
		if o.Raises != "" && !slices.Contains(levels, o.Raises) || o.Alarm != "" && o.Alarm != "child" {
			return fmt.Errorf("choice %s raises or alarms in no known way", o.Value)
		}
		if seen[o.Value] {
			return fmt.Errorf("the choice %s is there twice", o.Value)
		}
		seen[o.Value] = true
		if f := zoufang.KindOf(zoufang.KindVisit).Field(q.Field); f != nil && f.Type == zoufang.OneOf && f.Check(quoted(o.Value)) != nil {
			return fmt.Errorf("%s cannot be %s", q.Field, o.Value)
		}
	}
	return nil
}

func (q Question) limits() error {
	l := q.Limits
	if l == nil {
		return nil
	}
	count := q.Kind == "text" || q.Kind == "choices" || q.Kind == "photo"
	switch {
	case (l.Min != nil || l.Whole) && q.Kind != "number", l.Max != nil && !count && q.Kind != "number",
		l.Lines != 0 && q.Kind != "text", (l.Past || l.Future) && q.Kind != "date":
		return fmt.Errorf("limits: one of them is not for a %s", q.Kind)
	case l.Min != nil && l.Max != nil && *l.Min > *l.Max:
		return fmt.Errorf("limits: min is over max")
	case l.Max != nil && count && (*l.Max < 1 || *l.Max > 10000 || *l.Max != float64(int(*l.Max))):
		return fmt.Errorf("limits: max is no count")
	case l.Lines < 0 || l.Lines > 20:
		return fmt.Errorf("limits: at most 20 lines")
	}
	return nil
}

func quoted(s string) zoufang.Value {
	b, _ := json.Marshal(s)
	return b
}
