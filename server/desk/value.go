package desk

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
)

const maxShown = 4000 // characters of one value on a page

// value says a value of a field in words. Sealed values stay masked, and so does what
// is one by itself, wherever it was written.
func (l *reader) value(k *zoufang.Kind, name string, v zoufang.Value) (string, error) {
	text, err := l.words(k, name, v)
	return shorten(fold.Told(text), maxShown), err
}

func (l *reader) words(k *zoufang.Kind, name string, v zoufang.Value) (string, error) {
	var f *zoufang.Field
	if k != nil {
		f = k.Field(name)
	}
	if v == nil || v.IsNull() {
		return "没有填", nil
	}
	if f == nil || f.Sealed {
		s, _ := zoufang.Mask(v).Text()
		return s, nil
	}
	switch {
	case name == "visitors", name == "coordinator": // by account, or as they were written
		return l.visitor(v)
	case f.Type == zoufang.Ref:
		return l.ref(v)
	case f.Type == zoufang.Medium:
		return "1 份", nil
	case f.Type == zoufang.Division:
		s, _ := v.Text()
		return l.area(zoufang.AreaID(s)), nil
	case f.Type == zoufang.Millis:
		n, _ := v.Number()
		return l.d.date(int64(n)), nil
	case f.Class == zoufang.Group:
		return l.group(f, v)
	}
	asked := strings.HasPrefix(name, answers)
	if s, ok := v.Text(); ok && asked {
		return l.chosen(name, s), nil
	} else if ok {
		return Words(f, s), nil
	}
	if all, ok := v.Array(); ok && asked {
		return l.several(name, all), nil
	}
	return plainWords(v), nil
}

// several says the choices made of a question.
func (l *reader) several(name string, all []zoufang.Value) string {
	var parts []string
	for _, v := range all {
		if s, ok := v.Text(); ok {
			parts = append(parts, l.chosen(name, s))
		} else {
			parts = append(parts, plainWords(v))
		}
	}
	return strings.Join(parts, "、")
}

// group says the members of a group in words.
func (l *reader) group(f *zoufang.Field, v zoufang.Value) (string, error) {
	m, _ := v.Object()
	text := func(key string) string {
		s, ok := m[key].Text()
		if !ok {
			return plainWords(m[key])
		}
		return s
	}
	switch f.Name {
	case "place":
		lat, _ := m["lat"].Number()
		lon, _ := m["lon"].Number()
		out := fmt.Sprintf("纬度 %.5f，经度 %.5f", lat, lon)
		if acc, ok := m["accuracy"].Number(); ok {
			out += fmt.Sprintf("（误差约 %.0f 米）", acc)
		}
		return out, nil
	case signature:
		if _, ok := m["image"].Text(); ok {
			return "已签名", nil
		}
		return "未签名：" + text("unable"), nil
	}
	var parts []string
	for _, of := range f.Members {
		s := text(of.Name)
		for _, c := range of.Choices {
			if c.Value == s {
				s = c.Zh
			}
		}
		if s != "" {
			parts = append(parts, s)
		}
	}
	if f.Member("reason") != nil { // what is said, and why
		return strings.Join(parts, "："), nil
	}
	return strings.Join(parts, "，"), nil
}

// plainWords says any JSON value without its punctuation.
func plainWords(v zoufang.Value) string {
	switch v.Type() {
	case 0, 'n':
		return ""
	case 't':
		if strings.TrimSpace(string(v)) == "true" {
			return "是"
		}
		return "否"
	case '0':
		n, _ := v.Number()
		if n == math.Trunc(n) && math.Abs(n) < 1e21 {
			return whole(v, n)
		}
		return strconv.FormatFloat(n, 'g', 12, 64)
	case '[':
		list, _ := v.Array()
		parts := make([]string, 0, len(list))
		for _, e := range list {
			parts = append(parts, plainWords(e))
		}
		return strings.Join(parts, "、")
	case '{':
		return "（多项内容）"
	}
	s, _ := v.Text()
	return s
}

// whole writes a whole number with all its digits: as it came, where it came so.
func whole(v zoufang.Value, n float64) string {
	if s := strings.TrimSpace(string(v)); !strings.ContainsAny(s, ".eE") {
		return s
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

// called is what somebody or something is called, as it may stand in a sentence.
func called(name string) string { return fold.Isolated(fold.Mask(name)) }

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
