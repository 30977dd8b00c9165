package content

import (
	"cmp"
	"encoding/json"
	"slices"

	"zoufang"
)

// Answer is the field of the visit that holds the answer to the question, where it is a
// field of text, choices or yes and no.
func (q *Question) Answer() string { return cmp.Or(q.Field, "answers."+q.ID) }

// Alarms reports whether a visit answers a question of the form in a way that sets off
// an alarm. Any of two values counts, and also one whose question is not asked of such
// a household: a suspicion is told rather once too often.
func (f *Form) Alarms(visit *zoufang.Record) bool {
	for _, s := range f.Sections {
		for i := range s.Questions {
			if q := &s.Questions[i]; q.alarmed(visit.Heads[q.Answer()]) {
				return true
			}
		}
	}
	return false
}

func (q *Question) alarmed(said *zoufang.Heads) bool {
	if said == nil {
		return false
	}
	var words []string
	for _, o := range q.Choices {
		if o.Alarm != "" {
			words = append(words, o.Value)
		}
	}
	return slices.ContainsFunc(said.Live, func(h zoufang.Head) bool {
		if word, ok := h.Value.Text(); ok {
			return slices.Contains(words, word)
		}
		var several []string
		if json.Unmarshal(h.Value, &several) == nil {
			return slices.ContainsFunc(several, func(w string) bool { return slices.Contains(words, w) })
		}
		return q.Alarm != "" && string(h.Value) == "true"
	})
}

// FormsFor gives, of forms, what reads a visit: the form it names, else all, so that
// answers of a phone that names none, or one nobody has, are not overlooked.
func FormsFor(visit *zoufang.Record, all []Form) []Form {
	want, _ := visit.Shown("form").Text()
	var named []Form
	for _, f := range all {
		if want != "" && f.Ref() == want {
			named = append(named, f)
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}
