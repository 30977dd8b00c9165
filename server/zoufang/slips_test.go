package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const slipUsers = "姓名,角色,区划,登录名\n买买提·艾合买提,协理员,东村、西村,\n王𬭎,协理员,西村,\n㐂科员,乡镇," + township + ",qian\n"

// onPaper is the text of a PDF, without the blanks and lines that are its layout's.
func onPaper(t *testing.T, pdf string) string {
	t.Helper()
	out, err := exec.Command("pdftotext", "-raw", pdf, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (Debian: apt install poppler-utils): %v", err)
	}
	return regexp.MustCompile(`\s`).ReplaceAllString(string(out), "")
}

func accounts(t *testing.T, data string) int {
	t.Helper()
	return len(ok[[]listedUser](t, data, "user", "list"))
}

func TestUserImportPrintsSlips(t *testing.T) {
	data, _ := county(t)
	list, pdf := write(t, "u.csv", slipUsers), filepath.Join(t.TempDir(), "登记单.pdf")
	r := runOn(t, data, "user", "import", list, "--url", "https://mz.example.gov.cn", "--codes", pdf)
	got := one[importedUsers](t, r)
	if r.code != 0 || len(got.Users) != 3 {
		t.Fatalf("%d: %+v\n%s", r.code, got, r.stderr)
	}
	if info, err := os.Stat(pdf); err != nil || info.Mode() != 0o600 {
		t.Errorf("the slips: %v, %v", info, err)
	}
	text := onPaper(t, pdf)
	for _, want := range []string{"买买提·艾合买提", "王𬭎", "㐂科员", "青石镇东村、青石镇西村", "qian", got.Users[2].Password, "https://mz.example.gov.cn/phone/", "https://mz.example.gov.cn/staff/"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not on the slips", want)
		}
	}
	for _, u := range got.Users[:2] {
		_, code, _ := strings.Cut(u.URL, "#enrol=")
		if code == "" || !strings.Contains(text, code) {
			t.Errorf("the code of %s is not on their slip", u.Name)
		}
		if strings.Contains(r.stderr, code) {
			t.Error("a code is in the log")
		}
	}
	if strings.Contains(r.stderr, "no other machine") {
		t.Errorf("said of a public address: %s", r.stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(pdf), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNoSlipsNoAccounts: where slips cannot be printed, or nobody is to be opened, no
// account, file or change of a file comes about.
func TestNoSlipsNoAccounts(t *testing.T) {
	data, _ := county(t)
	list, dir := write(t, "u.csv", slipUsers), t.TempDir()
	there := filepath.Join(dir, "there.pdf")
	if err := os.WriteFile(there, []byte("another's"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "link.pdf")); err != nil {
		t.Fatal(err)
	}
	before := accounts(t, data)
	for name, args := range map[string][]string{
		"there.pdf":        {"--codes", there},
		"a link":           {"--codes", filepath.Join(dir, "link.pdf")},
		"no directory":     {"--codes", filepath.Join(dir, "no", "x.pdf")},
		"a directory":      {"--codes", dir},
		"a trial on there": {"--codes", there, "--dry-run"},
		"codes for a year": {"--codes", filepath.Join(dir, "x.pdf"), "--days", "365"},
	} {
		if said := fails(t, 1, data, append([]string{"user", "import", list}, args...)...); said == "" || strings.Contains(said, "goroutine") {
			t.Errorf("%s: %q", name, said)
		}
	}
	if r := runOn(t, data, "user", "import", write(t, "bad.csv", slipUsers+"乙,协理员,无此村,\n"), "--codes", filepath.Join(dir, "x.pdf")); r.code != 1 {
		t.Errorf("a list with a fault ended with %d", r.code)
	}
	ok[importedUsers](t, data, "user", "import", list, "--codes", filepath.Join(dir, "x.pdf"), "--dry-run")
	if after := accounts(t, data); after != before {
		t.Errorf("%d accounts, %d before", after, before)
	}
	if b, err := os.ReadFile(there); err != nil || string(b) != "another's" {
		t.Errorf("the file that was there: %q, %v", b, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
	r := runOn(t, data, "user", "import", list, "--codes", filepath.Join(dir, "x.pdf"))
	if r.code != 0 || !strings.Contains(r.stderr, "no other machine reaches") {
		t.Errorf("slips that lead to this machine alone: %d %s", r.code, r.stderr)
	}
}

// TestWhatWasHandedOutIsTold: passwords that exist reach a person, though the slips
// could not be drawn.
func TestWhatWasHandedOutIsTold(t *testing.T) {
	data, _ := county(t)
	pdf := filepath.Join(t.TempDir(), "x.pdf")
	r := runOn(t, data, "user", "import", write(t, "u.csv", slipUsers), "--url", "https://"+strings.Repeat("a", 600), "--codes", pdf)
	if got := one[importedUsers](t, r); r.code != 1 || len(got.Users) != 3 || got.Users[2].Password == "" || !strings.Contains(r.stderr, "not printed") {
		t.Errorf("%d: %+v\n%s", r.code, got, r.stderr)
	}
	if left, _ := os.ReadDir(filepath.Dir(pdf)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
