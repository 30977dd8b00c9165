package desk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/content"
)

const maxForms = 500 // records of forms looked through for one visit

// readForm finds the form that a visit was recorded by, so that its answers are
// told under the questions that were asked. Without it they are told by their ids.
func (l *reader) readForm(r *zoufang.Record) error {
	l.questions, l.asks, l.photos = nil, nil, elements(r, photos)
	want, ok := r.Shown("form").Text()
	if !ok {
		return nil
	}
	return l.form(r.Area, want, r.Shown)
}

// question is a question of the form that is read, and what its choices are called.
type question struct {
	title   string
	choices map[string]string
}

// form reads the questions of a form by its name and version, the nearest above an
// area or in it. shown gives the answers, by their fields.
func (l *reader) form(area zoufang.AreaID, want string, shown func(field string) zoufang.Value) error {
	near := 0
	return l.v.List(zoufang.KindForm, append(area.Above(), area), 0, maxForms, func(f *zoufang.Record) bool {
		var body content.Form
		if json.Unmarshal(f.Shown("body"), &body) != nil || body.Ref() != want || len(f.Area.Prefix()) < near {
			return true
		}
		near, l.questions, l.asks = len(f.Area.Prefix()), map[string]question{}, nil
		unasked := body.Unasked(func(q *content.Question) zoufang.Value { return shown(answerField(q)) }, l.began(shown))
		told := func(id string) string { return plainWords(shown(answers + id)) }
		for _, s := range body.Sections {
			for _, q := range s.Questions {
				of := question{content.Tell(q.Title, told), map[string]string{}}
				for _, o := range q.Choices {
					of.choices[o.Value] = o.Title
				}
				l.questions[q.ID] = of
				if q.Kind != "note" && q.Kind != "calculate" && !unasked[q.ID] {
					l.asks = append(l.asks, answerField(&q))
				}
			}
		}
		return true
	})
}

// began is when a visit began, as expressions take it for the time: what a form asks does
// not change with the day it is read.
func (l *reader) began(shown func(field string) zoufang.Value) string {
	at := l.d.Now()
	if ms, is := shown("started").Number(); is {
		at = time.UnixMilli(int64(ms))
	}
	return at.In(zoufang.Zone).Format("2006-01-02T15:04")
}

// chosen says a choice of a question as the form does; other words as they are.
func (l *reader) chosen(name, value string) string {
	id, _ := strings.CutPrefix(name, answers)
	if title, is := l.questions[id].choices[value]; is {
		return title
	}
	return value
}

// answerField is the field of the visit that holds the answer to a question: of risk
// and its reason it is one.
func answerField(q *content.Question) string {
	switch {
	case strings.HasPrefix(q.Field, "risk"):
		return "risk"
	case q.Field != "":
		return q.Field
	case q.Kind == "photo":
		return photos
	case q.Kind == "place":
		return "place"
	case q.Kind == "audio":
		return audio
	}
	return q.Answer()
}

// label names a field of the record that is read: an answer by its question.
func (l *reader) label(k *zoufang.Kind, name string) string {
	if field, ok := strings.CutPrefix(name, comments); ok && field != zoufang.WholeVisit && k.Field(name) != nil {
		return "对“" + l.label(k, field) + "”的" + k.Field(name).Label.Zh
	}
	if d, ok := zoufang.PhotoOf(name); ok {
		return l.photo(k, d)
	}
	if id, ok := strings.CutPrefix(name, answers); ok {
		if title := cmp.Or(l.questions[id].title, l.d.asked[id]); title != "" {
			return title
		}
	}
	return fieldLabel(k, name)
}

// photo names a photo of the record that is read by its place, which is that of the
// page.
func (l *reader) photo(k *zoufang.Kind, d zoufang.Digest) string {
	name := fieldLabel(k, photos)
	for i, v := range l.photos {
		if s, _ := v.Text(); s == string(d) {
			return fmt.Sprintf("%s %d", name, i+1)
		}
	}
	return "去掉了的" + name
}

// asked gives the questions of the program's own forms, for answers whose form is
// not there.
func asked() (map[string]string, error) {
	docs, err := content.Shipped()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, d := range docs {
		var f content.Form
		if d.Kind != zoufang.KindForm || json.Unmarshal(d.Body, &f) != nil {
			continue
		}
		for _, s := range f.Sections {
			for _, q := range s.Questions {
				out[q.ID] = q.Title
			}
		}
	}
	return out, nil
}
