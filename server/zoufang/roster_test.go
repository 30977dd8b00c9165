package main

import (
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
)

// A roster as an office has it: a title, headings of its own, merged cells left
// empty, numbers and dates as people write them.
const rosterText = `东村低收入人口花名册,,,,,,,,,
户号,户主姓名,姓名*,身份证号码（18位）,与户主关系,性别,出生年月,家庭住址,村民小组,联系电话,人员类别,备注
A-1,罗绍良,罗绍良,１１０１０５１９４９１２３１００２ｘ,户主,,,东村３组１２号,３组,０５７１－８８００１２３,低保；独居老人,x
,,罗小梅,,女儿,女,1990年3月,,,,,
B-2,买买提·艾合买提,买买提•艾合买提,110105500101123,,男,１９５０,东村4组,4组,13800000000,特困分散、残疾护理补贴,
,,艾力,无：未上户,孙子,男,2026.3.1,,,,困境儿童,
`

func roster(t *testing.T, data, text string, flags ...string) operator.ImportedRoster {
	t.Helper()
	return ok[operator.ImportedRoster](t, data, append([]string{"roster", "import", write(t, "r.csv", text), "--area", village}, flags...)...)
}

// kept lists the records of a kind in the village as the store has them.
func kept(t *testing.T, data, kind string) []*zoufang.Record { return keptIn(t, data, kind, village) }

