package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

const list = "村,户号,户主,家庭成员姓名,身份证号,住址,电话\n东村,D1,罗淑兰,罗淑兰," + number + ",塘头 3 号,13800138000\n东村,D1,,罗小梅,,,\n西村,X1,覃绍良,覃绍良,,河边 1 号,\n"

var mapped = map[string]string{"家庭成员姓名": "姓名", "电话": ""}

func TestAListIsLookedAtBroughtInAndTakenBack(t *testing.T) {
	o := newOffice(t)
	u := o.user(zoufang.Township, nil, town)
	seen, err := o.Preview(t.Context(), u, List{Area: town, Columns: mapped, File: []byte(list)})
	o.must(err)
	if seen.Rows != 3 || seen.Households.New != 2 || seen.Persons.New != 3 || len(seen.Faults) != 0 || seen.Step != previewed || seen.State != storage.JobDone {
		t.Fatalf("%+v", seen)
	}
	b, err := json.Marshal(seen.Sample[:2])
	o.must(err)
	want := `[{"row":2,"kind":"household","what":"new","name":"罗淑兰","fields":[{"field":"head","label":"户主","to":"罗淑兰"},{"field":"number","label":"户号","to":"D1"},{"field":"address","label":"住址","to":"塘头 3 号"}]},` +
		`{"row":2,"kind":"person","what":"new","name":"罗淑兰","fields":[{"field":"name","label":"姓名","to":"罗淑兰"},{"field":"sex","label":"性别","to":"女"},{"field":"birth","label":"出生日期","to":"1949-12-31"},{"field":"id_number","label":"身份证号","to":"990***********0028"}]}]`
	if string(b) != want {
		t.Errorf("the differences\n%s\nwant\n%s", b, want)
	}
	if page, err := o.Differences(t.Context(), u, seen.ID, 0); err != nil || len(page) != 5 || seen.Pages != 1 {
		t.Errorf("the page: %d of %d %v", len(page), seen.Pages, err)
	}
	if _, err := o.Undo(t.Context(), u, seen.ID, ""); CodeOf(err) != NotSo {
		t.Errorf("undone before it was applied: %v", err)
	}
	rows := func() int64 {
		t.Helper()
		made, _ := o.exported(u, Ask{Kind: "persons", Format: "csv", Filter: map[string][]string{}})
		return made.Rows
	}
	if n := rows(); n != 0 {
		t.Fatalf("looking at it wrote %d", n)
	}
	done, err := o.Apply(t.Context(), u, seen.ID, "192.0.2.7")
	if err != nil || done.Step != applied || done.State != storage.JobDone || rows() != 3 {
		t.Fatalf("%+v %v", done, err)
	}
	if again, err := o.Apply(t.Context(), u, seen.ID, ""); err != nil || again.State != storage.JobDone {
		t.Errorf("again: %+v %v", again, err)
	}
	next, err := o.Preview(t.Context(), u, List{Area: town, Columns: mapped, File: []byte(strings.Replace(list, "塘头 3 号", "塘头 5 号", 1))})
	o.must(err)
	if next.Households.Changed != 1 || next.Households.Same != 1 || next.Persons.Same != 3 || len(next.Sample) != 1 || fmt.Sprint(next.Sample[0].Fields) != "[{address 住址 塘头 3 号 塘头 5 号}]" {
		t.Errorf("the same list with another address: %+v", next)
	}
	back, err := o.Undo(t.Context(), u, seen.ID, "192.0.2.7")
	if err != nil || back.Undone == nil || back.Undone.Persons.Void != 3 || back.Undone.Households.Void != 2 {
		t.Fatalf("%+v %v", back, err)
	}
	entries, _, err := o.store.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditImported, Limit: 9})
	o.must(err)
	if len(entries) != 1 || entries[0].Who != u.ID || entries[0].From != "192.0.2.7" || entries[0].Field != seen.Import+" rows=3 households=2/0 persons=3/0" || entries[0].Area != town {
		t.Errorf("told: %+v", entries)
	}
	if entries, _, _ = o.store.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditImportUndone, Limit: 9}); len(entries) != 1 {
		t.Errorf("the undoing was told %d times", len(entries))
	}
}

