package ledger

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zoufang"
	"zoufang/internal/sheet"
)

// What other programs read of an export: Python's csv and openpyxl, cell by cell.
func TestOtherProgramsReadTheSame(t *testing.T) {
	python, err := exec.Command("./need-python.sh").Output()
	if err != nil {
		t.Fatalf("server/ledger/need-python.sh: %v: %s", err, err.(*exec.ExitError).Stderr)
	}
	o, home, person, _ := story(t)
	o.visit(east, 12, map[string]any{"household": home, "persons": []any{person}, "note": "一行\n两行\t<&>\" ' \x01 𠮷 _x0041_", "answers.food": "差", "risk": map[string]any{"level": "高", "reason": "独居"},
		"met": "=HYPERLINK(\"http://x\")", "ended": int64(1_795_000_000_000)})
	u := o.user(zoufang.Township, nil, town)
	for _, of := range []Ask{{Kind: "visits"}, {Kind: "persons", OpenWhy: "核对"}, {Kind: "households"}, {Kind: "requests"}} {
		dir := t.TempDir()
		for _, format := range []string{"csv", "xlsx"} {
			of.Format = format
			_, b := o.exported(u, of)
			o.must(os.WriteFile(filepath.Join(dir, "export."+format), b, 0o600))
		}
		out, err := exec.Command(strings.TrimSpace(string(python)), "testdata/readback.py", filepath.Join(dir, "export.csv"), filepath.Join(dir, "export.xlsx")).Output()
		if err != nil {
			t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
		}
		var read struct {
			CSV, XLSX, Types, Formats [][]string
			Title, Frozen, Filter     string
			Width                     float64
		}
		o.must(json.Unmarshal(out, &read))
		if len(read.CSV) != len(read.XLSX) || len(read.CSV) < 1 || read.Frozen != "A2" || !strings.HasPrefix(read.Filter, "A1:") || read.Width < 10 {
			t.Fatalf("%s: %d and %d rows, frozen %s, filter %s", of.Kind, len(read.CSV), len(read.XLSX), read.Frozen, read.Filter)
		}
		for i, row := range read.XLSX {
			for k, cell := range row {
				want := read.CSV[i][k]
				if sheet.Defused("x"+want) == "x"+want && strings.HasPrefix(want, "'") && sheet.Defused(want[1:]) == want {
					want = want[1:] // only a CSV needs it
				}
				if strings.ReplaceAll(cell, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
					t.Errorf("%s, row %d, %s: %q, and in the CSV %q", of.Kind, i+1, read.CSV[0][k], cell, want)
				}
			}
		}
		column := func(head string) int { return slices.Index(read.CSV[0], head) }
		if of.Kind == "persons" {
			id, phone, birth := column("身份证号"), column("电话"), column("出生日期")
			if read.XLSX[1][id] != number || read.Types[1][id] != "s" || read.Formats[1][id] != "@" || read.Formats[1][phone] != "General" && read.Formats[1][phone] != "@" || read.Types[1][birth] != "d" {
				t.Errorf("types: %v %v", read.Types[1], read.Formats[1])
			}
		}
	}
}
