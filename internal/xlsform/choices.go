package xlsform

import (
	"unicode/utf8"

	"zoufang/internal/content"
)

// lists are the choices by the name of their list.
type lists map[string][]content.Option

// plainColumns of the choices are not what a filter asks for.
var plainColumns = map[string]bool{"list_name": true, "name": true, "value": true, "label": true, "image": true, "audio": true, "video": true, "big-image": true, own: true}

// choices reads a sheet of choices; twice: a name may stand twice in a list.
func (r *Read) choices(t *table, of tongues, twice bool, into lists) {
	name := "name"
	if !t.has(name) && t.has("value") {
		name = "value"
	}
	for _, want := range []string{"list_name", name} {
		if !t.has(want) && len(t.rows) > 0 {
			r.fail(1, want, "", "choices 表缺少 %s 列", want)
			return
		}
	}
	rows := map[[2]string]int{}
	for _, l := range t.rows {
		list, value := l.get("list_name"), l.get(name)
		switch {
		case list == "" && value == "":
			continue
		case list == "":
			r.fail(l.row, t.heading("list_name"), "", "没有写这个选项属于哪个列表")
			continue
		case value == "":
			r.fail(l.row, t.heading(name), "", "没有写选项的 name")
			continue
		}
		if before := rows[[2]string{list, value}]; before > 0 {
			if !twice {
				r.fail(l.row, t.heading(name), value, "与第 %d 行是同一个列表的同一个选项", before)
				continue
			}
			r.left(l.row, "选项 %s：与第 %d 行相同，只留前一个", value, before)
			continue
		}
		rows[[2]string{list, value}] = l.row
		if utf8.RuneCountInString(value) > content.MaxWord {
			r.left(l.row, "选项 %s：name 超过 %d 个字", short(value), content.MaxWord)
			continue
		}
		o := content.Option{Value: value}
		l.own(r, &o)
		o.Title, o.En = r.label(l, "label", of)
		if o.Title == "" {
			o.Title, o.En = value, ""
		}
		for _, c := range l.columns {
			if s := l.at(c); s != "" && !plainColumns[c.name] {
				if o.Of == nil {
					o.Of = map[string]string{}
				}
				o.Of[c.name] = s
			}
		}
		into[list] = append(into[list], o)
	}
	for _, media := range []string{"image", "audio", "video", "big-image"} {
		if t.has(media) {
			r.left(1, "选项的 %s 列：手机上只显示文字", t.heading(media))
		}
	}
}

// label gives a text in both languages, cut to what a form has room for.
func (r *Read) label(l line, name string, of tongues) (first, english string) {
	first, english = l.words(name, of)
	return r.cut(l.row, name, first, content.MaxLabel), r.cut(l.row, name, english, 2*content.MaxLabel)
}

func (r *Read) cut(row int, column, s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r.left(row, "%s：超过 %d 个字，后面的去掉了", column, most)
	return string([]rune(s)[:most])
}

func short(s string) string {
	if cut := []rune(s); len(cut) > 30 {
		return string(cut[:30]) + "…"
	}
	return s
}
