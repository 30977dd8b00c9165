package ledger

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

func (o *office) csv(b []byte) (rows []map[string]string) {
	o.Helper()
	text, is := strings.CutPrefix(string(b), bom)
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	o.must(err)
	if !is {
		o.Fatal("no byte order mark")
	}
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, head := range all[0] {
			row[head] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// story is an office with some of everything that makes a sheet hard.
func story(t testing.TB) (o *office, home, person, visit zoufang.RecordID) {
	o = newOffice(t)
	home, person = o.home(east, "罗淑兰", number)
	photo := o.photo([]byte("\xff\xd8 a photo of no one \xff\xd9"))
	visit = o.visit(east, 3, map[string]any{"household": home, "persons": []any{person}, "note": "=1+1，说“好”\n" + number, "answers.food": "够", "answers.health": "平稳",
		"answers.zz": "别的程序写的", "needs": []string{"+补贴", "送药"}, "photos": []any{photo}})
	o.visit(west, 7, map[string]any{"form": "routine@1", "type": "routine", "note": "@later"})
	o.visit(far, 5, map[string]any{"note": "远"})
	return o, home, person, visit
}

func TestSheetsSayTheSame(t *testing.T) {
	o, _, _, visit := story(t)
	u := o.user(zoufang.Township, nil, town)
	made, b := o.exported(u, Ask{Kind: "visits", Format: "csv"})
	rows := o.csv(b)
	if made.Rows != 2 || len(rows) != 2 {
		t.Fatalf("%d rows, %+v", len(rows), made)
	}
	want := map[string]string{"编号": string(visit), "区划": "东村", "区划代码": string(east), "时间": "2026-11-03 12:00", "经手人": "系统", "类型": "探访", "类型（代码）": "care",
		"户": "罗淑兰", "走访对象": "罗淑兰", "情况": "'=1+1，说“好”\n990***********0028", "吃穿": "够", "吃穿（代码）": "够", "其他回答": "zz：别的程序写的", "需求": "'+补贴、送药", "照片": "1", "状态": "草稿", "状态（代码）": "draft"}
	for head, text := range want {
		if rows[1][head] != text {
			t.Errorf("%s: %q, want %q", head, rows[1][head], text)
		}
	}
	if rows[0]["情况"] != "'@later" || rows[0]["时间"] != "2026-11-07 12:00" {
		t.Errorf("%v", rows[0])
	}

	_, b = o.exported(u, Ask{Kind: "visits", Format: "xlsx", Filter: map[string][]string{"order": {"at"}}})
	book, err := excelize.OpenReader(bytes.NewReader(b))
	o.must(err)
	sheet, err := book.GetRows("走访", excelize.Options{RawCellValue: true})
	o.must(err)
	at := func(row int, head string) string {
		i := slices.Index(sheet[0], head)
		if i < 0 || i >= len(sheet[row]) {
			return ""
		}
		return sheet[row][i]
	}
	for head, text := range want {
		if head == "时间" {
			text = fmt.Sprint(46329.5)
		}
		if text = strings.TrimPrefix(text, "'"); at(1, head) != text {
			t.Errorf("XLSX, %s: %q, want %q", head, at(1, head), text)
		}
	}
	if at(2, "情况") != "@later" {
		t.Errorf("the second row: %v", sheet[2])
	}

	_, b = o.exported(u, Ask{Kind: "visits", Format: "json", Filter: map[string][]string{"area": {string(east)}}})
	var line struct {
		ID, Kind, Title string
		At              int64
		State           string
		Category        []string
		Fields          map[string]any
	}
	o.must(json.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), &line))
	if line.ID != string(visit) || line.Kind != "visit" || line.Title != "罗淑兰" || line.At != time.Date(2026, 11, 3, 4, 0, 0, 0, time.UTC).UnixMilli() ||
		fmt.Sprint(line.State, line.Category) != "draft[低保]" || line.Fields["answers.zz"] != "别的程序写的" || strings.Contains(string(b), number) {
		t.Errorf("%s", b)
	}
}

