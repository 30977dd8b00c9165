package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang"
	"zoufang/internal/sheet"
	"zoufang/server/operator"
)

// workbook makes a spreadsheet of sheets, each its name and rows of cells between
// upright strokes.
func workbook(t *testing.T, sheets ...[]string) string {
	t.Helper()
	var pages []sheet.Page
	for _, s := range sheets {
		p := sheet.Page{Name: s[0]}
		for i, l := range s[1:] {
			row := sheet.Line{Row: i + 1}
			for c := range strings.SplitSeq(l, "|") {
				row.Cells = append(row.Cells, sheet.Cell{Text: strings.TrimSpace(c)})
			}
			p.Rows = append(p.Rows, row)
		}
		pages = append(pages, p)
	}
	path := filepath.Join(t.TempDir(), "form.xlsx")
	f, err := os.Create(path)
	if err == nil {
		err = sheet.WriteBook(f, pages)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFormImportAndExport(t *testing.T) {
	data, _ := county(t)
	survey := []string{"survey", "type | name | label | relevant", "select_one yn | ill | 生病吗 |", "text | what | 什么病 | ${ill} = 'yes'", "video | film | 录像 |"}
	choices := []string{"choices", "list_name | name | label", "yn | yes | 是", "yn | no | 否"}
	settings := []string{"settings", "form_id | form_title", "Health_visit | 健康走访"}
	bring := func(survey []string) operator.ImportedForm {
		return ok[operator.ImportedForm](t, data, "form", "import", workbook(t, survey, choices, settings))
	}
	first := bring(survey)
	if first.Form != "health_visit" || first.Version != 1 || first.Questions != 2 || len(first.LeftOut) != 1 || first.LeftOut[0].Row != 4 || len(first.Faults) != 0 {
		t.Errorf("imported: %+v", first)
	}
	if again := bring(survey); again.Version != 1 {
		t.Errorf("the same again: %+v", again)
	}
	if changed := bring(append(survey, "integer | days | 几天了 | ${ill} = 'yes'")); changed.Version != 2 || changed.Questions != 3 {
		t.Errorf("changed: %+v", changed)
	}
	if back := bring(survey); back.Version != 3 {
		t.Errorf("changed back: %+v", back)
	}

	out := filepath.Join(t.TempDir(), "out.xlsx")
	if done := ok[operator.ImportedForm](t, data, "form", "export", "Health_visit", out); done.Version != 3 || done.Questions != 2 {
		t.Errorf("exported: %+v", done)
	}
	if same := ok[operator.ImportedForm](t, data, "form", "import", out); same.Version != 3 || same.Form != "health_visit" {
		t.Errorf("brought back: %+v", same)
	}
	ok[operator.ImportedForm](t, data, "form", "export", "routine", out)
	if same := ok[operator.ImportedForm](t, data, "form", "import", out); same.Form != "routine" || same.Version != 2 || len(same.LeftOut) != 0 {
		t.Errorf("a shipped one brought back: %+v", same)
	}
	ok[operator.ImportedForm](t, data, "form", "export", "health_visit@1", out)
	if old := ok[operator.ImportedForm](t, data, "form", "import", out); old.Version != 3 { // the third says what the first did
		t.Errorf("an old one brought back: %+v", old)
	}

	bad := runOn(t, data, "form", "import", workbook(t, []string{"survey", "type | name | label | relevant", "song | a | 甲 |", "text | b | 乙 | ${nobody} = ", "select_one none | c | 丙 |"}))
	got := one[operator.ImportedForm](t, bad)
	if bad.code != 1 || len(got.Faults) != 3 || got.Faults[0].Row != 2 || got.Faults[0].Column != "type" || got.Faults[1].Column != "relevant" {
		t.Errorf("a bad one: %d %+v", bad.code, got)
	}
	fails(t, 1, data, "form", "export", "nothing", out)
	fails(t, 2, data, "form", "export", "routine")
	fails(t, 1, data, "form", "import", write(t, "x.xlsx", "no workbook"))
	fails(t, 1, filepath.Join(t.TempDir(), "empty"), "form", "import", workbook(t, survey, choices, settings))
	if n := len(forms(t, data, "health_visit")); n != 3 {
		t.Errorf("%d records", n)
	}
}

// forms lists the records of a form in the county.
func forms(t *testing.T, data, name string) (out []*zoufang.Record) {
	t.Helper()
	for _, r := range keptIn(t, data, zoufang.KindForm, whole) {
		if strings.Contains(string(r.Shown("body")), `"name":"`+name+`"`) {
			out = append(out, r)
		}
	}
	return out
}