func keptIn(t *testing.T, data, kind string, area zoufang.AreaID) (out []*zoufang.Record) {
	t.Helper()
	c := &call{config: config{Data: data}, now: time.Now}
	_, err := with(t.Context(), c.read, func(s *store) (any, error) {
		return nil, s.View(t.Context(), func(v storage.View) error {
			out = nil
			return v.List(kind, []zoufang.AreaID{area}, 0, 0, func(r *zoufang.Record) bool { out = append(out, r); return true })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func byName(t *testing.T, data, kind, name string) *zoufang.Record {
	t.Helper()
	for _, r := range kept(t, data, kind) {
		if s, _ := r.Shown(zoufang.KindOf(kind).NamedBy).Text(); s == name {
			return r
		}
	}
	t.Fatalf("no %s is called %s", kind, name)
	return nil
}

func says(t *testing.T, r *zoufang.Record, field, want string) {
	t.Helper()
	if got := string(r.Shown(field)); got != want {
		t.Errorf("%s of a %s is %s, want %s", field, r.Kind, got, want)
	}
}

func TestRosterImport(t *testing.T) {
	data, _ := county(t)
	trial := roster(t, data, rosterText, "--dry-run")
	if trial.Import != "" || trial.Households.New != 2 || trial.Persons.New != 4 || trial.Rows != 4 {
		t.Errorf("a trial: %+v", trial)
	}
	if n := len(kept(t, data, zoufang.KindPerson)); n != 0 {
		t.Fatalf("a trial stored %d persons", n)
	}
	got := roster(t, data, rosterText)
	if got.Import == "" || got.Households != (operator.Counted{New: 2}) || got.Persons != (operator.Counted{New: 4}) || len(got.Notes) != 0 {
		t.Errorf("imported %+v", got)
	}
	luo := byName(t, data, zoufang.KindPerson, "罗绍良")
	for field, want := range map[string]string{"id_number": `"11010519491231002X"`, "sex": `"女"`, "birth": `"1949-12-31"`, "relation": `"户主"`, "phone": `"０５７１－８８００１２３"`} {
		says(t, luo, field, want)
	}
	if luo.Elements("categories") != 2 {
		t.Errorf("categories: %v", luo.Sets["categories"])
	}
	home := byName(t, data, zoufang.KindHousehold, "罗绍良")
	for field, want := range map[string]string{"number": `"A-1"`, "address": `"东村３组１２号"`, "group": `"３组"`, "phone": `"０５７１－８８００１２３"`} {
		says(t, home, field, want)
	}
	says(t, luo, "household", `"`+string(home.ID)+`"`)
	if home.Elements("members") != 2 {
		t.Error("the household has not its members")
	}
	says(t, byName(t, data, zoufang.KindPerson, "罗小梅"), "birth", `"1990-03"`)
	old := byName(t, data, zoufang.KindPerson, "买买提•艾合买提")
	says(t, old, "id_number", `"110105500101123"`)
	says(t, old, "birth", `"1950-01-01"`)
	says(t, byName(t, data, zoufang.KindPerson, "艾力"), "no_id", `{"reason":"无：未上户"}`)

	commits := ok[map[string]any](t, data, "verify")["commits"]
	again := roster(t, data, rosterText)
	if again.Import != "" || again.Households != (operator.Counted{Same: 2}) || again.Persons != (operator.Counted{Same: 4}) {
		t.Errorf("the same again: %+v", again)
	}
	if now := ok[map[string]any](t, data, "verify"); now["commits"] != commits || now["fault_count"] != 0.0 {
		t.Errorf("the same again wrote something: %v", now)
	}
	more := strings.Replace(strings.Replace(rosterText, "13800000000", "13900000000", 1), "B-2", "C-3,赵大,赵大,,户主,男,1960,东村5组,5组,,,\nB-2", 1)
	next := roster(t, data, more)
	if next.Households != (operator.Counted{New: 1, Changed: 1, Same: 1}) || next.Persons != (operator.Counted{New: 1, Changed: 1, Same: 3}) {
		t.Errorf("a newer list: %+v", next)
	}
	says(t, byName(t, data, zoufang.KindPerson, "买买提•艾合买提"), "phone", `"13900000000"`)

	undone := ok[operator.UndoneRoster](t, data, "roster", "undo", next.Import)
	if undone.Persons != (operator.UndoneKind{Void: 1, Restored: 1}) || undone.Households != (operator.UndoneKind{Void: 1, Restored: 1}) {
		t.Errorf("taken back: %+v", undone)
	}
	says(t, byName(t, data, zoufang.KindPerson, "买买提•艾合买提"), "phone", `"13800000000"`)
	if !byName(t, data, zoufang.KindPerson, "赵大").Voided() {
		t.Error("who came by the import is not void")
	}
	back := roster(t, data, more)
	if back.Persons.New != 1 || back.Persons.Changed != 1 || byName(t, data, zoufang.KindPerson, "赵大").Voided() {
		t.Errorf("imported after it was taken back: %+v", back)
	}
	fails(t, 1, data, "roster", "undo", "990102101201-nosuch")
	fails(t, 1, data, "roster", "undo", "nosuch")
}

// TestImportLeavesWhatPeopleWrote: a value that a person wrote stays beside what a
// list says, and taking the import back leaves it alone.
func TestImportLeavesWhatPeopleWrote(t *testing.T) {
	data, coordinator := county(t)
	first := roster(t, data, rosterText)
	luo := byName(t, data, zoufang.KindPerson, "罗绍良")
	save(t, data, coordinator, zoufang.Set(luo.ID, "phone", "13700000000", luo.SeenOf("phone")...))
	if again := roster(t, data, rosterText); again.Persons.Changed != 1 {
		t.Errorf("a list against a person's value: %+v", again)
	}
	luo = byName(t, data, zoufang.KindPerson, "罗绍良")
	if got := luo.Conflicts(); len(got) != 1 || got[0] != "phone" || len(luo.Heads["phone"].Live) != 2 {
		t.Errorf("the person's value is gone: %v", luo.Heads["phone"])
	}
	undone := ok[operator.UndoneRoster](t, data, "roster", "undo", first.Import)
	if undone.Persons.Kept != 1 || undone.Persons.Void != 3 || undone.Households.Kept != 1 || undone.Households.Void != 1 {
		t.Errorf("taken back: %+v", undone)
	}
	if byName(t, data, zoufang.KindPerson, "罗绍良").Voided() {
		t.Error("whom a person worked with is void")
	}
}

// save has a person save items at a desk of their own.
func save(t *testing.T, data, user string, do ...zoufang.Item) {
	t.Helper()
	c := &call{config: config{Data: data}, now: time.Now}
	_, err := with(t.Context(), c.read, func(s *store) (any, error) {
		u, err := s.User(t.Context(), zoufang.UserID(user))
		if err != nil {
			return nil, err
		}
		return desk.Save(t.Context(), s, u, time.Now().UnixMilli(), do)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBadRosters: every fault at once, and nothing stored.
func TestBadRosters(t *testing.T) {
	data, _ := county(t)
	head := "户号,户主,姓名,身份证号,与户主关系,性别,出生日期,住址,电话,村\n"
	for name, c := range map[string]struct{ row, column, want string }{
		"a wrong check digit":    {"1,甲,甲,110105194912310021,户主,,,x,,", "身份证号", "校验位"},
		"a rounded number":       {"1,甲,甲,1.10105E+17,户主,,,x,,", "身份证号", "数字"},
		"17 digits":              {"1,甲,甲,11010519491231002,户主,,,x,,", "身份证号", "18 位"},
		"an impossible birth":    {"1,甲,甲,,户主,,1950-02-30,x,,", "出生日期", "日期"},
		"born after today":       {"1,甲,甲,,户主,,2050,x,,", "出生日期", "今天"},
		"another birth":          {"1,甲,甲,11010519491231002X,户主,,1950,x,,", "出生日期", "1949"},
		"another sex":            {"1,甲,甲,11010519491231002X,户主,男,,x,,", "性别", "女"},
		"no sex":                 {"1,甲,甲,,户主,未知,,x,,", "性别", "男 或 女"},
		"no name":                {"1,甲,,,户主,,,x,,", "姓名", "没有填"},
		"a long name":            {"1,甲," + strings.Repeat("甲", 41) + ",,户主,,,x,,", "姓名", "40"},
		"no household":           {",,甲,,,,,,,", "姓名", "哪一户"},
		"two addresses":          {"1,甲,甲,,户主,,,x,,\n1,甲,乙,,子,,,y,,", "住址", "第 2 行"},
		"one number twice":       {"1,甲,甲,11010519491231002X,户主,,,x,,\n2,乙,乙,11010519491231002X,户主,,,y,,", "身份证号", "第 2 行"},
		"one person twice":       {"1,甲,甲,11010519491231002X,户主,,,x,,\n2,甲,甲,110105491231002,户主,,,y,,", "身份证号", "第 2 行"},
		"one name twice":         {"1,甲,甲,,户主,,,x,,\n1,甲,甲,,子,,,x,,", "姓名", "第 2 行"},
		"another village":        {"1,甲,甲,,户主,,,x,,无此村", "村", "没有叫这个名字"},
		"a village not below it": {"1,甲,甲,,户主,,,x,," + village2, "村", "没有这个代码"},
		"a rounded telephone":    {"1,甲,甲,,户主,,,x,1.38E+10,", "电话", "科学计数"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runOn(t, data, "roster", "import", write(t, "r.csv", head+c.row+"\n"), "--area", village)
			got := one[operator.ImportedRoster](t, r)
			if r.code != 1 || len(got.Faults) != 1 || got.Faults[0].Column != c.column || !strings.Contains(got.Faults[0].What, c.want) || got.Faults[0].Row < 2 {
				t.Errorf("%d %+v", r.code, got.Faults)
			}
		})
	}
	r := runOn(t, data, "roster", "import", write(t, "r.csv", head+"1,甲,甲,123,户主,x,1950-13,x,,\n,,,,,,,,,\n2,乙,,1.1E+17,,,,,,\n"), "--area", village)
	if got := one[operator.ImportedRoster](t, r); len(got.Faults) != 5 {
		t.Errorf("not all faults at once: %+v", got.Faults)
	}
	fails(t, 1, data, "roster", "import", write(t, "r.csv", "户主,住址\n甲,x\n"), "--area", village)
	fails(t, 1, data, "roster", "import", write(t, "r.csv", rosterText), "--area", "990102101299")
	fails(t, 2, data, "roster", "import", write(t, "r.csv", rosterText))
	if n := len(kept(t, data, zoufang.KindPerson)) + len(kept(t, data, zoufang.KindHousehold)); n != 0 {
		t.Errorf("%d records were stored", n)
	}
}

// TestRosterWorkbook: identity numbers that are numbers are refused, as text they
// are taken; dates are dates in whatever style.
func TestRosterWorkbook(t *testing.T) {
	data, _ := county(t)
	book := func(fill func(*excelize.File)) string {
		t.Helper()
		f := excelize.NewFile()
		f.SetSheetRow("Sheet1", "A1", &[]any{"东村花名册"})
		f.SetSheetRow("Sheet1", "A2", &[]any{"户主", "姓名", "身份证号", "出生日期", "住址", "村"})
		fill(f)
		b, err := f.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, number := range map[string]any{"a float": 1.10105e17, "a whole number": int64(110105194912310028), "15 digits": int64(110105500101123)} {
		r := runOn(t, data, "roster", "import", write(t, "r.xlsx", book(func(f *excelize.File) {
			f.SetSheetRow("Sheet1", "A3", &[]any{"甲", "甲", number, nil, "x"})
		})), "--area", village)
		if got := one[operator.ImportedRoster](t, r); r.code != 1 || len(got.Faults) != 1 || got.Faults[0].Row != 3 || got.Faults[0].Column != "身份证号" {
			t.Errorf("%s: %d %+v", name, r.code, got.Faults)
		}
	}
	file := write(t, "r.xlsx", book(func(f *excelize.File) {
		f.SetSheetRow("Sheet1", "A3", &[]any{"甲", "甲", "11010519491231002X", nil, "x", "东村"})
		f.SetSheetRow("Sheet1", "A4", &[]any{nil, "乙", nil, 20000, nil, nil})
		format := `yyyy"年"m"月"d"日"`
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		f.SetCellStyle("Sheet1", "D4", "D4", style)
		f.SetSheetRow("Sheet1", "A5", &[]any{"丙", "丙", nil, 1950, "y", village2})
		f.MergeCell("Sheet1", "A3", "A4")
	}))
	got := ok[operator.ImportedRoster](t, data, "roster", "import", file, "--area", township)
	if got.Households.New != 2 || got.Persons.New != 3 {
		t.Errorf("%+v", got)
	}
	says(t, byName(t, data, zoufang.KindPerson, "乙"), "birth", `"1954-10-03"`)
	if kept(t, data, zoufang.KindHousehold)[0].Area != village || len(kept(t, data, zoufang.KindHousehold)) != 1 {
		t.Error("the villages are not told apart")
	}
}

func TestUserImport(t *testing.T) {
	data, _ := county(t)
	good := "姓名,角色,区划,登录名\n张月红,协理员,东村、西村,\n钱科员,乡镇," + township[:9] + ",qian\n审计员,auditor,清河县,shenji\n"
	if got := ok[importedUsers](t, data, "user", "import", write(t, "u.csv", good), "--dry-run"); len(got.Users) != 0 {
		t.Errorf("a trial opened %v", got)
	}
	got := ok[importedUsers](t, data, "user", "import", write(t, "u.csv", good), "--url", "https://mz.example.gov.cn")
	if len(got.Users) != 3 || got.Users[0].URL == "" || got.Users[0].Password != "" || got.Users[1].Login != "qian" || got.Users[1].Password == "" || got.Users[1].URL != "" || got.Users[2].Password == "" {
		t.Fatalf("%+v", got)
	}
	before := len(ok[[]listedUser](t, data, "user", "list"))
	r := runOn(t, data, "user", "import", write(t, "v.csv", good+"甲,主任,东村,\n乙,协理员,无此村,\n丙,乡镇,"+township+",QIAN\n丁,协理员,东村,\n丁,协理员,东村,\n,协理员,东村,\n"))
	if said := one[importedUsers](t, r); r.code != 1 || len(said.Faults) != 8 || len(said.Users) != 0 {
		t.Errorf("%d: %+v", r.code, said.Faults)
	}
	if after := len(ok[[]listedUser](t, data, "user", "list")); after != before {
		t.Errorf("%d accounts, %d before", after, before)
	}
}