// A number of a person's is masked wherever a row has it, also in what it counts under.
func TestRowsAreMasked(t *testing.T) {
	o, _, person, _ := story(t)
	o.save(zoufang.Add(person, "categories", number))
	for _, kind := range []string{"persons", "visits"} {
		_, b := o.exported(o.user(zoufang.Township, nil, town), Ask{Kind: kind, Format: "json"})
		if bytes.Contains(b, []byte(number)) || !bytes.Contains(b, []byte("***")) {
			t.Errorf("%s: %s", kind, b)
		}
	}
}

func TestMediaStandInAnArchive(t *testing.T) {
	o, _, _, _ := story(t)
	made, b := o.exported(o.user(zoufang.County, nil, county), Ask{Kind: "visits", Format: "zip"})
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	o.must(err)
	if made.Media != 1 || len(z.File) != 2 || z.File[0].Name != "2026-11-03_东村_罗淑兰_探访_00001.jpg" || z.File[1].Name != indexName {
		t.Fatalf("%+v %v", made, z.File)
	}
	for i, want := range []string{"\xff\xd8 a photo of no one \xff\xd9", bom + "文件,编号,"} {
		f, err := z.File[i].Open()
		o.must(err)
		all, err := io.ReadAll(f)
		if err != nil || !strings.HasPrefix(string(all), want) {
			t.Errorf("%s: %v %q", z.File[i].Name, err, all)
		}
	}
}

