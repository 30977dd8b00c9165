package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang/internal/content"
	"zoufang/server/operator"
)

func TestAreaImport(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	file := write(t, "a.csv", "\xef\xbb\xbfcode,name\r\n"+township+",青石镇\r\n"+village+",\"东村\"\r\n")
	if got := ok[operator.Imported](t, data, "area", "import", file); got != (operator.Imported{Areas: 2, Added: 2}) {
		t.Errorf("first import: %+v", got)
	}
	if got := ok[operator.Imported](t, data, "area", "import", file); got != (operator.Imported{Areas: 2, Unchanged: 2}) {
		t.Errorf("the same again: %+v", got)
	}
	file = write(t, "b.csv", "code,name\n"+village+",东新村\n"+village2+",西村\n")
	if got := ok[operator.Imported](t, data, "area", "import", file, "--data", data); got != (operator.Imported{Areas: 2, Added: 1, Renamed: 1}) {
		t.Errorf("a new name: %+v", got)
	}
	if got := ok[operator.Imported](t, data, "area", "import", file); got != (operator.Imported{Areas: 2, Unchanged: 2}) {
		t.Errorf("the new name again: %+v", got)
	}
	report := ok[map[string]any](t, data, "verify")
	if report["fault_count"] != 0.0 || report["records"] != float64(3+shipped(t)) || report["commits"] != float64(4+shipped(t)) {
		t.Errorf("verify: %v", report)
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory: %v %v", info.Mode(), err)
	}
}

// shipped is how many records an import of areas publishes with them.
func shipped(t *testing.T) int {
	t.Helper()
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return len(docs)
}

func TestBadAreasImportNothing(t *testing.T) {
	for name, c := range map[string]struct{ csv, want string }{
		"empty":          {"", "line 1"},
		"no header":      {township + ",青石镇\n", "line 1"},
		"other header":   {"name,code\n", "line 1"},
		"short code":     {"code,name\n" + village + ",东村\n99010,西村\n", "line 3"},
		"spreadsheet":    {"code,name\n9.90102E+11,东村\n", "line 2"},
		"no name":        {"code,name\n" + village + ",\n", "line 2"},
		"three fields":   {"code,name\n" + village + ",东村\n" + village2 + ",西村,x\n", "line 3"},
		"one field":      {"code,name\n" + village + "\n", "line 2"},
		"twice":          {"code,name\n" + village + ",东村\n\n" + village + ",西村\n", "line 4"},
		"bad quotes":     {"code,name\n" + village + ",\"东村\n", "line 2"},
		"not UTF-8":      {"code,name\n" + village + ",\xb6\xab\xb4\xe5\n", "line 2"},
		"control":        {"code,name\n" + village + ",东\x01村\n", "line 2"},
		"no province":    {"code,name\n000000000000,无\n", "line 2"},
		"very long name": {"code,name\n" + village + "," + strings.Repeat("村", 101) + "\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			if said := fails(t, 1, data, "area", "import", write(t, "a.csv", c.csv)); !strings.Contains(said, c.want) {
				t.Errorf("%q does not name %s", said, c.want)
			}
			if report := ok[map[string]any](t, data, "verify"); report["commits"] != 0.0 {
				t.Errorf("something was imported: %v", report)
			}
		})
	}
	fails(t, 1, filepath.Join(t.TempDir(), "data"), "area", "import", "/nowhere.csv")
}

