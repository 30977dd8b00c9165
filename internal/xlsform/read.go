package xlsform

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/content"
	"zoufang/internal/sheet"
)

// ReadFile reads a form. usual is its name where the file gives it none, as that of the
// file. The error is about the file as such; what is wrong in it stands in the faults.
func ReadFile(f io.Reader, usual string) (*Read, error) {
	pages, err := sheet.ReadBook(f)
	if err != nil {
		return nil, err
	}
	return ReadPages(pages, usual), nil
}

// ReadPages is ReadFile of a workbook that is read already.
func ReadPages(pages []sheet.Page, usual string) *Read {
	r := &Read{}
	tables := map[string]*table{"survey": {}, "choices": {}, "external_choices": {}, "settings": {}}
	there := false
	for _, p := range pages {
		name := strings.ToLower(strings.TrimSpace(p.Name))
		if tables[name] == nil {
			if len(p.Rows) > 0 && !strings.HasPrefix(name, "_") {
				r.left(1, "工作表 %s：没有用到", short(p.Name))
			}
			continue
		}
		tables[name] = tableOf(p)
		there = there || name == "survey"
		if most := map[bool]int{true: maxRows, false: maxOptions}[name == "survey"]; len(tables[name].rows) > most {
			r.fail(1, "", "", "%s 表超过 %d 行", name, most)
			return r
		}
	}
	if !there {
		r.fail(1, "", "", "没有 survey 表：第一行应有 type、name、label")
		return r
	}
	var settings line
	if t := tables["settings"]; len(t.rows) > 0 {
		settings = t.rows[0]
	} else {
		settings = line{table: t}
	}
	r.make(tables, settings, usual)
	r.Left, r.Faults = once(r.Left, func(l Left) int { return l.Row }), once(r.Faults, func(f sheet.Fault) int { return f.Row })
	return r
}

// once sorts by row what is said, and says each once: of a repeat it comes at every turn.
func once[T comparable](all []T, row func(T) int) []T {
	out, said := []T{}, map[T]bool{}
	for _, v := range all {
		if !said[v] {
			said[v] = true
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b T) int { return row(a) - row(b) })
	return out
}

// used are the columns of the survey that something is made of.
var used = map[string]bool{"type": true, "name": true, "label": true, "hint": true, "relevant": true, "required": true, "constraint": true, "constraint_message": true,
	"calculation": true, "default": true, "choice_filter": true, "appearance": true, "repeat_count": true, "parameters": true, "disabled": true, "read_only": true, own: true,
	"trigger": true, "guidance_hint": true, "required_message": true, "image": true, "audio": true, "video": true, "big-image": true}

func (r *Read) make(tables map[string]*table, settings line, usual string) {
	t := tables["survey"]
	root := r.survey(t)
	of, other := choose(settings.get("default_language"), t, tables["choices"])
	for _, l := range other {
		r.left(1, "语言 %s：只用中文和英文", short(l))
	}
	for _, c := range t.columns {
		if !used[c.name] {
			r.left(1, "列 %s：没有用到", short(c.heading))
		}
	}
	m := &maker{Read: r, of: of, lists: lists{}, named: map[string][]*node{}, ids: map[*node][]target{}, base: map[*node]string{},
		taken: map[string]bool{}, used: map[string]bool{}}
	twice := truth(settings.get("allow_choice_duplicates")) == yes
	r.choices(tables["choices"], of, twice, m.lists)
	r.choices(tables["external_choices"], of, twice, m.lists)
	for _, v := range content.Visited {
		m.taken[v] = true
	}
	var know func(*node)
	know = func(n *node) {
		for _, c := range n.children {
			m.named[c.name] = append(m.named[c.name], c)
			know(c)
		}
	}
	know(root)
	r.settings(settings, usual)
	m.all(root, place{owner: root, title: r.Document.Title})
	r.finish()
}

var number = regexp.MustCompile(`^[0-9]{1,4}$`)

// settings reads what the form says of itself.
func (r *Read) settings(l line, usual string) {
	name, title := l.get("form_id"), l.get("form_title")
	if name == "" {
		name = usual
	}
	if title == "" {
		title = name
	}
	d, f := &r.Document, &r.Form
	d.Kind, d.Title = "form", r.cut(max(l.row, 1), "form_title", title, content.MaxTitle)
	f.Name = FormName(name)
	version := l.get("version")
	if number.MatchString(version) {
		f.Version, _ = strconv.Atoi(version)
	}
	f.Type = l.get(ownType)
	if f.Type == "" {
		f.Type = "routine"
	}
	d.Source = content.Source{Document: l.get(document), Article: l.get(article)}
	if d.Source.Document == "" {
		d.Source.Document = "XLSForm " + name
	}
	if d.Source.Article == "" {
		d.Source.Article = "待核"
	}
	for name, into := range map[string]**string{from: &d.Effective.From, to: &d.Effective.To} {
		if s := l.get(name); s != "" {
			*into = &s
		}
	}
	for _, c := range l.columns {
		known := []string{"form_id", "form_title", "version", "default_language", "allow_choice_duplicates", ownType, document, article, from, to, "style", "instance_name"}
		if s := l.at(c); s != "" && !slices.Contains(known, c.name) {
			r.left(l.row, "settings 的 %s：没有用到", short(c.heading))
		}
	}
	for _, ignored := range []string{"style", "instance_name"} {
		if l.get(ignored) != "" {
			r.left(l.row, "settings 的 %s：走访按自己的样子显示和命名", ignored)
		}
	}
}

// finish holds what was made to the bounds of a form. What is wrong in the file was
// told before: with that, there is no form.
func (r *Read) finish() {
	questions := 0
	for _, s := range r.Form.Sections {
		questions += len(s.Questions)
	}
	version := r.Form.Version
	r.Form.Version = max(version, 1)
	body, err := json.Marshal(r.Form)
	switch {
	case len(r.Faults) > 0:
	case questions == 0:
		r.fail(1, "", "", "没有一道能导入的题")
	case questions > content.MaxQuestions:
		r.fail(1, "", "", "有 %d 道题，最多 %d 道", questions, content.MaxQuestions)
	case len(r.Form.Sections) > content.MaxSections:
		r.fail(1, "", "", "分成 %d 节，最多 %d 节", len(r.Form.Sections), content.MaxSections)
	case len(body) > content.MaxBody:
		r.fail(1, "", "", "整张表单有 %d 字节，最多 %d；请减少题目或选项", len(body), content.MaxBody)
	default:
		r.Document.Body = body
		if err == nil {
			err = r.Document.Check()
		}
		if err != nil {
			r.fail(1, "", "", "%s", err.Error())
		}
	}
	r.Form.Version = version
	r.Document.Heading = content.Heading{Name: r.Form.Name, Version: version}
	if len(r.Faults) > 0 {
		r.Document.Body = nil
		r.Faults = sheet.Told(r.Faults)
	}
}
