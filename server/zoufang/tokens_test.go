package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestAPITokens(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ok[any](t, data, "area", "import", write(t, "areas.csv", "code,name\n"+whole+",清河县\n"+township+",青石镇\n"+village+",东村\n"+village2+",西村\n"))
	u := string(ok[addedUser](t, data, "user", "add", "--name", "王主任", "--role", "township", "--area", township, "--login", "wang").ID)
	for _, bad := range [][]string{
		{"token", "add", "--user", "nobody-at-all-here"}, {"token", "add", "--user", u, "--days", "0"}, {"token", "add", "--user", u, "--days", "400"},
		{"token", "add", "--user", u, "--kinds", "visits"}, {"token", "add", "--user", u, "--area", whole}, {"token", "revoke", "no-such-token"},
	} {
		fails(t, 1, data, bad...)
	}
	fails(t, 2, data, "token", "add")
	added := ok[addedToken](t, data, "token", "add", "--user", u, "--read", "--kinds", "visit,person", "--area", village, "--area", village2)
	if !strings.HasPrefix(added.Token, "zft_"+added.ID+".") || added.Expires == 0 {
		t.Errorf("%+v", added)
	}
	other := ok[addedToken](t, data, "token", "add", "--user", u)
	if got := ok[listedToken](t, data, "token", "revoke", added.ID); got.Revoked == nil {
		t.Errorf("%+v", got)
	}
	list := ok[[]listedToken](t, data, "token", "list")
	if len(list) != 2 || list[0].ID != added.ID || list[0].Revoked == nil || !list[0].Read || len(list[0].Kinds) != 2 || len(list[0].Areas) != 2 || list[1].Revoked != nil {
		t.Errorf("%+v", list)
	}
	// A revoked token is revoked in what is restored from a backup made since.
	place := filepath.Join(t.TempDir(), "backup")
	ok[any](t, data, "backup", place)
	ok[any](t, data, "token", "revoke", other.ID)
	ok[any](t, data, "restore", place)
	list = ok[[]listedToken](t, data, "token", "list")
	if len(list) != 2 || list[0].Revoked == nil {
		t.Errorf("after a restore: %+v", list)
	}
	kinds := map[string]int{}
	for _, e := range ok[[]auditRow](t, data, "audit", "list") {
		kinds[string(e.Kind)]++
	}
	if kinds["token_added"] != 2 || kinds["token_revoked"] != 1 {
		t.Errorf("told: %v", kinds)
	}
}
