package staff

import (
	"encoding/base64"
	"encoding/json"
	"html/template"
	"mime"
	"slices"
	"strings"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/server/rescue"
	"zoufang/storage"
)

// rescuePolicy lets the one page that shows a file's drafts carry their pictures and
// recordings in itself: they are stored nowhere.
const rescuePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type rescuePage struct {
	message
	Drafts []draftCard
	Notes  []string
}

type draftCard struct {
	What, Who, When string
	Fields          []titled
	Photos, Sounds  []template.URL
}

var editorWords = map[rescue.Editor]string{
	rescue.OfReport: "报问题", rescue.OfChange: "花名册变更", rescue.OfDiscovery: "主动发现",
	rescue.OfHousehold: "修改户信息", rescue.OfPerson: "修改人员信息", rescue.OfRemark: "补一句说明",
	rescue.OfNewerApp: "草稿（由更新的手机版本所写，这里读不懂）",
}

// drafts says what the drafts of a file say, for the reader's areas alone. mine: the
// file is of one of the reader's people, whose drafts of no known area are theirs.
func (s *Staff) drafts(v storage.View, u *zoufang.User, found *rescue.Drafts, mine bool) (cards []draftCard, elsewhere int, err error) {
	l, err := s.lookup(v, u)
	if err != nil {
		return nil, 0, err
	}
	for i := range found.List {
		d := &found.List[i]
		about, err := v.Record(d.About)
		if err != nil {
			return nil, 0, err
		}
		known := d.Area != "" || about != nil
		if about != nil && !l.sees(about.Area) || d.Area != "" && !l.sees(d.Area) || !known && !mine {
			elsewhere++
			continue
		}
		card, err := l.draft(d, about)
		if err != nil {
			return nil, 0, err
		}
		cards = append(cards, card)
	}
	return cards, elsewhere, nil
}

func (l *lookup) draft(d *rescue.Draft, about *zoufang.Record) (c draftCard, err error) {
	c = draftCard{What: editorWords[d.Editor], Who: d.Who, When: "约 " + l.s.date(d.At)}
	if d.Editor == rescue.OfVisit {
		c.What = word("type", d.Type)
		if err := l.draftForm(d); err != nil {
			return c, err
		}
	}
	if about != nil {
		if c.Who, err = l.title(about); err != nil {
			return c, err
		}
	}
	for _, a := range d.Answers {
		k := zoufang.KindOf(a.Kind)
		text, err := l.answer(k, k.Field(a.Field), a)
		if err != nil {
			return c, err
		}
		c.Fields = append(c.Fields, titled{a.Field, l.fieldTitle(k, a.Field), text})
	}
	for _, m := range d.Media {
		kind, _, err := mime.ParseMediaType(m.Type)
		if err != nil {
			continue
		}
		in := template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(m.Bytes)) // of a type that is taken from phones
		if strings.HasPrefix(kind, "image/") {
			c.Photos = append(c.Photos, in)
		} else {
			c.Sounds = append(c.Sounds, in)
		}
	}
	return c, nil
}

// draftForm finds the questions of a visit that is not there yet: of the form it
// names, else of the newest one of its type, the nearest first.
func (l *lookup) draftForm(d *rescue.Draft) error {
	l.questions = nil
	if d.Area == "" {
		return nil
	}
	var at [2]int // how near, and which version
	return l.v.List("form", append(d.Area.Above(), d.Area), 0, maxForms, func(f *zoufang.Record) bool {
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
func (l *lookup) answer(k *zoufang.Kind, f *zoufang.Field, a rescue.Answer) (string, error) {
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
