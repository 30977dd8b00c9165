package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zoufang"
	"zoufang/storage"
)

const (
	maxAbout    = 4    // sentences of one held line
	maxContents = 2000 // characters of what a new record would begin with
)

// HeldRow is a held line as people read it.
type HeldRow struct {
	ID               zoufang.CommitID
	When, Areas, Why string
	Signed           string   // its author, where another sent it
	Lines            []string // what it would do
	Waits            bool     // it may end by itself
	Brought          string   // that it came in a rescue file of unproven origin, and by whom
	Release, Reject  bool     // how the reader may end it
	Harm             string   // how long it has told of harm to a child; "": it does not, or is not alone in it
	Guarded          bool     // the reader may not read it, and it tells no more than that it is there
	Keepers          []string // who may
}

func (l *reader) seesAll(areas []zoufang.AreaID) bool {
	for _, a := range areas {
		if !l.sees(a) {
			return false
		}
	}
	return len(areas) > 0 || l.u.Role == zoufang.County // see zoufang.MayDecide
}

// decides reports whether the reader may end the line so.
func (l *reader) decides(h storage.Held, ruling zoufang.Ruling) bool {
	return zoufang.MayDecide(l.u, h.Areas) && h.Code.Allows(ruling) &&
		(ruling != zoufang.Release || zoufang.MayRelease(l.u, h.Brought))
}

// areaNames names areas, the first few of many.
func (l *reader) areaNames(areas []zoufang.AreaID) string {
	const most = 4
	var names []string
	for i, a := range areas {
		if i == most {
			return strings.Join(names, "、") + fmt.Sprintf("等 %d 个", len(areas))
		}
		names = append(names, l.area(a))
	}
	return strings.Join(names, "、")
}

func (l *reader) heldRow(h storage.Held) (row HeldRow, err error) {
	row = HeldRow{ID: h.ID, When: l.d.date(h.At), Areas: l.areaNames(h.Areas), Waits: h.Code == zoufang.HeldWaiting}
	harm, err := l.harmOf(h)
	if err != nil {
		return row, err
	}
	if harm != nil {
		row.Harm = l.waits(harm.since)
	}
	closed, err := l.closed(h)
	if err != nil {
		return row, err
	}
	if closed {
		row.Guarded, row.Keepers = true, l.keeps(h.Areas...)
		return row, nil
	}
	row.Release, row.Reject = l.decides(h, zoufang.Release), l.decides(h, zoufang.Reject)
	if h.Author != h.Sender {
		if row.Signed, err = l.person(h.Author); err != nil {
			return row, err
		}
	}
	if h.Brought != "" {
		if row.Brought, err = l.brought(h.Brought); err != nil {
			return row, err
		}
		if !zoufang.MayRelease(l.u, h.Brought) {
			row.Brought += "，须由另一人放行"
		}
	}
	stored, err := l.v.Commit(h.ID)
	if err != nil || stored == nil {
		return row, err
	}
	c, fault := zoufang.ParseCommit(stored.Line)
	if row.Why, err = l.why(h, c.Do); err != nil {
		return row, err
	}
	if fault != nil {
		row.Lines = []string{fmt.Sprintf("%d 字节，读不出内容", len(stored.Line))}
		return row, nil
	}
	row.Lines, err = l.about(h, &c)
	return row, err
}

// about tells what a held line would do.
func (l *reader) about(h storage.Held, c *zoufang.Commit) ([]string, error) {
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
		s.say("写%s的 %s，值不合规则", s.kind.Label.Zh, fieldLabel(s.kind, it.Field))
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
		title := s.l.label(s.kind, name)
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
