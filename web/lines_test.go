package web_test

import (
	"encoding/json"
	"os"
	"testing"

	"zoufang"
)

// What a phone freezes is a commit to the server, under the same id, and all of
// its items are known. The phone's own tests hold its writing to the same file.
func TestThePhonesLinesAreCommits(t *testing.T) {
	raw, err := os.ReadFile("shared/testdata/lines.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Line string
		ID         zoufang.CommitID
		Draft      struct {
			N     int64
			At    int64
			Heard *int64
			Do    []json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) < 4 {
		t.Fatalf("%d lines: %v", len(cases), err)
	}
	for _, c := range cases {
		if id, _ := zoufang.HashLine([]byte(c.Line)); id != c.ID {
			t.Errorf("%s: id %s, want %s", c.Name, id, c.ID)
		}
		commit, fault := zoufang.ParseCommit([]byte(c.Line))
		if fault != nil {
			t.Errorf("%s: %v", c.Name, fault)
			continue
		}
		if len(commit.Do) != len(c.Draft.Do) || commit.N != c.Draft.N || commit.At != c.Draft.At || (commit.Heard == nil) != (c.Draft.Heard == nil) {
			t.Errorf("%s: read as %+v", c.Name, commit)
		}
		for i, it := range commit.Do {
			if it.Op == zoufang.OpJudge {
				continue
			}
			if !it.Record.Valid() {
				t.Errorf("%s: item %d names record %q", c.Name, i, it.Record)
			}
			if k := zoufang.KindOf("visit"); it.Op != zoufang.OpNew {
				if f := k.Field(it.Field); f == nil || it.Op == zoufang.OpSet && f.Check(it.Value) != nil {
					t.Errorf("%s: item %d: field %q", c.Name, i, it.Field)
				}
			} else {
				for name, v := range it.Fields {
					if f := k.Field(name); f == nil || f.Class != zoufang.Elements && f.Check(v) != nil {
						t.Errorf("%s: field %q: %s", c.Name, name, v)
					}
				}
			}
		}
	}
}
