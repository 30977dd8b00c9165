package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"zoufang"
)

// Rule is the body of a rule: its kind says which of the parts below it has
// beside name, version and kind.
type Rule struct {
	Heading
	Kind string `json:"kind"`
}

// Cadence says how often a household is visited: the earliest day over all rules
// that fit counts from its last visit made in one of the ways. Every part of
// Applies that is given must fit; none fits everybody on the roster.
type Cadence struct {
	Rule
	Applies struct {
		Categories []string `json:"categories,omitempty"` // any of any person
		Risk       []string `json:"risk,omitempty"`
	} `json:"applies"`
	Every int      `json:"every"` // days
	Ways  []string `json:"ways"`
}

func (r *Cadence) check() error {
	if r.Every < 1 || r.Every > 3660 || len(r.Ways) == 0 {
		return errors.New("every and ways are wanted")
	}
	for _, w := range r.Ways {
		if zoufang.KindOf(zoufang.KindVisit).Field("way").Check(quoted(w)) != nil {
			return fmt.Errorf("%q is no way to visit", w)
		}
	}
	for _, level := range r.Applies.Risk {
		if !slices.Contains(levels, level) {
			return fmt.Errorf("%q is no risk level", level)
		}
	}
	return nil
}

// Event asks for a visit of its own after a major change.
type Event struct {
	Rule
	Event  []string `json:"event"`
	Within int      `json:"within"` // hours
}

func (r *Event) check() error { return wanted(len(r.Event) > 0 && r.Within > 0, "event and within") }

// Review is how often who is on a list is looked at again.
type Review struct {
	Rule
	Category string `json:"category"`
	Every    int    `json:"every"`              // days
	Unsteady int    `json:"unsteady,omitempty"` // days, where the income changes
}

func (r *Review) check() error { return wanted(r.Category != "" && r.Every > 0, "category and every") }

// VisitRule is what a type of visit needs to be submitted.
type VisitRule struct {
	Rule
	Type       string   `json:"type"`
	Visitors   int      `json:"visitors"`
	Signatures []string `json:"signatures"`
	Unable     bool     `json:"unable"` // a reason and a witness do instead
}

func (r *VisitRule) check() error {
	for _, who := range r.Signatures {
		if zoufang.KindOf(zoufang.KindVisit).Field("signature."+who) == nil {
			return fmt.Errorf("nobody signs as %q", who)
		}
	}
	return wanted(r.Type != "" && r.Visitors > 0, "type and visitors")
}

// Limit is how long a step may take.
type Limit struct {
	Rule
	Item   string `json:"item"` // code of the service item, "" for none
	Step   string `json:"step"`
	Within int    `json:"within"`
	Unit   string `json:"unit"`             // days or workdays
	Extend int    `json:"extend,omitempty"` // by how much more it may be made longer
}

func (r *Limit) check() error {
	return wanted(r.Step != "" && r.Within > 0 && unit(r.Unit), "step, within and unit")
}

// Assessment grades how many of the items a person fails.
type Assessment struct {
	Rule
	Items  []string `json:"items"`
	Grades []struct {
		From  int    `json:"from"`
		To    int    `json:"to"`
		Grade string `json:"grade"`
	} `json:"grades"`
	Again int    `json:"again"` // how soon after a change
	Unit  string `json:"unit"`
}

func (r *Assessment) check() error {
	return wanted(len(r.Items) > 0 && len(r.Grades) > 0 && unit(r.Unit), "items, grades and unit")
}

// Hearing says before what the person must be heard.
type Hearing struct {
	Rule
	Before  []string `json:"before"`
	Written bool     `json:"written"`
}

func (r *Hearing) check() error { return wanted(len(r.Before) > 0, "before") }

// Report is whom to call at once; the numbers are shown without a connection.
type Report struct {
	Rule
	When  string `json:"when"`
	Calls []struct {
		Title string `json:"title"`
		En    string `json:"en,omitempty"`
		Phone string `json:"phone"`
	} `json:"calls"`
}

func (r *Report) check() error {
	for _, c := range r.Calls {
		if err := english(c.Title, c.En, MaxTitle); err != nil {
			return fmt.Errorf("call %s: %w", c.Title, err)
		}
	}
	return wanted(r.When == "child" && len(r.Calls) > 0, "when and calls")
}

// Categories are the classes of people on the roster.
type Categories struct {
	Rule
	List []Category `json:"list"`
}

// Category is one class. Its code is the short name that people say, and En says
// it in English.
type Category struct {
	Code  string `json:"code"`
	En    string `json:"en,omitempty"`
	Title string `json:"title"`
	Group string `json:"group"`
	// Benefit is of what is granted and paid: it is ended by a change of the roster that
	// the office checks, never by taking the word off.
	Benefit bool `json:"benefit,omitempty"`
}

func (r *Categories) check() error {
	for _, c := range r.List {
		if err := english(c.Code, c.En, maxUnit); err != nil {
			return fmt.Errorf("category %s: %w", c.Code, err)
		}
	}
	return wanted(len(r.List) > 0, "list")
}

// Risk lists the risk levels, lowest first.
type Risk struct {
	Rule
	Levels []string `json:"levels"`
}

func (r *Risk) check() error { return wanted(len(r.Levels) > 1, "levels") }

// Archive says how long what is kept.
type Archive struct {
	Rule
	Keep []struct {
		What  string `json:"what"`
		Years int    `json:"years"`
	} `json:"keep"`
}

func (r *Archive) check() error { return wanted(len(r.Keep) > 0, "keep") }

func checkRule(body []byte) error {
	var r Rule
	if err := json.Unmarshal(body, &r); err != nil {
		return err
	}
	rules := map[string]interface{ check() error }{
		"cadence": &Cadence{}, "event": &Event{}, "review": &Review{}, "visit": &VisitRule{}, "limit": &Limit{}, "assessment": &Assessment{},
		"hearing": &Hearing{}, "report": &Report{}, "categories": &Categories{}, "risk": &Risk{}, "archive": &Archive{},
	}
	b := rules[r.Kind]
	if b == nil {
		return fmt.Errorf("kind: no rule is called %q", r.Kind)
	}
	if err := strictly(body, b); err != nil {
		return err
	}
	return b.check()
}

func unit(s string) bool { return s == "days" || s == "workdays" }

func wanted(there bool, what string) error {
	if !there {
		return fmt.Errorf("%s: wanted", what)
	}
	return nil
}
