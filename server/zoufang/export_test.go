package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The command writes a file that is whole or not there, and says what is in it.
func TestExport(t *testing.T) {
	data, _ := county(t)
	if done := roster(t, data, rosterText); len(done.Faults) > 0 {
		t.Fatal(done.Faults)
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "persons.csv")
	said := ok[exported](t, data, "export", "persons", "--format", "csv", "--out", out, "--area", village, "--filter", "categories=低保")
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	if said.Rows != 1 || said.Bytes != int64(len(b)) || string(said.SHA256) != hex.EncodeToString(sum[:]) || said.Media != nil {
		t.Errorf("%+v of %d bytes", said, len(b))
	}
	if !bytes.Contains(b, []byte("罗绍良")) || !bytes.Contains(b, []byte("110***********002X")) || bytes.Contains(b, []byte("11010519491231002X")) {
		t.Errorf("%s", b)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if why := fails(t, 1, data, "export", "persons", "--format", "csv", "--out", out); !strings.Contains(why, "there already") {
		t.Errorf("over a file: %s", why)
	}
	open := filepath.Join(dir, "open.csv")
	ok[exported](t, data, "export", "persons", "--format", "csv", "--out", open, "--open-why", "年度核对")
	if b, err := os.ReadFile(open); err != nil || !bytes.Contains(b, []byte("11010519491231002X")) {
		t.Errorf("%v: %s", err, b)
	}
	if media := ok[exported](t, data, "export", "visits", "--format", "zip", "--out", filepath.Join(dir, "v.zip")).Media; media == nil || *media != 0 {
		t.Errorf("media %v", media)
	}
	none := filepath.Join(dir, "none")
	for _, args := range [][]string{
		{"persons", "--format", "pdf"}, {"items", "--format", "csv"}, {"persons"}, {"persons", "--format", "csv", "--filter", "urgency=x"},
		{"persons", "--format", "csv", "--from", "yesterday"}, {"persons", "--format", "csv", "--filter", "area=99", "--area", village},
	} {
		fails(t, 2, data, append(append([]string{"export"}, args...), "--out", none)...)
	}
	fails(t, 1, data, "export", "persons", "--format", "csv", "--area", "110000000000", "--out", none)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left: %v %v", left, err)
	}
	var kinds []string
	for _, e := range ok[[]auditRow](t, data, "audit", "list") {
		kinds = append(kinds, string(e.Kind)+" "+e.Why)
	}
	for _, want := range []string{"exported ", "exported 年度核对", "opened 年度核对"} {
		if !slices.Contains(kinds, want) {
			t.Errorf("the log has no %q: %v", want, kinds)
		}
	}
}
