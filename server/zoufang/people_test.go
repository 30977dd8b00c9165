package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/content"
)

// shipped is how many records an import of areas publishes with them.
func shipped(t *testing.T) int {
	t.Helper()
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return len(docs)
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
	if h := hashOf(t, data, u.ID); !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the program hashes with %.40s", h)
	}
}

func TestEnrol(t *testing.T) {
	data, coordinator := county(t)
	r := runEnv(t, []string{"ZOUFANG_DATA=" + data, "ZOUFANG_URL=https://mz.example.gov.cn/", "ZOUFANG_USER=" + coordinator}, "enrol")
	e := one[enrolment](t, r)
	if r.code != 0 || len(e.Code) < 14 || e.URL != "https://mz.example.gov.cn/phone/#enrol="+e.Code {
		t.Errorf("enrolment %+v", e)
	}
	if !strings.Contains(r.stderr, "▀") || !strings.Contains(r.stderr, e.Code) {
		t.Error("standard error has no QR code, or not the code to type")
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
	if r := runOn(t, data, "help"); r.code != 0 || !strings.Contains(r.stderr, "area import FILE") {
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

// hashOf is what the store keeps of a person's password.
func hashOf(t *testing.T, data string, id zoufang.UserID) (hash string) {
	t.Helper()
	c := &call{config: config{Data: data}, now: time.Now}
	_, err := with(t.Context(), c.read, func(s *store) (any, error) {
		u, err := s.User(t.Context(), id)
		hash = u.Password
		return nil, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}
