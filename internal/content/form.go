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
	Questions []Question `json:"questions"`
}

// Bounds of a form.
const (
	maxSections  = 12
	maxQuestions = 60
	maxChoices   = 24
)

func (f *Form) check() error {
	if zoufang.KindOf(zoufang.KindVisit).Field("type").Check(quoted(f.Type)) != nil {
		return fmt.Errorf("type: %q is no type of visit", f.Type)
	}
	if n := len(f.Sections); n < 1 || n > maxSections {
		return fmt.Errorf("1 to %d sections are wanted", maxSections)
	}
	before := map[string]Question{}
	fields := map[string]bool{}
	for _, s := range f.Sections {
		if err := words("section", s.Title, 1, maxTitle); err != nil {
			return err
		}
		if err := english(s.Title, s.En, maxTitle); err != nil {
			return fmt.Errorf("section %s: %w", s.Title, err)
		}
		if len(s.Questions) == 0 {
			return fmt.Errorf("section %s has no question", s.Title)
		}
		for _, q := range s.Questions {
			if err := q.check(before); err != nil {
				return fmt.Errorf("question %q: %w", q.ID, err)
			}
			if q.Field != "" && fields[q.Field] {
				return fmt.Errorf("question %q: %s is asked twice", q.ID, q.Field)
			}
			before[q.ID], fields[q.Field] = q, true
		}
	}
	if len(before) > maxQuestions {
		return fmt.Errorf("more than %d questions", maxQuestions)
	}
	return nil
}