func TestSealedValuesAreOpenedForAReason(t *testing.T) {
	o, _, person, _ := story(t)
	u := o.user(zoufang.Township, nil, town)
	_, b := o.exported(u, Ask{Kind: "persons", Format: "csv"})
	if row := o.csv(b)[0]; row["身份证号"] != "990***********0028" || row["编号"] != string(person) || row["出生日期"] != "1949-12-31" {
		t.Errorf("%v", row)
	}
	_, b = o.exported(u, Ask{Kind: "persons", Format: "csv", OpenWhy: "年度核对"})
	if row := o.csv(b)[0]; row["身份证号"] != number {
		t.Errorf("%v", row)
	}
	entries, _, err := o.store.ListAudit(t.Context(), storage.AuditQuery{Limit: 10})
	o.must(err)
	var told []string
	for _, e := range entries { // all of one moment
		told = append(told, fmt.Sprintf("%s|%s|%s|%s|%s|%s", e.What, e.Who, e.Field, e.Why, e.From, e.Area))
	}
	slices.Sort(told)
	id := string(u.ID)
	want := []string{"exported|" + id + "|persons csv rows=1 media=0|192.0.2.1|" + string(town), "exported|" + id + "|persons csv rows=1 media=0|年度核对|192.0.2.1|" + string(town),
		"opened|" + id + "|persons csv|年度核对|192.0.2.1|" + string(town)}
	want[0] = strings.Replace(want[0], "|192", "||192", 1)
	if !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

// breaking is a store of jobs that dies at its nth change from now.
type breaking struct {
	storage.Jobs
	left int
}

var errDied = errors.New("died")

func (b *breaking) ChangeJob(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) (*storage.Job, error) {
	if b.left--; b.left < 0 {
		return nil, errDied
	}
	return b.Jobs.ChangeJob(ctx, id, f)
}

// A copy dies at each of its steps in turn, and another finishes what it began, to the
// same rows.
func TestAnotherCopyFinishes(t *testing.T) {
	o := newOffice(t)
	home, person := o.home(east, "罗淑兰", number)
	photo := o.photo(bytes.Repeat([]byte("p"), 3000))
	var items []zoufang.Item
	for i := range 523 {
		items = append(items, zoufang.New(o.id(), zoufang.KindVisit, east, map[string]any{"type": "care", "form": "care@2", "started": int64(1_790_000_000_000 + i),
			"household": home, "persons": []any{person}, "note": fmt.Sprint("第", i, "次"), "answers.food": "够", "photos": []any{photo}}))
	}
	for some := range slices.Chunk(items, 100) {
		o.save(some...)
	}
	u := o.user(zoufang.Township, nil, town)
	for _, format := range Formats() {
		_, whole := o.exported(u, Ask{Kind: "visits", Format: format})
		for dies := 1; ; dies++ {
			id, err := o.Export(t.Context(), u, Ask{Kind: "visits", Format: format}, "")
			o.must(err)
			first := o.beside(&breaking{o.store, dies})
			first.often = true
			first.next(t.Context())
			j, err := o.store.Job(t.Context(), id)
			o.must(err)
			if j.State == storage.JobDone {
				if dies < 4 {
					t.Errorf("%s: done after %d steps", format, dies)
				}
				break
			}
			o.next(t.Context())
			if _, err := o.Open(t.Context(), u, id); CodeOf(err) != Pending {
				t.Fatalf("%s: before the lease ended: %v", format, err)
			}
			o.at = o.at.Add(leaseTime + time.Second) // the one that died is missed
			o.next(t.Context())
			r, err := o.Open(t.Context(), u, id)
			if err != nil {
				t.Fatalf("%s, died at %d: %v", format, dies, err)
			}
			b, err := io.ReadAll(r)
			o.must(err)
			if digestOf(b) != r.SHA256 || contents(t, format, b) != contents(t, format, whole) {
				t.Fatalf("%s: another file after a death at step %d", format, dies)
			}
			for range 20 { // a part of it, from anywhere
				from := int64(len(b) * dies % len(b))
				_, err := r.Seek(from, io.SeekStart)
				o.must(err)
				rest, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(rest, b[from:]) {
					t.Fatalf("from %d: %v", from, err)
				}
			}
			o.must(r.Close())
			o.must(o.Cancel(t.Context(), u, id))
		}
		for _, j := range func() []Status { l, err := o.Exports(t.Context(), u); o.must(err); return l }() {
			o.must(o.Cancel(t.Context(), u, j.ID))
		}
	}
}

// contents tells what a file says, whatever it was packed like.
func contents(t *testing.T, format string, b []byte) string {
	t.Helper()
	if format == "csv" || format == "json" {
		return string(b)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all += f.Name + "\n" + string(text) + "\n"
	}
	return all
}

func TestWhoMayExportWhat(t *testing.T) {
	o, home, _, visit := story(t)
	o.save(zoufang.Item{Op: zoufang.OpNew, Record: zoufang.HarmReportID(visit), Kind: zoufang.KindRequest, Area: east,
		Fields: zoufang.New(o.id(), zoufang.KindRequest, east, map[string]any{"item": zoufang.HarmItem, "urgency": zoufang.AtOnce, "household": home}).Fields})
	o.save(zoufang.New(o.id(), zoufang.KindRequest, east, map[string]any{"item": "JZ-01", "text": "问低保"}))
	rows := func(u *zoufang.User, kind string, filter map[string][]string) int64 {
		t.Helper()
		made, _ := o.exported(u, Ask{Kind: kind, Format: "csv", Filter: filter})
		list, err := o.Exports(t.Context(), u)
		o.must(err)
		for _, s := range list {
			o.must(o.Cancel(t.Context(), u, s.ID))
		}
		return made.Rows
	}
	township, all := o.user(zoufang.Township, nil, town), o.user(zoufang.County, nil, county)
	auditor := o.user(zoufang.Auditor, nil, other)
	for _, of := range []struct {
		u    *zoufang.User
		kind string
		want int64
	}{{township, "visits", 2}, {all, "visits", 3}, {auditor, "visits", 1}, {township, "requests", 2}} {
		if n := rows(of.u, of.kind, nil); n != of.want {
			t.Errorf("%s exports %d %s, want %d", of.u.Role, n, of.kind, of.want)
		}
	}
	keeper := o.user(zoufang.Township, []zoufang.Grant{zoufang.Children}, town)
	if n, m := rows(township, "requests", nil), rows(keeper, "requests", nil); n != 1 || m != 2 {
		t.Errorf("where somebody has the grant, others export %d requests, they %d", n, m)
	}
	opened, _, err := o.store.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditOpened, Who: keeper.ID, Limit: 9})
	if err != nil || len(opened) != 1 || opened[0].Field != desk.OpenedHarm || opened[0].Record != zoufang.HarmReportID(visit) {
		t.Errorf("what the keeper opened: %+v %v", opened, err)
	}
	if n := rows(all, "visits", map[string][]string{"type": {"care"}, "area": {string(town)}, "from": {"2026-11-01"}, "to": {"2026-11-03"}}); n != 1 {
		t.Errorf("filtered: %d", n)
	}
	refusals := map[string]Ask{
		"not_found": {Kind: "visits", Format: "csv", Filter: map[string][]string{"area": {string(far)}}},
		"field":     {Kind: "visits", Format: "csv", Filter: map[string][]string{"urgency": {"立即"}}},
		"format":    {Kind: "visits", Format: "pdf"},
		"filter":    {Kind: "visits", Format: "csv", Filter: map[string][]string{"household": {strings.Repeat("x", maxFilter)}}},
		"reason":    {Kind: "persons", Format: "csv", OpenWhy: strings.Repeat("x", zoufang.MaxReason+1)},
	}
	for want, a := range refusals {
		_, err := o.Export(t.Context(), township, a, "")
		got := string(CodeOf(err))
		var no *desk.Refusal
		if errors.As(err, &no) {
			got = string(no.Code)
		}
		if got != want {
			t.Errorf("%v: %v, want %s", a, err, want)
		}
	}
	if _, err := o.Export(t.Context(), o.user(zoufang.Admin, nil, county), Ask{Kind: "visits", Format: "csv"}, ""); err == nil {
		t.Error("an admin may export visits")
	}

	var id string
	id, err = o.Export(t.Context(), township, Ask{Kind: "visits", Format: "csv"}, "")
	o.must(err)
	if _, err := o.Status(t.Context(), all, id); CodeOf(err) != Gone {
		t.Errorf("another's job: %v", err)
	}
	changed, err := o.op.SetAreas(t.Context(), township.ID, []zoufang.AreaID{other})
	o.must(err)
	o.next(t.Context())
	if s, err := o.Status(t.Context(), changed, id); err != nil || s.State != storage.JobFailed || s.Why != Right {
		t.Errorf("after the areas changed: %+v %v", s, err)
	}
}

