package content

import (
	"errors"
	"fmt"
)

// private holds a question to what a resident may read: a risk level and a
// suspicion that calls for an alarm are the office's own, and so is every question
// that is asked because of a private answer, for being asked tells it.
func (q Question) private(before map[string]Question) error {
	if q.Private {
		if q.Kind == "signature" {
			return errors.New("private: nobody signs what is kept from them")
		}
		return nil
	}
	if q.Field == "risk" || q.Field == "risk.reason" {
		return fmt.Errorf("private: a question that writes %s is", q.Field)
	}
	alarms := q.Alarm != ""
	for _, o := range q.Choices {
		alarms = alarms || o.Alarm != ""
	}
	if alarms {
		return errors.New("private: a question that alarms is")
	}
	of := q.Shown.private(before)
	if of == "" {
		of = secret(before, q.Relevant, q.RequiredIf, q.Calculation, q.Default, q.Filter)
	}
	if of != "" {
		return fmt.Errorf("private: it is asked because of %s, which is", of)
	}
	for _, id := range Mentioned(q.Title, q.En, q.Hint, q.EnHint) {
		if before[id].Private {
			return fmt.Errorf("private: it tells %s, which is", id)
		}
	}
	return nil
}

// secret gives a private question that one of the expressions rests on, "" for none.
func secret(before map[string]Question, expressions ...string) string {
	for _, e := range expressions {
		for _, id := range refs(e) {
			if before[id].Private {
				return id
			}
		}
	}
	return ""
}

// private gives a private question that the condition rests on, "" for none.
func (c *Condition) private(before map[string]Question) string {
	if c == nil {
		return ""
	}
	if before[c.Question].Private {
		return c.Question
	}
	for _, list := range [][]Condition{c.All, c.Any, c.None} {
		for i := range list {
			if of := list[i].private(before); of != "" {
				return of
			}
		}
	}
	return ""
}
