package content

import (
	"errors"
	"fmt"
	"unicode"
)

// English is longer than the Chinese it stands beside.
const longer = 2

// english checks the English beside a text of at most so many characters. It may
// be left out; readers then show the text itself.
func english(of, en string, most int) error {
	if en != "" && of == "" {
		return errors.New("en: there is no text it stands beside")
	}
	for _, r := range en {
		if unicode.IsControl(r) {
			return errors.New("en: a control character")
		}
	}
	return words("en", en, 0, longer*most)
}

func (q Question) english() error {
	for _, o := range q.Choices {
		if err := english(o.Title, o.En, MaxLabel); err != nil {
			return fmt.Errorf("choice %s: %w", o.Value, err)
		}
	}
	return errors.Join(english(q.Title, q.En, MaxLabel), english(q.Hint, q.EnHint, MaxLabel), english(q.Unit, q.EnUnit, maxUnit),
		english(q.ConstraintMessage, q.EnConstraintMessage, MaxLabel))
}
