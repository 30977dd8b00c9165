package content

import (
	"fmt"

	"zoufang"
)

// Form is the body of a form: the questions of one type of visit.
type Form struct {
	Heading
	Type     string    `json:"type"` // of the visit
	Sections []Section `json:"sections"`
}

// Section is a headed group of questions.
type Section struct {
	Title     string     `json:"title"`
	En        string     `json:"en,omitempty"`
	Relevant  string     `json:"relevant,omitempty"` // an expression, as of a question
	Questions []Question `json:"questions"`
}

// Bounds of a form. An app from before a form could have so many takes one of over 12
// sections or 60 questions for none, and says so.
const (
	MaxSections  = 40
	MaxQuestions = 200
	MaxChoices   = 200 // of a question
)

// Asked counts the questions that a person answers.
func (f *Form) Asked() (n int) {
	for _, s := range f.Sections {
		for i := range s.Questions {
			if q := &s.Questions[i]; q.Kind != "note" && q.Calculation == "" {
				n++
			}
		}
	}
	return n
}

func (f *Form) check() error {
	if zoufang.KindOf(zoufang.KindVisit).Field("type").Check(quoted(f.Type)) != nil {
		return fmt.Errorf("type: %q is no type of visit", f.Type)
	}
	if n := len(f.Sections); n < 1 || n > MaxSections {
		return fmt.Errorf("1 to %d sections are wanted", MaxSections)
	}
	before := map[string]Question{}
	fields := map[string]bool{}
	for _, s := range f.Sections {
		if err := words("section", s.Title, 1, MaxLabel); err != nil {
			return err
		}
		if err := english(s.Title, s.En, MaxLabel); err != nil {
			return fmt.Errorf("section %s: %w", s.Title, err)
		}
		if len(s.Questions) == 0 {
			return fmt.Errorf("section %s has no question", s.Title)
		}
		if err := logic("relevant", s.Relevant, before, nil, ""); err != nil {
			return fmt.Errorf("section %s: %w", s.Title, err)
		}
		for _, q := range s.Questions {
			if err := q.check(before); err != nil {
				return fmt.Errorf("question %q: %w", q.ID, err)
			}
			if of := secret(before, s.Relevant); of != "" && !q.Private {
				return fmt.Errorf("question %q: private: its section is asked because of %s, which is", q.ID, of)
			}
			if q.Field != "" && fields[q.Field] {
				return fmt.Errorf("question %q: %s is asked twice", q.ID, q.Field)
			}
			before[q.ID], fields[q.Field] = q, true
		}
	}
	if len(before) > MaxQuestions {
		return fmt.Errorf("more than %d questions", MaxQuestions)
	}
	return nil
}
