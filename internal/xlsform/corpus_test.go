package xlsform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zoufang/internal/sheet"
)

// example is a form of testdata: its sheets as text, and what reading it is to give.
type example struct {
	name  string
	want  map[string][]int // asked, left (rows), faults (rows)
	pages []sheet.Page
}

// examples reads a file of forms: "=== name", lines of what is wanted, then sheets, each
// its name and rows of cells between upright strokes.
func examples(t testing.TB, file string) (out []example) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq("\n"+string(b), "\n=== ") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		lines := strings.Split(strings.TrimSpace(part), "\n")
		e := example{name: lines[0], want: map[string][]int{}}
		for i, l := range lines[1:] {
			cells := strings.Split(l, "|")
			words := strings.Fields(l)
			switch {
			case len(words) == 0:
			case len(cells) == 1 && len(e.pages) == 0 && slices.Contains([]string{"asked", "left", "faults"}, words[0]):
				for _, w := range words[1:] {
					n, _ := strconv.Atoi(w)
					e.want[words[0]] = append(e.want[words[0]], n)
				}
			case len(cells) == 1 && i+2 < len(lines) && strings.Contains(lines[i+2], "|"):
				e.pages = append(e.pages, sheet.Page{Name: words[0]})
			default:
				p := &e.pages[len(e.pages)-1]
				row := sheet.Line{Row: len(p.Rows) + 1}
				for _, c := range cells {
					row.Cells = append(row.Cells, sheet.Cell{Text: strings.TrimSpace(c)})
				}
				p.Rows = append(p.Rows, row)
			}
		}
		out = append(out, e)
	}
	return out
}

func (e example) workbook(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.WriteBook(&b, e.pages); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func corpus(t testing.TB) (out []example) {
	files, _ := filepath.Glob("testdata/corpus/*.txt")
	for _, f := range files {
		out = append(out, examples(t, f)...)
	}
	return out
}

// rows lists which rows are spoken of, each once.
func rows(all []int) []int { slices.Sort(all); return slices.Compact(all) }

func leftRows(r *Read) (out []int) {
	for _, l := range r.Left {
		out = append(out, l.Row)
	}
	return rows(out)
}

// Every form of the corpus is read as it says, comes back as it was when written and read
// again, and is a form to pyxform both as it came and as it is written.
func TestCorpus(t *testing.T) {
	all, dir := corpus(t), t.TempDir()
	if len(all) < 40 {
		t.Fatalf("%d forms", len(all))
	}
	var files []string
	keep := func(name string, b []byte) {
		f := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(f, b, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	for i, e := range all {
		book := e.workbook(t)
		keep(fmt.Sprintf("%02d came", i), book)
		r, err := ReadFile(bytes.NewReader(book), "example")
		if err != nil || len(r.Faults) > 0 {
			t.Errorf("%s: %v %v", e.name, err, r.Faults)
			continue
		}
		if got := r.Form.Asked(); got != e.want["asked"][0] {
			t.Errorf("%s: asks %d", e.name, got)
		}
		if got := leftRows(r); !slices.Equal(got, e.want["left"]) {
			t.Errorf("%s: left out %v", e.name, r.Left)
		}
		if r.Document.Heading.Version == 0 {
			r.Document.Heading.Version = 1
		}
		written, back := again(t, r.Document)
		keep(fmt.Sprintf("%02d written", i), written)
		if len(back.Faults) > 0 || len(back.Left) > 0 {
			t.Errorf("%s, written: %v %v", e.name, back.Faults, back.Left)
			continue
		}
		sameDocument(t, back.Document, r.Document)
	}
	for i, d := range shipped(t) {
		b, _ := again(t, d)
		keep(fmt.Sprintf("shipped %d", i), b)
	}
	accepted := pyxform(t, files)
	t.Logf("%d forms, %d files, %d accepted by pyxform", len(all), len(files), accepted)
}

// pyxform converts the files, and fails where one is no form to it.
func pyxform(t *testing.T, files []string) (accepted int) {
	t.Helper()
	install := exec.Command("./need-pyxform.sh")
	install.Stderr = os.Stderr
	python, err := install.Output()
	if err != nil {
		t.Fatal("need-pyxform.sh: ", err)
	}
	run := exec.Command(strings.TrimSpace(string(python)), append([]string{"testdata/convert.py"}, files...)...)
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		t.Fatal("convert.py: ", err)
	}
	var said map[string]string
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if why, is := said[f]; !is || why != "" {
			t.Errorf("%s: pyxform: %s", filepath.Base(f), why)
			continue
		}
		accepted++
	}
	return accepted
}
