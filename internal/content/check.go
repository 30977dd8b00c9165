package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"
)

const (
	MaxBody  = 48 << 10 // bytes: a commit line has room for it
	MaxTitle = 60       // characters of a document's title
	MaxLabel = 500      // of a question's, and of what stands beside it
	MaxWord  = 100      // of a choice's value
	maxUnit  = 40
)

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Check holds a document to the format of its kind, its source and its dates.
func (d Document) Check() error {
	if err := words("title", d.Title, 1, MaxTitle); err != nil {
		return err
	}
	if d.Source.Document == "" || d.Source.Article == "" {
		return errors.New("it names no source")
	}
	from, err := day(d.Effective.From)
	if err != nil {
		return err
	}
	to, err := day(d.Effective.To)
	if err != nil {
		return err
	}
	if d.Effective.From != nil && d.Effective.To != nil && to.Before(from) {
		return errors.New("it ends before it begins")
	}
	return Check(d.Kind, d.Body)
}

// Check holds a body to the format of its kind, unknown keys included: what the
// program ships and what an office is about to save is checked so, while readers
// pass over what they don't know.
func Check(kind string, body []byte) error {
	if len(body) > MaxBody {
		return fmt.Errorf("the body has over %d bytes", MaxBody)
	}
	var h Heading
	if err := json.Unmarshal(body, &h); err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	if !nameForm.MatchString(h.Name) {
		return errors.New("name: small letters, digits, - and _ are wanted")
	}
	if h.Version < 1 || h.Version > 9999 {
		return errors.New("version: 1 to 9999 is wanted")
	}
	var b interface{ check() error }
	switch kind {
	case "form":
		b = &Form{}
	case "rule":
		return checkRule(body)
	case "calendar":
		b = &Calendar{}
	case "department":
		b = &Department{}
	default:
		return fmt.Errorf("no content is of the kind %q", kind)
	}
	if err := strictly(body, b); err != nil {
		return err
	}
	return b.check()
}

// words holds a text for people to its length in characters.
func words(what, s string, least, most int) error {
	if n := utf8.RuneCountInString(s); n < least || n > most || !utf8.ValidString(s) {
		return fmt.Errorf("%s: %d to %d characters are wanted", what, least, most)
	}
	return nil
}

func day(s *string) (time.Time, error) {
	if s == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, *s)
	if err != nil {
		return t, errors.New("a day is written YYYY-MM-DD")
	}
	return t, nil
}