func TestJobsAreBounded(t *testing.T) {
	o, _, _, _ := story(t)
	u := o.user(zoufang.Township, nil, town)
	a := Ask{Kind: "visits", Format: "csv"}
	for range MaxAtOnce {
		_, err := o.Export(t.Context(), u, a, "")
		o.must(err)
	}
	if _, err := o.Export(t.Context(), u, a, ""); CodeOf(err) != Many {
		t.Errorf("one more under way: %v", err)
	}
	for o.next(t.Context()) {
	}
	for range MaxKept - MaxAtOnce {
		o.exported(u, a)
	}
	if _, err := o.Export(t.Context(), u, a, ""); CodeOf(err) != Many {
		t.Errorf("one more kept: %v", err)
	}
	list, err := o.Exports(t.Context(), u)
	o.must(err)
	o.at = o.at.Add(Kept + time.Second)
	if _, err := o.Open(t.Context(), u, list[0].ID); CodeOf(err) != Gone {
		t.Errorf("after a week: %v", err)
	}
	o.must(o.expire(t.Context()))
	if _, err := o.store.JobPart(t.Context(), list[0].ID, outPart(0)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("its part: %v", err)
	}
	o.exported(u, a)
}

// Nothing of an export lies anywhere in the clear: not of one that died in the middle,
// nor of one that is done.
func TestNothingReadableAtRest(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	o, _, _, _ := story(t)
	o.visit(east, 9, map[string]any{"risk": map[string]any{"level": "高", "reason": "独居失能"}, "note": strings.Repeat("独居失能老人", 100)})
	u := o.user(zoufang.Township, nil, town)
	for _, format := range Formats() {
		for dies := 1; dies < 7; dies++ {
			id, err := o.Export(t.Context(), u, Ask{Kind: "visits", Format: format, OpenWhy: "核对", Filter: map[string][]string{"q": {"罗"}}}, "")
			o.must(err)
			first := o.beside(&breaking{o.store, dies})
			first.often = true
			first.next(t.Context())
			o.must(o.Cancel(t.Context(), u, id))
		}
		o.exported(u, Ask{Kind: "visits", Format: format})
		o.exported(u, Ask{Kind: "persons", Format: format, OpenWhy: "核对"})
	}
	for _, dir := range []string{o.dir, os.TempDir()} {
		o.must(filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			for _, word := range []string{"罗淑兰", number, "低保", "独居失能", "核对", "探访", "care@2"} {
				if bytes.Contains(b, []byte(word)) {
					t.Errorf("%s is in %s", word, filepath.Base(path))
				}
			}
			return err
		}))
	}
}
