package desk

import (
	"fmt"
	"sort"
	"strings"

	"zoufang"
	"zoufang/internal/fold"
)

// sentences tells the items of one commit: 李芳 把 风险等级 从 一般 改为 高.
type sentences struct {
	l     *reader
	kind  *zoufang.Kind
	who   string
	lines []string
	added map[string]int // media, by field, told once as a number
	wish  bool           // the line was not applied
}

// say adds a sentence. What was not applied is told as a wish: 李芳 要核定, not
// 李芳 核定了.
func (s *sentences) say(format string, args ...any) {
	if s.wish {
		format = "要" + strings.Replace(format, "了", "", 1)
	}
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = fold.Isolated(text)
		}
	}
	s.lines = append(s.lines, s.who+" "+fmt.Sprintf(format, args...))
}

// tell says what the item does to the record as it stands, nil for none yet.
func (s *sentences) tell(it *zoufang.Item, r *zoufang.Record) error {
	title := s.l.label(s.kind, it.Field)
	switch it.Op {
	case zoufang.OpNew:
		if r == nil && s.kind.Name == zoufang.KindVisit {
			s.say("记了这次%s", s.kind.Label.Zh)
		} else if r == nil {
			s.say("记下了这条%s记录", s.kind.Label.Zh)
		} else {
			s.say("从另一处又存了一遍，内容并在一起")
		}
	case zoufang.OpSet:
		return s.set(it, r, title)
	case zoufang.OpAdd, zoufang.OpRm:
		f := s.kind.Field(it.Field)
		if f != nil && f.Type == zoufang.Medium && it.Op == zoufang.OpAdd {
			s.added[it.Field]++
			return nil
		}
		text, err := s.quote(it.Field, it.Value)
		if err != nil {
			return err
		}
		if it.Op == zoufang.OpAdd {
			s.say("在 %s 里加了 %s", title, text)
		} else {
			s.say("从 %s 里去掉了 %s", title, text)
		}
	case zoufang.OpLog:
		text, err := s.quote(it.Field, it.Value)
		if err != nil {
			return err
		}
		s.say("写了%s：%s", title, text)
	case zoufang.OpGo:
		return s.step(it, title)
	}
	return nil
}

func (s *sentences) set(it *zoufang.Item, r *zoufang.Record, title string) error {
	var old zoufang.Value
	if r != nil {
		old = r.Shown(it.Field)
	}
	before, err := s.quote(it.Field, old)
	if err != nil {
		return err
	}
	after, err := s.quote(it.Field, it.Value)
	if err != nil {
		return err
	}
	empty := old == nil || old.IsNull()
	switch {
	case it.Field == zoufang.Void && it.Value.IsNull():
		s.say("撤回了作废")
	case it.Field == zoufang.Void:
		s.say("作废了这条记录：%s", after)
	case it.Value.IsNull() && empty:
		s.say("把 %s 留空", title)
	case it.Value.IsNull():
		s.say("清掉了 %s（原来是 %s）", title, before)
	case empty:
		s.say("填了 %s：%s", title, after)
	case old.Equal(it.Value):
		s.say("又确认了 %s：%s", title, after)
	default:
		return s.changed(it.Field, title, old, it.Value)
	}
	return nil
}

// changed tells a change of a value; of a long text, only where it changed.
func (s *sentences) changed(field, title string, old, now zoufang.Value) error {
	before, err := s.l.value(s.kind, field, old)
	if err != nil {
		return err
	}
	after, err := s.l.value(s.kind, field, now)
	if err != nil {
		return err
	}
	from, to, part := difference([]rune(before), []rune(after))
	from, to = shorten(from, maxQuoted), shorten(to, maxQuoted)
	switch {
	case !part:
		s.say("把 %s 从 %s 改为 %s", title, from, to)
	case from == "":
		s.say("在 %s 里加了“%s”", title, to)
	case to == "":
		s.say("从 %s 里删了“%s”", title, from)
	default:
		s.say("把 %s 里的“%s”改为“%s”", title, from, to)
	}
	return nil
}

const longText = 40 // characters from which on only what differs is told

// difference cuts what two long texts share at both ends; part says that it did.
func difference(a, b []rune) (from, to string, part bool) {
	if len(a) < longText || len(b) < longText {
		return string(a), string(b), false
	}
	front := 0
	for front < min(len(a), len(b)) && a[front] == b[front] {
		front++
	}
	back := 0
	for back < min(len(a), len(b))-front && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	if front+back < longText/2 {
		return string(a), string(b), false
	}
	return string(a[front : len(a)-back]), string(b[front : len(b)-back]), true
}

func (s *sentences) step(it *zoufang.Item, title string) error {
	if it.Field == zoufang.AreaField {
		s.say("把记录从 %s 移到 %s", s.l.area(zoufang.AreaID(it.From)), s.l.area(zoufang.AreaID(it.To)))
		return nil
	}
	f := s.kind.Field(it.Field)
	if f != nil {
		if step := f.Step(it.From, it.To); step != nil && step.Verb.Zh != "" {
			s.say(step.Verb.Zh + "了")
			return nil
		}
	}
	from, err := s.quote(it.Field, zoufang.Quote(it.From))
	if err != nil {
		return err
	}
	to, err := s.quote(it.Field, zoufang.Quote(it.To))
	if err != nil {
		return err
	}
	s.say("把 %s 从 %s 改为 %s", title, from, to)
	return nil
}

// outcome adds what became of a value that was not simply taken over.
func (s *sentences) outcome(it *zoufang.Item, r *zoufang.Record, id zoufang.CommitID) {
	if it.Op != zoufang.OpSet || len(s.lines) == 0 || r.Heads[it.Field] == nil {
		return
	}
	live, other := false, false
	for _, h := range r.Heads[it.Field].Live {
		live = live || h.ID == id
		other = other || h.ID != id && !h.Value.Equal(it.Value)
	}
	last := &s.lines[len(s.lines)-1]
	switch {
	case !live:
		*last += "（送到时已有更晚的改动）"
	case other:
		*last += "（与另一种说法并存）"
	}
}

func (s *sentences) quote(field string, v zoufang.Value) (string, error) {
	text, err := s.l.value(s.kind, field, v)
	return shorten(text, maxQuoted), err
}

func (s *sentences) done() []string {
	var fields []string
	for f := range s.added {
		fields = append(fields, f)
	}
	sort.Strings(fields)
	for _, f := range fields {
		s.say("加了%s %s", fieldLabel(s.kind, f), plural(s.added[f], s.kind.Field(f).Unit))
	}
	if n := len(s.lines); n > maxPerLine {
		s.lines = append(s.lines[:maxPerLine], fmt.Sprintf("另有 %d 处改动", n-maxPerLine))
	}
	return s.lines
}
