package xlsform

import (
	"regexp"
	"strings"

	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// table is a sheet by its headings, which stand in its first row that has any.
type table struct {
	columns []column
	rows    []line
}

// column is a heading: its name in one spelling, and the language of its texts.
type column struct {
	name, language string
	heading        string // as the file has it
	at             int
}

// line is a row by its columns.
type line struct {
	*table
	row   int
	cells []sheet.Cell
}

// synonyms are other spellings of columns that forms in use have.
var synonyms = map[string]string{
	"relevance": "relevant", "bind::relevant": "relevant", "bind::required": "required", "bind::constraint": "constraint", "bind::calculate": "calculation",
	"bind::readonly": "read_only", "readonly": "read_only", "calculate": "calculation", "caption": "label", "command": "type", "list name": "list_name", "tag": "name",
	"constraint message": "constraint_message", "constraining message": "constraint_message", "bind::jr:constraintmsg": "constraint_message",
	"required message": "required_message", "bind::jr:requiredmsg": "required_message", "choice filter": "choice_filter", "repeat count": "repeat_count",
	"read only": "read_only", "body::appearance": "appearance", "jr:count": "repeat_count", "form id": "form_id", "id_string": "form_id", "id": "form_id",
	"title": "form_title", "set form title": "form_title", "set form id": "form_id", "default language": "default_language",
}

// translated are the columns whose texts come in several languages.
var translated = map[string]bool{"label": true, "hint": true, "guidance_hint": true, "constraint_message": true, "required_message": true,
	"image": true, "audio": true, "video": true, "big-image": true}

func tableOf(p sheet.Page) *table {
	t := &table{}
	for _, l := range p.Rows {
		if t.columns == nil {
			t.head(l)
			continue
		}
		t.rows = append(t.rows, line{t, l.Row, l.Cells})
	}
	return t
}

func (t *table) head(l sheet.Line) {
	for i, c := range l.Cells {
		heading := fold.Line(c.Text)
		if heading == "" {
			continue
		}
		name, language := heading, ""
		for _, by := range []string{"::", ":"} {
			// jr:count and bind:: are names, not translations.
			if base, rest, found := strings.Cut(heading, by); found && translated[spelled(strings.TrimPrefix(base, "media::"))] {
				name, language = base, strings.TrimSpace(rest)
				break
			}
		}
		if kind, found := strings.CutPrefix(strings.ToLower(name), "media::"); found {
			base, rest, _ := strings.Cut(kind, "::")
			name = base
			if rest != "" {
				language = rest
			}
		}
		t.columns = append(t.columns, column{spelled(name), language, heading, i})
	}
}

func spelled(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if s, is := synonyms[name]; is {
		return s
	}
	return name
}

// has reports whether there is a column of the name, in whatever language.
func (t *table) has(name string) bool {
	for _, c := range t.columns {
		if c.name == name {
			return true
		}
	}
	return false
}

// heading is a column's name as the file has it.
func (t *table) heading(name string) string {
	for _, c := range t.columns {
		if c.name == name {
			return c.heading
		}
	}
	return name
}

func (l line) at(c column) string {
	if c.at < len(l.cells) {
		return fold.Line(l.cells[c.at].Text)
	}
	return ""
}

// get gives a cell in one line; "" where there is none.
func (l line) get(name string) string {
	for _, c := range l.columns {
		if c.name == name {
			if s := l.at(c); s != "" {
				return s
			}
		}
	}
	return ""
}

func (l line) in(name, language string) string {
	for _, c := range l.columns {
		if c.name == name && c.language == language {
			return l.at(c)
		}
	}
	return ""
}

func (l line) blank() bool {
	for _, c := range l.columns {
		if l.at(c) != "" {
			return false
		}
	}
	return true
}

// tongues are the languages that are read: of what people see first, and of the English
// beside it.
type tongues struct{ first, english string }

var (
	chinese = regexp.MustCompile(`(?i)\(zh\b|chinese|中文|汉语|简体|普通话`)
	anglais = regexp.MustCompile(`(?i)\(en\b|^english|英文|英语`)
)

// choose tells which languages are read; the others it returns.
func choose(usual string, tables ...*table) (of tongues, other []string) {
	var all []string
	seen := map[string]bool{}
	for _, t := range tables {
		for _, c := range t.columns {
			if c.name == "label" && !seen[c.language] {
				seen[c.language] = true
				all = append(all, c.language)
			}
		}
	}
	pick := func(is func(string) bool) (string, bool) {
		for _, l := range all {
			if is(l) {
				return l, true
			}
		}
		return "", false
	}
	found := false
	for _, is := range []func(string) bool{
		chinese.MatchString, func(l string) bool { return l == usual && l != "" },
		func(l string) bool { return l == "" }, anglais.MatchString, func(string) bool { return true },
	} {
		if of.first, found = pick(is); found {
			break
		}
	}
	of.english, _ = pick(func(l string) bool { return anglais.MatchString(l) && l != of.first })
	for _, l := range all {
		if l != of.first && l != of.english && l != "" {
			other = append(other, l)
		}
	}
	return of, other
}

// words gives a text in both languages; the first is never empty where there is any.
func (l line) words(name string, of tongues) (first, english string) {
	first = l.in(name, of.first)
	if of.english != "" {
		english = l.in(name, of.english)
	}
	if first == "" {
		if first = english; first == "" {
			first = l.get(name)
		}
		english = ""
	}
	return first, english
}
