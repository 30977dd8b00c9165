package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zoufang"
	"zoufang/server/rescue"
)

// DraftView is what somebody had begun and not submitted, as a rescue file tells it. It
// is stored nowhere.
type DraftView struct {
	What, Who, When string
	Fields          []Shown
	Texts           []string // as it stands, where the phone did not say what it would become
	Media           []rescue.Medium
}

// Drafts says what the drafts of a rescue file say, for the reader's areas alone;
// elsewhere counts the others. mine: the file is of one of the reader's people, whose
// drafts of no known area are theirs.
func (d *Desk) Drafts(ctx context.Context, u *zoufang.User, found *rescue.Drafts, mine bool) (out []DraftView, elsewhere int, err error) {
	err = d.read(ctx, u, func(l *reader) error {
		out, elsewhere = nil, 0
		for i := range found.List {
			draft := &found.List[i]
			known, theirs, err := l.whereabouts(draft)
			if err != nil {
				return err
			}
			if theirs || !known && !mine {
				elsewhere++
				continue
			}
			about, err := l.record(draft.About)
			if err != nil {
				return err
			}
			told, err := l.draft(draft, about)
			if err != nil {
				return err
			}
			out = append(out, told)
		}
		return nil
	})
	return out, elsewhere, err
}

// maxNamed bounds the records looked up for one draft.
const maxNamed = 100

// whereabouts reports whether it is known where a draft belongs, by the areas and
// records that it names, and whether any of these is not the reader's.
func (l *reader) whereabouts(d *rescue.Draft) (known, theirs bool, err error) {
	for _, a := range append(slices.Clone(d.Areas), d.Area) {
		if a != "" {
			known, theirs = true, theirs || !l.sees(a)
		}
	}
	for _, id := range append([]zoufang.RecordID{d.About}, d.Names[:min(len(d.Names), maxNamed)]...) {
		r, err := l.v.Record(id)
		if err != nil {
			return false, false, err
		}
		if r != nil && !r.Public() {
			known, theirs = true, theirs || !l.sees(r.Area)
		}
	}
	return known, theirs, nil
}

func (l *reader) draft(d *rescue.Draft, about *zoufang.Record) (out DraftView, err error) {
	out = DraftView{What: cmp.Or(d.What, "草稿（由另一版本的手机所写，这里照原样列出）"), Who: d.Who, When: "约 " + l.d.date(d.At), Texts: d.Texts, Media: d.Media}
	if err := l.draftForm(d); err != nil {
		return out, err
	}
	if about != nil {
		if out.Who, err = l.title(about); err != nil {
			return out, err
		}
	}
	answers, err := d.Answers(l.record)
	if err != nil {
		return out, err
	}
	for _, a := range answers {
		text, err := l.answer(a)
		if err != nil {
			return out, err
		}
		out.Fields = append(out.Fields, Shown{Field: a.Field, Label: l.label(a.Kind, a.Field), Text: text})
	}
	return out, nil
}

// draftForm finds the questions of a visit that is not there yet: of the form it names.
func (l *reader) draftForm(d *rescue.Draft) error {
	l.questions = map[string]question{}
	if d.Area == "" || d.Form == "" {
		return nil
	}
	return l.form(d.Area, d.Form, func(string) zoufang.Value { return nil })
}

// answer says one value; of a set, each element.
func (l *reader) answer(a rescue.Answer) (string, error) {
	list, ok := a.Value.Array()
	if !ok || a.Kind == nil || a.Kind.Field(a.Field).Class != zoufang.Elements {
		list = []zoufang.Value{a.Value}
	}
	parts := make([]string, 0, len(list))
	for _, e := range list {
		text, err := l.value(a.Kind, a.Field, e)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, "、")
	if a.Gone {
		text = "去掉 " + text
	}
	return text, nil
}
