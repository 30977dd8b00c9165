package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zoufang/server/operator"
)

func TestAreaImport(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	above := whole + ",清河县\r\n" + township + ",青石镇\r\n"
	file := write(t, "a.csv", "\xef\xbb\xbfcode,name\r\n"+above+village+",\"东村\"\r\n")
	counts := func(file string, flags ...string) operator.Counted {
		t.Helper()
		return ok[operator.ImportedAreas](t, data, append([]string{"area", "import", file}, flags...)...).Areas
	}
	if got := counts(file, "--dry-run"); got != (operator.Counted{New: 3}) {
		t.Errorf("a trial: %+v", got)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Fatal("a trial made a store")
	}
	if got := counts(file); got != (operator.Counted{New: 3}) {
		t.Errorf("first import: %+v", got)
	}
	if got := counts(file); got != (operator.Counted{Same: 3}) {
		t.Errorf("the same again: %+v", got)
	}
	file = write(t, "b.csv", "code,name\n"+village+",东新村\n"+village2+",西村\n")
	if got := counts(file, "--dry-run"); got != (operator.Counted{New: 1, Changed: 1}) {
		t.Errorf("a trial of a new name: %+v", got)
	}
	if got := counts(file, "--data", data); got != (operator.Counted{New: 1, Changed: 1}) {
		t.Errorf("a new name: %+v", got)
	}
	if got := counts(file); got != (operator.Counted{Same: 2}) {
		t.Errorf("the new name again: %+v", got)
	}
	report := ok[map[string]any](t, data, "verify")
	if report["fault_count"] != 0.0 || report["records"] != float64(4+shipped(t)) || report["commits"] != float64(5+shipped(t)) {
		t.Errorf("verify: %v", report)
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory: %v %v", info.Mode(), err)
	}
}

// TestAreaFiles: the same areas in every form that offices have them in.
func TestAreaFiles(t *testing.T) {
	rows := [][]string{{"代码", "名称"}, {whole, "清河县"}, {township, "青石镇"}, {village, "东村（社区）"}}
	text := func(sep string) (out string) {
		for _, r := range rows {
			out += strings.Join(r, sep) + "\n"
		}
		return out
	}
	wide := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, text(","))
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(strings.ReplaceAll(text(","), "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	units := func(order binary.ByteOrder, mark bool) string {
		var b bytes.Buffer
		if mark {
			binary.Write(&b, order, uint16(0xfeff))
		}
		binary.Write(&b, order, utf16.Encode([]rune(text("\t"))))
		return b.String()
	}
	book := excelize.NewFile()
	for i, r := range rows {
		for n, cell := range r {
			at, _ := excelize.CoordinatesToCellName(n+1, i+3)
			book.SetCellStr("Sheet1", at, cell)
		}
	}
	book.SetCellStr("Sheet1", "A1", "清河县区划一览")
	xlsx, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	ok[operator.ImportedAreas](t, data, "area", "import", write(t, "first.csv", text(",")))
	for name, content := range map[string]string{
		"UTF-8": text(","), "UTF-8 with a mark": "\xef\xbb\xbf" + text(","), "GBK": gbk, "tabs": text("\t"), "semicolons": text(";"), "full width": wide,
		"UTF-16 LE": units(binary.LittleEndian, true), "UTF-16 BE": units(binary.BigEndian, true), "UTF-16 without a mark": units(binary.LittleEndian, false),
		"old Mac": strings.ReplaceAll(text(","), "\n", "\r"), "XLSX": xlsx.String(), "blank lines": "\n\n" + strings.ReplaceAll(text(","), "\n", "\n,\n"),
		"headings in other order and case": "Name ,序号, CODE\n清河县,1,'" + whole + "\n青石镇,2," + township + "\n东村（社区）,3," + village + "\n",
		"a title before":                   "清河县区划,,\n\n代码,名称,备注\n" + text(",")[len("代码,名称\n"):],
		"short and long codes":             "区划代码,区划名称\n" + whole[:6] + ",清河县\n" + township[:9] + ",青石镇\n" + village + "220,东村（社区）\n",
		"a line twice":                     text(",") + village + ",东村（社区）\n" + village + ",东村(社区)\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := ok[operator.ImportedAreas](t, data, "area", "import", write(t, "a.csv", content))
			if got.Areas != (operator.Counted{Same: 3}) || len(got.Faults) != 0 {
				t.Fatalf("%+v", got)
			}
			if said := len(got.Notes); name == "short and long codes" && said != 3 || name == "a line twice" && said != 2 {
				t.Errorf("notes: %+v", got.Notes)
			}
		})
	}
}

