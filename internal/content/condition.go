package content

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Condition says when a question is shown. Exactly one form is used: a test of an
// earlier question, of the persons visited, or several conditions put together.
// Of a question that is not answered or not shown is, in, not and has are false.
type Condition struct {
	Question string            `json:"question,omitempty"`
	Is       json.RawMessage   `json:"is,omitempty"`
	In       []json.RawMessage `json:"in,omitempty"`
	Not      json.RawMessage   `json:"not,omitempty"` // answered, and otherwise
	Has      string            `json:"has,omitempty"` // one of the choices made
	Answered *bool             `json:"answered,omitempty"`

	Category []string `json:"category,omitempty"` // any person has any of them
	Age      *Age     `json:"age,omitempty"`      // any person; without a birth day false

	All  []Condition `json:"all,omitempty"`
	Any  []Condition `json:"any,omitempty"`
	None []Condition `json:"none,omitempty"`
}

// Age is a span of years: From ≤ age < Under.
type Age struct {
	From  *int `json:"from,omitempty"`
	Under *int `json:"under,omitempty"`
}

const (
	maxDepth = 4
	maxParts = 24
)

func (c *Condition) check(before map[string]Question, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("shown: more than %d deep", maxDepth)
	}
	forms := 0
	count := func(used bool) bool {
		if used {
			forms++
		}
		return used
	}
	if count(c.Question != "") {
		if err := c.asked(before); err != nil {
			return err
		}
	} else if c.Is != nil || c.In != nil || c.Not != nil || c.Has != "" || c.Answered != nil {
		return errors.New("shown: of which question?")
	}
	count(len(c.Category) > 0)
	if count(c.Age != nil) && c.Age.From == nil && c.Age.Under == nil {
		return errors.New("shown: an age has from or under")
	}
	for _, list := range [][]Condition{c.All, c.Any, c.None} {
		count(len(list) > 0)
		for i := range list {
			if err := list[i].check(before, depth+1); err != nil {
				return err
			}
		}
		if len(list) > maxParts {
			return fmt.Errorf("shown: more than %d conditions", maxParts)
		}
	}
	if forms != 1 || len(c.Category) > maxParts || len(c.In) > maxParts {
		return errors.New("shown: exactly one condition is wanted")
	}
	return nil
}

// asked holds a test to a question that stands before, and to values it can have.
func (c *Condition) asked(before map[string]Question) error {
	q, ok := before[c.Question]
	if !ok {
		return fmt.Errorf("shown: no question %q stands before", c.Question)
	}
	tests := 0
	var values []json.RawMessage
	for _, v := range []json.RawMessage{c.Is, c.Not} {
		if v != nil {
			tests++
			values = append(values, v)
		}
	}
	if c.In != nil {
		tests++
		values = append(values, c.In...)
	}
	if c.Has != "" {
		tests++
		if q.Kind != "choices" {
			return fmt.Errorf("shown: %s has no list of choices", c.Question)
		}
		values = append(values, json.RawMessage(quoted(c.Has)))
	}
	if c.Answered != nil {
		tests++
	}
	if tests != 1 {
		return errors.New("shown: exactly one test of a question is wanted")
	}
	for _, v := range values {
		if err := q.mayBe(v); err != nil {
			return err
		}
	}
	return nil
}

func (q Question) mayBe(v json.RawMessage) error {
	var value any
	if err := json.Unmarshal(v, &value); err != nil {
		return err
	}
	switch q.Kind {
	case "yesno":
		if _, ok := value.(bool); ok {
			return nil
		}
	case "number":
		if _, ok := value.(float64); ok {
			return nil
		}
	case "choice", "choices":
		for _, o := range q.Choices {
			if o.Value == value {
				return nil
			}
		}
	}
	return fmt.Errorf("shown: %s cannot be %s", q.ID, v)
}
