package xlsform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zoufang/internal/content"
	"zoufang/internal/sheet"
)

// What is wrong with a file is told all at once, by row, and there is no form.
func TestFaults(t *testing.T) {
	for _, e := range examples(t, "testdata/bad.txt") {
		r := ReadPages(e.pages, "example")
		var got []int
		for _, f := range r.Faults {
			got = append(got, f.Row)
			if f.What == "" || f.Row > 1 && f.Column == "" {
				t.Errorf("%s: %+v", e.name, f)
			}
		}
		want := slices.Compact(slices.Clone(e.want["faults"]))
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: %v", e.name, r.Faults)
		}
		if len(got) == 0 || r.Document.Body != nil {
			t.Errorf("%s: faults %v, body %s", e.name, got, r.Document.Body)
		}
	}
}

// read reads a survey of rows, and fails where it has faults.
func read(t *testing.T, text string) *Read {
	t.Helper()
	e := parsed(t, text)
	r := ReadPages(e.pages, "example")
	if len(r.Faults) > 0 {
		t.Fatalf("%v", r.Faults)
	}
	return r
}

// parsed reads an example that stands in a test.
func parsed(t *testing.T, text string) example {
	t.Helper()
	var pages []sheet.Page
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(part, "\n")
		p := sheet.Page{Name: strings.TrimSpace(lines[0])}
		for i, l := range lines[1:] {
			row := sheet.Line{Row: i + 1}
			for c := range strings.SplitSeq(l, "|") {
				row.Cells = append(row.Cells, sheet.Cell{Text: strings.TrimSpace(c)})
			}
			p.Rows = append(p.Rows, row)
		}
		pages = append(pages, p)
	}
	return example{pages: pages}
}

func ids(s content.Section) (out []string) {
	for _, q := range s.Questions {
		out = append(out, q.ID)
	}
	return out
}

func TestRepeatsBecomeSections(t *testing.T) {
	r := read(t, `survey
type | name | label | repeat_count | calculation | relevant
integer | n | 几个 | | |
begin repeat | kid | 孩子 | ${n} | |
integer | age | 年龄 | | |
text | school | 第几个 ${age} | | | ${age} > position(..)
end repeat | | | | |
calculate | all | | | sum(${age}) + count(${kid}) |`)
	if n := len(r.Form.Sections); n != 8 {
		t.Fatalf("%d sections", n)
	}
	third := r.Form.Sections[3]
	if third.Title != "孩子 3" || third.Relevant != "if(${n} > 6, 6, ${n}) >= 3" || !slices.Equal(ids(third), []string{"age_3", "school_3"}) {
		t.Errorf("third turn: %+v", third)
	}
	if q := third.Questions[1]; q.Relevant != "${age_3} > 3" || q.Title != "第几个 ${age_3}" {
		t.Errorf("in the third turn: %+v", q)
	}
	last := r.Form.Sections[7].Questions[0]
	if last.Calculation != "sum(${age_1}, ${age_2}, ${age_3}, ${age_4}, ${age_5}, ${age_6}) + if(${n} > 6, 6, ${n})" {
		t.Errorf("beside it: %s", last.Calculation)
	}
}

func TestOtherAndFilters(t *testing.T) {
	r := read(t, `survey
type | name | label | choice_filter | relevant
select_one town | town | 乡镇 | |
select_one village or_other | village | 村 | town = ${town} | ${town} != ''
text | why | 为什么 | | ${village_other} != ''

choices
list_name | name | label | town | size
town | t1 | 东镇 | |
village | v1 | 甲村 | t1 | 5`)
	q := r.Form.Sections[0].Questions
	village := q[1]
	if village.Filter != "town = ${town} or name = 'other'" || len(village.Choices) != 2 || village.Choices[0].Of["town"] != "t1" || len(village.Choices[0].Of) != 1 {
		t.Errorf("filtered: %+v", village)
	}
	if q[2].ID != "village_other" || q[2].Relevant != "${town} != '' and selected(${village}, 'other')" || q[3].Relevant != "${village_other} != ''" {
		t.Errorf("the other: %+v", q[2:])
	}
}

