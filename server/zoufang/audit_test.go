package main

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
)

// TestAuditList: what was done at the command line and at the sign-in is listed, the
// newest first, by kind, person and day; a backup carries it.
func TestAuditList(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ok[any](t, data, "area", "import", write(t, "areas.csv", "code,name\n"+whole+",清河县\n"+township+",青石镇\n"+village+",东村\n"))
	u := ok[addedUser](t, data, "user", "add", "--name", "李芳", "--role", "coordinator", "--area", village)
	desk := ok[addedUser](t, data, "user", "add", "--name", "王主任", "--role", "township", "--area", township, "--login", "wang")
	id := string(u.ID)
	ok[enrolment](t, data, "enrol", "--user", id)
	ok[listedUser](t, data, "user", "disable", id)
	ok[listedUser](t, data, "user", "enable", id)
	ok[listedUser](t, data, "user", "areas", id, "--area", township)
	again := ok[addedUser](t, data, "user", "password", string(desk.ID))
	ok[rotated](t, data, "tokens", "rotate")
	s := serveOn(t, data)
	c := signIn(t, s.said.URL, "wang", again.Password)
	for _, login := range []string{"wang", "Geheim"} {
		resp, err := c.PostForm(s.said.URL+"/staff/sign-in", url.Values{"login": {login}, "password": {"wrong"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	s.stop()

	all := ok[[]auditRow](t, data, "audit", "list")
	var kinds []string
	for _, r := range all {
		kinds = append(kinds, string(r.Kind))
	}
	slices.Reverse(kinds)
	want := []string{"account_created", "account_created", "code_issued", "account_disabled", "account_enabled", "account_changed", "password_set", "key_rotated", "sign_in"}
	if len(kinds) < len(want) || !slices.Equal(kinds[:len(want)], want) {
		t.Errorf("listed: %v", kinds)
	}
	if !slices.IsSortedFunc(all, func(a, b auditRow) int { return int(b.At - a.At) }) {
		t.Error("not the newest first")
	}
	for _, r := range all {
		if r.Kind == "account_changed" && (r.Who.ID != "system" || r.Who.Name == "" || string(r.Record) != id || r.Field != "areas" || !r.OK) {
			t.Errorf("%+v", r)
		}
	}
	in := ok[[]auditRow](t, data, "audit", "list", "--kind", "sign_in", "--who", string(desk.ID))
	if len(in) != 1 || in[0].Who.Name != "王主任" || in[0].From != "127.0.0.1" || !in[0].OK {
		t.Errorf("signed in: %+v", in)
	}
	if on := ok[[]auditRow](t, data, "audit", "list", "--record", id); len(on) < 4 || slices.ContainsFunc(on, func(r auditRow) bool { return string(r.Record) != id }) {
		t.Errorf("on one account: %+v", on)
	}
	today := time.Now().In(zoufang.Zone).Format(time.DateOnly)
	for _, c := range []struct {
		from, to string
		n        int
	}{{today, today, len(all)}, {"2020-01-01", "2020-12-31", 0}, {"", "2020-12-31", 0}, {"2020-01-01", "", len(all)}} {
		if got := ok[[]auditRow](t, data, "audit", "list", "--from", c.from, "--to", c.to); got == nil || len(got) != c.n {
			t.Errorf("from %q to %q: %d of %d", c.from, c.to, len(got), len(all))
		}
	}
	fails(t, 2, data, "audit", "list", "--from", "yesterday")

	file := filepath.Join(t.TempDir(), "all.zfb")
	if r := runEnv(t, []string{"ZOUFANG_DATA=" + data, "ZOUFANG_BACKUP_PASSPHRASE=eine lange Rede"}, "backup", file); r.code != 0 {
		t.Fatalf("backup: %s", r.stderr)
	}
	other := filepath.Join(t.TempDir(), "other")
	if r := runEnv(t, []string{"ZOUFANG_DATA=" + other, "ZOUFANG_BACKUP_PASSPHRASE=eine lange Rede"}, "restore", file); r.code != 0 {
		t.Fatalf("restore: %s", r.stderr)
	}
	if got := ok[[]auditRow](t, other, "audit", "list"); !slices.Equal(got, all) {
		t.Errorf("after a restore %d of %d entries", len(got), len(all))
	}
}

// TestDemoStaysHere: the demo county is served to other machines only where that was
// said twice, and nothing is made before.
func TestDemoStaysHere(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.7:0", "example.org:0", "[::ffff:192.0.2.7]:0", "10.0.0.1:0"} {
		said := fails(t, 2, data, "serve", "--demo", "--listen", listen)
		if !strings.Contains(said, "--demo-public") {
			t.Errorf("%s: %s", listen, said)
		}
	}
	if r := runEnv(t, []string{"ZOUFANG_DATA=" + data, "ZOUFANG_DEMO=true", "ZOUFANG_LISTEN=0.0.0.0:0"}, "serve"); r.code != 2 {
		t.Errorf("by the environment: %d", r.code)
	}
	if (&call{config: config{Listen: "0.0.0.0:0", Demo: true, Public: true}}).checkDemo() != nil {
		t.Error("told twice it is refused")
	}
	for _, here := range []string{"127.0.0.1:0", "127.8.8.8:0", "localhost:80", "[::1]:0"} {
		if (&call{config: config{Listen: here, Demo: true}}).checkDemo() != nil {
			t.Errorf("%s is refused", here)
		}
	}
	if (&call{config: config{Listen: "0.0.0.0:0"}}).checkDemo() != nil {
		t.Error("without the demo it is refused")
	}
}
