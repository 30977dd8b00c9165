package staff

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/storage"
)

const (
	maxHeldRows = 200
	maxAbout    = 4    // sentences of one held line
	maxContents = 2000 // characters of what a new record would begin with
)

type heldPage struct {
	Count  string
	Rows   []heldRow
	Why    string // a decision was not taken over
	Said   string // what became of one
	Decide bool   // the reader's role decides
}

type heldRow struct {
	ID                    zoufang.CommitID
	When, Who, Areas, Why string
	Code                  chip
	Lines                 []string
	Release, Reject       bool // how the reader may end it
}

// Held lists the held lines whose areas are all the reader's, oldest first.
func (s *Staff) Held(c *fiber.Ctx, u *zoufang.User) error {
	return s.showHeld(c, u, fiber.StatusOK, "", saidOfHeld[c.Query("done")])
}

func (s *Staff) showHeld(c *fiber.Ctx, u *zoufang.User, status int, why, said string) error {
	var p heldPage
	err := s.Records.View(c.UserContext(), func(v storage.View) error {
		p = heldPage{Why: why, Said: said, Decide: slices.Contains(Reviewers, u.Role)}
		l, err := s.lookup(v, u)
		if err != nil {
			return err
		}
		n := 0
		var failed error
		err = v.HeldOpen(func(h storage.Held) bool {
			if !l.seesAll(h.Areas) {
				return true
			}
			if n++; n > maxHeldRows {
				return true
			}
			var row heldRow
			row, failed = l.heldRow(h)
			p.Rows = append(p.Rows, row)
			return failed == nil
		})
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		p.Count = fmt.Sprintf("%d 条", n)
		if n > maxHeldRows {
			p.Count = fmt.Sprintf("%d 条，这里是最早的 %d 条", n, maxHeldRows)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(c, status, "held", page{Title: "搁置待定", User: u, Body: p})
}

func (l *lookup) seesAll(areas []zoufang.AreaID) bool {
	for _, a := range areas {
		if !l.sees(a) {
			return false
		}
	}
	return len(areas) > 0 || l.u.Role == zoufang.County // see zoufang.MayDecide
}

func (l *lookup) heldRow(h storage.Held) (row heldRow, err error) {
	row = heldRow{ID: h.ID, When: l.s.date(h.At), Why: plainWhy(h.Why), Code: heldChips[h.Code]}
	if slices.Contains(Reviewers, l.u.Role) && zoufang.MayDecide(l.u, h.Areas) {
		row.Release, row.Reject = h.Code.Allows(zoufang.Release), h.Code.Allows(zoufang.Reject)
	}
	if row.Who, err = l.person(h.Sender); err != nil {
		return row, err
	}
	if h.Author != h.Sender {
		author, err := l.person(h.Author)
		if err != nil {
			return row, err
		}
		row.Who += "（署名 " + author + "）"
	}
	var names []string
	for _, a := range h.Areas {
		names = append(names, l.area(a))
	}
	row.Areas = strings.Join(names, "、")
	row.Lines, err = l.about(h)
	return row, err
}

// about tells what a held line would do, as far as it can be read.
func (l *lookup) about(h storage.Held) ([]string, error) {
	stored, err := l.v.Commit(h.ID)
	if err != nil || stored == nil {
		return nil, err
	}
	c, fault := zoufang.ParseCommit(stored.Line)
	if fault != nil {
		return []string{fmt.Sprintf("%d 字节，读不出内容", len(stored.Line))}, nil
	}
	who, err := l.person(h.Author)
	if err != nil {
		return nil, err
	}
	var lines []string
	for i := range c.Do {
		s := sentences{l: l, who: who, added: map[string]int{}, wish: true}
		if err := s.proposed(&c.Do[i]); err != nil {
			return nil, err
		}
		lines = append(lines, s.done()...)
	}
	if n := len(lines); n > maxAbout {
		lines = append(lines[:maxAbout], fmt.Sprintf("另有 %d 处", n-maxAbout))
	}
	return lines, nil
}

// proposed tells an item that was not applied. Of a record that the reader does
// not see, or that is not there, nothing is quoted.
func (s *sentences) proposed(it *zoufang.Item) error {
	switch it.Op {
	case zoufang.OpJudge:
		s.say("核定另一条搁置的内容")
		return nil
	case zoufang.OpNew:
		if s.kind = zoufang.KindOf(it.Kind); s.kind == nil {
			s.say("新记一条不认识的内容")
			return nil
		}
		s.say("新记一条%s", s.kind.Label.Zh)
		if !s.l.sees(it.Area) {
			return nil
		}
		return s.contents(it.Fields)
	}
	r, err := s.l.record(it.Record)
	if err != nil {
		return err
	}
	if r == nil {
		s.say("改一条这里没有的记录")
		return nil
	}
	s.kind = zoufang.KindOf(r.Kind)
	name, err := s.l.title(r)
	if err != nil {
		return err
	}
	s.who += " 对 " + s.kind.Label.Zh + "“" + name + "”"
	if s.kind.Field(it.Field) == nil && it.Field != zoufang.AreaField {
		s.say("写%s里不认识的一项", s.kind.Label.Zh)
		return nil
	}
	if f := s.kind.Field(it.Field); f != nil && f.Check(it.Value) != nil && it.Value != nil {
		s.say("写%s的 %s，值不合规则", s.kind.Label.Zh, fieldTitle(s.kind, it.Field))
		return nil
	}
	return s.tell(it, r)
}

// contents tells what a record that is not there would begin with: nobody decides
// of what they cannot read.
func (s *sentences) contents(fields map[string]zoufang.Value) error {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, v := s.kind.Field(name), fields[name]
		if f == nil || f.Type == zoufang.Hash || v.IsNull() {
			continue
		}
		title := s.l.fieldTitle(s.kind, name)
		list, _ := v.Array()
		if f.Class != zoufang.Elements {
			list = []zoufang.Value{v}
		}
		if f.Type == zoufang.Medium {
			parts = append(parts, title+"："+plural(len(list), "份"))
			continue
		}
		var texts []string
		for _, e := range list {
			if f.Check(e) != nil {
				texts = append(texts, "值不合规则")
				continue
			}
			text, err := s.quote(name, e)
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
		if len(texts) > 0 {
			parts = append(parts, title+"："+strings.Join(texts, "、"))
		}
	}
	if len(parts) > 0 {
		s.lines = append(s.lines, shorten(strings.Join(parts, "；"), maxContents))
	}
	return nil
}

var (
	whyField = regexp.MustCompile(`^((?:第 \d+ 项: )?)([a-z_]+(?:\.[a-z0-9_]+)?)(: | 现在是 )`)
	whyCodes = regexp.MustCompile(` \([a-z0-9_.]+\)`)
)

// plainWhy says the reason a line is held for without the names that stand on
// the wire.
func plainWhy(why string) string {
	why = whyCodes.ReplaceAllString(why, "")
	m := whyField.FindStringSubmatchIndex(why)
	if m == nil {
		return why
	}
	field := why[m[4]:m[5]]
	for i := range zoufang.Kinds {
		if k := &zoufang.Kinds[i]; k.Field(field) != nil {
			rest := why[m[7]:]
			return why[m[2]:m[3]] + fieldTitle(k, field) + why[m[6]:m[7]] + word(field, rest)
		}
	}
	return why
}