func TestWhatChoicesAreCalled(t *testing.T) {
	r := read(t, `survey
type | name | label | calculation
select_one yn | s | 选 |
calculate | word | | concat(jr:choice-name(${s}, '${s}'), '。')

choices
list_name | name | label
yn | y | 是的
yn | n | 不是`)
	if got := r.Form.Sections[0].Questions[1].Calculation; got != "concat(if(${s} = 'y', '是的', if(${s} = 'n', '不是', ${s})), '。')" {
		t.Error(got)
	}
}

func TestGroupsTellTheirSections(t *testing.T) {
	r := read(t, `survey
type | name | label::English (en) | label::中文 (zh) | relevant
text | a | A | 甲 |
begin group | outer | Outer | 外 | ${a} = 'x' or ${a} = 'y'
begin group | inner | | | ${a} != ''
text | b | B | 乙 |
end group | | | |
text | c | | 丙 | ${b} = 1
end group | | | |`)
	s := r.Form.Sections
	if len(s) != 3 || s[1].Title != "外" || s[1].En != "Outer" || s[1].Relevant != "(${a} = 'x' or ${a} = 'y') and ${a} != ''" || s[2].Relevant != "${a} = 'x' or ${a} = 'y'" {
		t.Errorf("%+v", s)
	}
	if q := s[0].Questions[0]; q.Title != "甲" || q.En != "A" {
		t.Errorf("%+v", q)
	}
}

// Names become ids that stay the same whatever stands around them.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{"age": "age", "FullName": "fullname", "phone-number": "phone_number", "a.b": "a_b", "_x": "q_x", "姓名": "q__", "q姓名": "q_"} {
		if got := id(name, false); got != want && !(strings.HasPrefix(got, want) && strings.HasPrefix(want, "q_") && name != "_x") {
			t.Errorf("%s: %s", name, got)
		}
	}
	long := strings.Repeat("long_", 10)
	for _, name := range []string{long, "姓名", "名姓", long + "x"} {
		if got := id(name, true); len(got) > mostID || !isID.MatchString(got) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if id("姓名", false) == id("名姓", false) || id(long, false) == id(long+"x", false) {
		t.Error("two names have one id")
	}
	if got := FormName("My_Form 2"); got != "my_form-2" {
		t.Errorf("a form: %s", got)
	}
}

// A form is one value of a record: what does not fit into a line is refused, with its size.
func TestTooLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("survey\ntype | name | label | hint\n")
	for i := range 100 {
		fmt.Fprintf(&b, "text | q%d | %s | %s\n", i, strings.Repeat("长", 100), strings.Repeat("细", 100))
	}
	for name, text := range map[string]string{
		"bytes":     b.String(),
		"questions": "survey\ntype | name | label\n" + strings.Repeat("text | q# | 问\n", content.MaxQuestions+1),
	} {
		for i := 0; strings.Contains(text, "#"); i++ {
			text = strings.Replace(text, "#", fmt.Sprint(i), 1)
		}
		r := ReadPages(parsed(t, text).pages, "x")
		if len(r.Faults) != 1 || r.Document.Body != nil {
			t.Errorf("%s: %v", name, r.Faults)
		}
	}
}

// What a person changed in a cell counts, not what was written beside it.
func TestChangedCellsCount(t *testing.T) {
	shown := `{"shown":{"question":"a","is":"x"},"limits":{"max":20}}`
	for _, c := range []struct {
		relevant, constraint string
		shown                bool
		want                 content.Question
	}{
		{"${a} = 'x'", "string-length(.) <= 20", true, content.Question{}},
		{"${a} = 'y'", "string-length(.) <= 30", false, content.Question{Relevant: "${a} = 'y'", Constraint: "string-length(.) <= 30"}},
		{"", "", false, content.Question{}},
	} {
		r := read(t, `survey
type | name | label | relevant | constraint | zoufang
select_one l | a | 甲 | | |
text | b | 乙 | `+c.relevant+` | `+c.constraint+` | `+shown+`

choices
list_name | name | label
l | x | 叉
l | y | 丫`)
		q := r.Form.Sections[0].Questions[1]
		if (q.Shown != nil) != c.shown || (q.Limits != nil) != c.shown || q.Relevant != c.want.Relevant || q.Constraint != c.want.Constraint {
			t.Errorf("%s: %+v", c.relevant, q)
		}
	}
}
