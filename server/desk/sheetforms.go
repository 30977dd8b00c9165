package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/internal/fold"
)

// Ask is a question whose answers are a column of a sheet. Versions of a form that ask
// the same in the same words share it.
type Ask struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Kind    string `json:"kind,omitempty"` // of content.Question; "" where no form is known
	Choices bool   `json:"choices,omitempty"`

	words map[string]string // of its choices, by their values
	place int               // among the questions of its form
}

// placedForm is a form with the area it holds in.
type placedForm struct {
	area zoufang.AreaID
	asks map[string]Ask // by id
}

// readForms reads the forms of the reader's areas and of those above.
func (s *Sheet) readForms(l *reader) error {
	scope := l.areas.ScopeOf(l.u)
	forms := map[string][]placedForm{}
	err := l.v.List(zoufang.KindForm, append(slices.Clone(scope.Areas), scope.Above...), 0, 0, func(r *zoufang.Record) bool {
		var body content.Form
		if json.Unmarshal(r.Shown("body"), &body) != nil {
			return true
		}
		f := placedForm{r.Area, map[string]Ask{}}
		for _, section := range body.Sections {
			for i := range section.Questions {
				q := &section.Questions[i]
				if answerField(q) != q.Answer() {
					continue // it has a field of its own
				}
				a := Ask{ID: q.ID, Title: fold.Told(q.Title), Kind: q.Kind, Choices: len(q.Choices) > 0, words: map[string]string{}, place: len(f.asks)}
				for _, o := range q.Choices {
					a.words[o.Value] = o.Title
				}
				f.asks[q.ID] = a
			}
		}
		forms[body.Ref()] = append(forms[body.Ref()], f)
		return true
	})
	s.forms = forms
	return err
}

// formOf gives the questions of a record's form, the nearest to its area.
func (s *Sheet) formOf(r *zoufang.Record) map[string]Ask {
	ref, _ := r.Shown("form").Text()
	var near *placedForm
	for i := range s.forms[ref] {
		if f := &s.forms[ref][i]; f.area.Covers(r.Area) && (near == nil || len(f.area.Prefix()) > len(near.area.Prefix())) {
			near = f
		}
	}
	if near == nil {
		return nil
	}
	return near.asks
}

// Look gathers the questions that the records answer, so that each has a column. It
// must be done with all records before Columns is asked for; a kind without answers
// needs none.
func (s *Sheet) Look(ctx context.Context, ids []zoufang.RecordID) error {
	if s.Kind.Field(answers+"a") == nil {
		return nil
	}
	var found []Ask
	var known map[[2]string]bool
	begin := func() {
		found, known = nil, map[[2]string]bool{}
		for _, a := range s.Asks {
			known[[2]string{a.ID, a.Title}] = true
		}
	}
	err := s.each(ctx, ids, begin, func(l *reader, r *zoufang.Record) error {
		form := s.formOf(r)
		for name, h := range r.Heads {
			id, is := strings.CutPrefix(name, answers)
			if !is || len(h.Live) == 0 {
				continue
			}
			a, asked := form[id]
			if !asked {
				if a = (Ask{ID: id, Title: s.d.asked[id], place: 1000}); a.Title == "" {
					continue // it stands among the other answers
				}
			}
			if key := [2]string{a.ID, a.Title}; !known[key] && len(s.Asks)+len(found) < MostAnswers {
				known[key] = true
				found = append(found, a)
			}
		}
		return nil
	})
	s.Asks = append(s.Asks, found...)
	slices.SortStableFunc(s.Asks, func(a, b Ask) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Title, b.Title))
	})
	return err
}

// asked gives the question of an answer of the record, and whether the column is its.
func (c *cells) asked(id string, col *Ask) (Ask, bool) {
	a, known := c.form[id]
	if !known {
		a = Ask{ID: id, Title: c.s.d.asked[id]}
	}
	return a, a.Title == col.Title
}

func (c *cells) answer(col *Column) (Cell, error) {
	a, is := c.asked(col.ask.ID, col.ask)
	v := c.r.Shown(col.Name)
	if !is || v == nil || v.IsNull() {
		return Cell{}, nil
	}
	if len(a.words) == 0 {
		return c.value(col.field, col.Name, v)
	}
	var parts []string
	for _, text := range texts(v) {
		parts = append(parts, fold.Told(cmp.Or(a.words[text], text)))
	}
	return Cell{Text: strings.Join(parts, "、")}, nil
}

func (c *cells) answerStored(col *Column) (Cell, error) {
	_, is := c.asked(col.ask.ID, col.ask)
	v := c.r.Shown(answers + col.ask.ID)
	if !is || v == nil {
		return Cell{}, nil
	}
	return Cell{Text: fold.Told(strings.Join(texts(v), "、"))}, nil
}

// texts gives a text, or those of a list.
func texts(v zoufang.Value) (out []string) {
	list, is := v.Array()
	if !is {
		list = []zoufang.Value{v}
	}
	for _, e := range list {
		if text := plainWords(e); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// otherAnswers is the cell of answers that have no column.
func (c *cells) otherAnswers(col *Column) (Cell, error) {
	var parts []string
	for _, name := range names(c.r, col.field) {
		id := name[len(answers):]
		has := slices.ContainsFunc(c.s.Asks, func(a Ask) bool {
			_, is := c.asked(id, &a)
			return is && a.ID == id
		})
		if has {
			continue
		}
		of, err := c.value(col.field, name, c.r.Shown(name))
		if err != nil {
			return of, err
		}
		if of.Text != "" {
			parts = append(parts, fold.Told(id)+"："+of.Text)
		}
	}
	return Cell{Text: strings.Join(parts, "；")}, nil
}
