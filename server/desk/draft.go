package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/server/rescue"
)

// DraftView is what somebody had begun and not submitted, as a rescue file tells it. It
// is stored nowhere.
type DraftView struct {
	What, Who, When string
	Fields          []Shown
	Media           []rescue.Medium
}

var editorWords = map[rescue.Editor]string{
	rescue.OfReport: "报问题", rescue.OfChange: "花名册变更", rescue.OfDiscovery: "主动发现",
	rescue.OfHousehold: "修改户信息", rescue.OfPerson: "修改人员信息", rescue.OfRemark: "补一句说明",
	rescue.OfNewerApp: "草稿（由更新的手机版本所写，这里读不懂）",
}

// Drafts says what the drafts of a rescue file say, for the reader's areas alone;
// elsewhere counts the others. mine: the file is of one of the reader's people, whose
// drafts of no known area are theirs.
func (d *Desk) Drafts(ctx context.Context, u *zoufang.User, found *rescue.Drafts, mine bool) (out []DraftView, elsewhere int, err error) {
	err = d.read(ctx, u, func(l *reader) error {
		out, elsewhere = nil, 0
		for i := range found.List {
			draft := &found.List[i]
			about, err := l.v.Record(draft.About)
			if err != nil {
				return err
			}
			known := draft.Area != "" || about != nil
			if about != nil && !l.sees(about.Area) || draft.Area != "" && !l.sees(draft.Area) || !known && !mine {
				elsewhere++
				continue
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

func (l *reader) draft(d *rescue.Draft, about *zoufang.Record) (out DraftView, err error) {
	out = DraftView{What: editorWords[d.Editor], Who: d.Who, When: "约 " + l.d.date(d.At), Media: d.Media}
	if d.Editor == rescue.OfVisit {
		out.What = Words(zoufang.KindOf(zoufang.KindVisit).Field("type"), d.Type)
		if err := l.draftForm(d); err != nil {
			return out, err
		}
	}
	if about != nil {
		if out.Who, err = l.title(about); err != nil {
			return out, err
		}
	}
	for _, a := range d.Answers {
		k := zoufang.KindOf(a.Kind)
		text, err := l.answer(k, k.Field(a.Field), a)
		if err != nil {
			return out, err
		}
		out.Fields = append(out.Fields, Shown{Field: a.Field, Label: l.label(k, a.Field), Text: text})
	}
	return out, nil
}

// draftForm finds the questions of a visit that is not there yet: of the form it
// names, else of the newest one of its type, the nearest first.
func (l *reader) draftForm(d *rescue.Draft) error {
	l.questions = nil
	if d.Area == "" {
		return nil
	}
	var at [2]int // how near, and which version
	return l.v.List(zoufang.KindForm, append(d.Area.Above(), d.Area), 0, maxForms, func(f *zoufang.Record) bool {
		var body content.Form
		if json.Unmarshal(f.Shown("body"), &body) != nil || d.Form != "" && body.Ref() != d.Form || body.Type != d.Type {
			return true
		}
		if rank := [2]int{len(f.Area.Prefix()), body.Version}; slices.Compare(rank[:], at[:]) >= 0 {
			at, l.questions = rank, map[string]string{}
			for _, s := range body.Sections {
				for _, q := range s.Questions {
					l.questions[q.ID] = q.Title
				}
			}
		}
		return true
	})
}

// answer says one value; of a set, each element.
func (l *reader) answer(k *zoufang.Kind, f *zoufang.Field, a rescue.Answer) (string, error) {
	list, ok := a.Value.Array()
	if !ok || f.Class != zoufang.Elements {
		return l.value(k, a.Field, a.Value)
	}
	parts := make([]string, 0, len(list))
	for _, e := range list {
		text, err := l.value(k, a.Field, e)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "、"), nil
}
