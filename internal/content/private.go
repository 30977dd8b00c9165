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
	if of := q.Shown.private(before); of != "" {
		return fmt.Errorf("private: it is asked because of %s, which is", of)
	}
	return nil
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