func TestAListWithFaultsIsNotBroughtIn(t *testing.T) {
	o := newOffice(t)
	u := o.user(zoufang.Township, nil, town)
	bad := "村,户号,户主,姓名,身份证号,性别\n东村,D1,罗淑兰,罗淑兰,990101194912310023,女\n无此村,D2,覃绍良,覃绍良,,\n东村,D3,单梅,单梅," + number + ",男\n西村,D4,仇小,仇小," + number + ",女\n"
	seen, err := o.Preview(t.Context(), u, List{Area: town, File: []byte(bad)})
	o.must(err)
	places := ""
	for _, f := range seen.Faults {
		places += fmt.Sprintf("%d %s ", f.Row, f.Column)
	}
	if places != "2 身份证号 3 村 4 性别 5 身份证号 " {
		t.Errorf("faults at %s: %+v", places, seen.Faults)
	}
	if _, err := o.Apply(t.Context(), u, seen.ID, ""); CodeOf(err) != Faults {
		t.Errorf("applied: %v", err)
	}
	for what, l := range map[string]List{"no list": {Area: town, File: []byte("nothing\n")}, "no column": {Area: town, File: []byte(list), Columns: map[string]string{"姓名": "没有这列"}}} {
		l.Key = what
		seen, err := o.Preview(t.Context(), u, l)
		if err != nil || len(seen.Faults) != 1 || seen.Faults[0].Row != 0 || seen.Faults[0].What == "" {
			t.Errorf("%s: %+v %v", what, seen, err)
		}
		if again, err := o.Preview(t.Context(), u, l); err != nil || again.ID != seen.ID {
			t.Errorf("%s, asked with the same key: %+v %v", what, again, err)
		}
	}
}

func TestWhoMayImport(t *testing.T) {
	o := newOffice(t)
	for _, of := range []struct {
		u    *zoufang.User
		area zoufang.AreaID
		want desk.Code
	}{
		{o.user(zoufang.Township, nil, town), town, ""}, {o.user(zoufang.Township, nil, town), east, ""}, {o.user(zoufang.County, nil, county), town, ""},
		{o.user(zoufang.Township, nil, town), county, desk.NotFound}, {o.user(zoufang.Township, nil, town), far, desk.NotFound},
		{o.user(zoufang.Coordinator, nil, east), east, desk.NoRight}, {o.user(zoufang.Auditor, nil, county), town, desk.NoRight}, {o.user(zoufang.Admin, nil, county), town, desk.NoRight},
	} {
		_, err := o.Preview(t.Context(), of.u, List{Area: of.area, Columns: mapped, File: []byte(strings.ReplaceAll(list, "西村", "东村"))})
		var no *desk.Refusal
		if got := (desk.Code)(""); errors.As(err, &no) && no.Code != of.want || err == nil && got != of.want {
			t.Errorf("%s in %s: %v, want %q", of.u.Role, of.area, err, of.want)
		}
	}
}

// A copy dies while it brings a list in; another does, and one import is taken back whole.
func TestAnotherCopyBringsAListIn(t *testing.T) {
	o := newOffice(t)
	u := o.user(zoufang.Township, nil, town)
	for dies := 1; ; dies++ {
		seen, err := o.Preview(t.Context(), u, List{Area: town, Columns: mapped, File: []byte(list)})
		o.must(err)
		first := o.beside(&breaking{o.store, dies})
		said, err := first.Apply(t.Context(), u, seen.ID, "")
		o.must(err)
		whole := said.State == storage.JobDone
		if !whole {
			o.at = o.at.Add(leaseTime + time.Second)
			o.next(t.Context())
		}
		if said, err = o.Imported(t.Context(), u, seen.ID); err != nil || said.State != storage.JobDone || said.Persons.New != 3 {
			t.Fatalf("died at %d: %+v %v", dies, said, err)
		}
		back, err := o.Undo(t.Context(), u, seen.ID, "")
		if err != nil || back.Undone == nil || back.Undone.Persons.Void+back.Undone.Persons.Restored != 3 {
			t.Fatalf("died at %d: %+v %v", dies, back, err)
		}
		o.must(o.Jobs.DropJob(t.Context(), seen.ID))
		if whole {
			if dies < 3 {
				t.Errorf("done in %d steps", dies)
			}
			return
		}
	}
}