func TestUserAddAndList(t *testing.T) {
	data, coordinator := county(t)
	u := ok[addedUser](t, data, "user", "add", "--name", "王主任", "--role=township", "--area", township, "--login", "wang")
	if len(u.ID) != 36 || u.Login != "wang" || len(u.Password) != 19 {
		t.Errorf("added %+v", u)
	}
	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"unknown area":        {1, []string{"--name", "甲", "--role", "coordinator", "--area", "990102101299"}},
		"no such role":        {1, []string{"--name", "甲", "--role", "boss", "--area", village}},
		"operator":            {1, []string{"--name", "甲", "--role", "operator", "--area", village}},
		"login taken":         {1, []string{"--name", "甲", "--role", "county", "--area", township, "--login", "WANG"}},
		"coordinator's login": {1, []string{"--name", "甲", "--role", "coordinator", "--area", village, "--login", "jia"}},
		"bad login":           {1, []string{"--name", "甲", "--role", "county", "--area", township, "--login", "a b"}},
		"area twice":          {1, []string{"--name", "甲", "--role", "coordinator", "--area", village + "," + village}},
		"no name":             {2, []string{"--role", "coordinator", "--area", village}},
		"no role":             {2, []string{"--name", "甲", "--area", village}},
		"no area":             {2, []string{"--name", "甲", "--role", "coordinator"}},
	} {
		if r := runOn(t, data, append([]string{"user", "add"}, c.args...)...); r.code != c.code {
			t.Errorf("%s: ended with %d: %s", name, r.code, r.stderr)
		}
	}
	users := ok[[]listedUser](t, data, "user", "list")
	if len(users) != 2 {
		t.Fatalf("%d users", len(users))
	}
	for _, l := range users {
		if string(l.ID) == coordinator && (l.Name != "李芳" || l.Login != "" || string(l.Areas[0]) != village) {
			t.Errorf("listed %+v", l)
		}
	}
	if r := runOn(t, data, "user", "list"); strings.Contains(r.stdout, "argon2") {
		t.Error("the list tells password hashes")
	}
}

func TestEnrol(t *testing.T) {
	data, coordinator := county(t)
	r := runEnv(t, []string{"ZOUFANG_DATA=" + data, "ZOUFANG_URL=https://mz.example.gov.cn/", "ZOUFANG_USER=" + coordinator}, "enrol")
	e := one[enrolment](t, r)
	if r.code != 0 || len(e.Code) < 14 || e.URL != "https://mz.example.gov.cn/phone/#enrol="+e.Code {
		t.Errorf("enrolment %+v", e)
	}
	if !strings.Contains(r.stderr, "▀") || strings.Contains(r.stderr, e.Code) {
		t.Error("standard error has no QR code, or tells the code in words")
	}
	auditor := ok[addedUser](t, data, "user", "add", "--name", "审", "--role", "auditor", "--area", township, "--login", "shen")
	fails(t, 1, data, "enrol", "--user", string(auditor.ID))
	fails(t, 1, data, "enrol", "--user", "01900000-0000-7000-8000-000000000000")
	fails(t, 1, data, "enrol", "--user", coordinator, "--minutes", "0")
	fails(t, 2, data, "enrol")
	fails(t, 2, data, "enrol", "--user", coordinator, "--url", "mz.example.gov.cn")
}

func TestCalledWrongly(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{
		{}, {"dance"}, {"area"}, {"area", "import"}, {"area", "import", "a", "b"}, {"serve", "x"}, {"serve", "--no-such"},
		{"verify", "--demo"}, {"held", "release"}, {"held", "release", "-x"}, {"held", "release", "abcdefghijklmnop"}, {"enrol", "--minutes", "ten"},
		{"serve", "--listen", "nowhere"}, {"serve", "--url", "ftp://x"}, {"serve", "--url", "http://x/path"}, {"serve", "--proxies", "all"},
		{"simulate", "--phones", "0"}, {"verify", "--data", ""},
	} {
		if said := fails(t, 2, data, args...); said == "" {
			t.Errorf("%v: nothing said", args)
		}
	}
	if r := runEnv(t, []string{"ZOUFANG_MINUTES=ten"}, "version"); r.code != 2 {
		t.Errorf("a bad environment ended with %d", r.code)
	}
	if r := runOn(t, data, "help"); r.code != 0 || !strings.Contains(r.stderr, "area import FILE.csv") {
		t.Errorf("help: %d %s", r.code, r.stderr)
	}
	for _, args := range [][]string{{"verify"}, {"device", "list"}, {"held", "list"}, {"user", "list"}, {"backup", "x.tar"}, {"simulate"}, {"device", "revoke", "-bcdefghijklmnop"}} {
		if said := fails(t, 1, data, args...); !strings.Contains(said, "no store") {
			t.Errorf("%v on no store: %s", args, said)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Error("a command that only reads made a store")
	}
	if v := ok[versionInfo](t, data, "version"); v.Version == "" || v.Go == "" {
		t.Errorf("version %+v", v)
	}
}
