package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang"
)

// TestChangingAccounts: areas, shutting out and in, a new password; the public
// record follows, and bad input changes nothing.
func TestChangingAccounts(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ok[any](t, data, "area", "import", write(t, "areas.csv", "code,name\n"+whole+",清河县\n"+township+",青石镇\n"+village+",东村\n"+village2+",西村\n"))
	u := ok[addedUser](t, data, "user", "add", "--name", "李芳", "--role", "coordinator", "--area", village)
	desk := ok[addedUser](t, data, "user", "add", "--name", "王主任", "--role", "township", "--area", township, "--login", "wang")
	id := string(u.ID)
	before := ok[map[string]any](t, data, "verify")["commits"].(float64)

	for _, bad := range [][]string{
		{"user", "areas", id}, {"user", "areas", id, "--area", village + "," + village},
		{"user", "areas", id, "--area", "990101009209"}, {"user", "areas", "nobody-at-all-here", "--area", village},
		{"user", "disable", "nobody-at-all-here"}, {"user", "password", id},
	} {
		code := 1
		if len(bad) == 3 && bad[1] == "areas" {
			code = 2
		}
		fails(t, code, data, bad...)
	}
	got := ok[listedUser](t, data, "user", "areas", id, "--area", village2+","+village)
	if len(got.Areas) != 2 || got.Areas[0] != zoufang.AreaID(village2) {
		t.Errorf("areas: %+v", got)
	}
	if got := ok[listedUser](t, data, "user", "disable", id); !got.Disabled {
		t.Errorf("disabled: %+v", got)
	}
	ok[listedUser](t, data, "user", "disable", id) // again is the same
	if got := ok[listedUser](t, data, "user", "enable", id); got.Disabled {
		t.Errorf("enabled: %+v", got)
	}
	again := ok[addedUser](t, data, "user", "password", string(desk.ID))
	if again.Password == "" || again.Password == desk.Password {
		t.Error("the password is the old one")
	}
	report := ok[map[string]any](t, data, "verify")
	if report["fault_count"] != 0.0 || report["commits"] != before+3 { // a move, active twice
		t.Errorf("verify: %v", report)
	}
	ok[rotated](t, data, "keys", "rotate")
	ok[rotated](t, data, "tokens", "rotate")
	ok[rotated](t, data, "recovery", "rotate")
	if report := ok[map[string]any](t, data, "verify"); report["fault_count"] != 0.0 {
		t.Errorf("after rotation: %v", report)
	}
	b, err := os.ReadFile(filepath.Join(data, "keys/seal.json"))
	if err != nil || strings.Count(string(b), `"keyData"`) != 2 {
		t.Errorf("the ring does not hold two keys")
	}
}