// TestBadAreasImportNothing: every fault of a file at once, with its place and value.
func TestBadAreasImportNothing(t *testing.T) {
	above := whole + ",清河县\n" + township + ",青石镇\n"
	data := filepath.Join(t.TempDir(), "data")
	for name, c := range map[string]struct {
		csv  string
		rows []int  // of the faults
		want string // in the words of the first
	}{
		"short code":      {"code,name\n" + above + "99010,西村\n", []int{4}, "5 位"},
		"spreadsheet":     {"code,name\n9.90102E+11,东村\n", []int{2}, "科学计数"},
		"letters":         {"code,name\n" + above + "99010210120A,东村\n", []int{4}, "数字"},
		"no name":         {"code,name\n" + above + village + ",\n", []int{4}, "名称"},
		"one field":       {"code,name\n" + above + village + "\n", []int{4}, "名称"},
		"two names":       {"code,name\n" + above + village + ",东村\n\n" + village + ",西村\n", []int{6}, "东村"},
		"bad quotes":      {"code,name\n" + above + village + ",\"东村\n", []int{4}, "引号"},
		"no text":         {"code,name\n" + above + village + ",东\xff村东村东村\n", []int{4}, "字符"},
		"no province":     {"code,name\n000000000000,无\n", []int{2}, "省份"},
		"very long name":  {"code,name\n" + above + village + "," + strings.Repeat("村", 101) + "\n", []int{4}, "100"},
		"a strange kind":  {"code,name\n" + above + village + "999,东村\n", []int{4}, "城乡分类"},
		"no township":     {"code,name\n" + whole + ",清河县\n" + village + ",东村\n", []int{3}, township},
		"no county":       {"code,name\n" + township + ",青石镇\n" + village + ",东村\n", []int{2}, whole},
		"nothing above":   {"code,name\n" + village + ",东村\n" + village2 + ",西村\n", []int{2, 2}, township},
		"all of them":     {"代码,名称\n" + above + "99010,西村\n" + village + ",\n9.9E+11,南村\nx,y\n" + village2 + ",好村\n", []int{4, 5, 6, 7}, "5 位"},
		"empty":           {"", nil, "空的"},
		"no heading":      {above, nil, "没有找到列名“代码"},
		"one heading":     {"代码,别的\n" + above, nil, "没有找到列名“名称”"},
		"a heading twice": {"代码,名称,区划名称\n", nil, "两列"},
		"an old workbook": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", nil, ".xls"},
		"half a workbook": {"PK\x03\x04half", nil, "打不开"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runOn(t, data, "area", "import", write(t, "a.csv", c.csv))
			if r.code != 1 || !strings.Contains(r.stderr, c.want) {
				t.Fatalf("ended with %d: %s", r.code, r.stderr)
			}
			var rows []int
			if c.rows != nil {
				got := one[operator.ImportedAreas](t, r)
				for _, f := range got.Faults {
					rows = append(rows, f.Row)
					if f.What == "" || f.Row == 0 {
						t.Errorf("a fault says too little: %+v", f)
					}
				}
				if f := got.Faults[0]; name == "short code" && (f.Column != "code" || f.Value != "99010") {
					t.Errorf("the fault names %+v", f)
				}
			}
			if !slices.Equal(rows, c.rows) {
				t.Errorf("faults in rows %v: %s", rows, r.stderr)
			}
		})
	}
	fails(t, 1, data, "area", "import", "/nowhere.csv")
	if report := ok[map[string]any](t, data, "verify"); report["commits"] != 0.0 {
		t.Errorf("something was imported: %v", report)
	}
}
