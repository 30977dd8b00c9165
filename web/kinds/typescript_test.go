package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zoufang"
)

func TestEveryKindAndFieldIsWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kinds.gen.ts")
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	translated, err := english()
	if err != nil {
		t.Fatal(err)
	}
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		for _, want := range []string{`"name": "` + k.Name + `"`, `"title": "` + k.Label.Zh + `"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", k.Name, want)
			}
		}
		if want := `"` + k.Name + `": "` + k.Label.En + `"`; !strings.Contains(string(translated), want) {
			t.Errorf("%s: no %s in English", k.Name, want)
		}
		if k.Field(zoufang.Void) == nil {
			t.Errorf("%s is written without its register void", k.Name)
		}
		for _, f := range k.Fields {
			if !strings.Contains(text, `"name": "`+f.Name+`"`) {
				t.Errorf("%s.%s is not written", k.Name, f.Name)
			}
		}
	}
	for _, not := range []string{"null", "%!", ": any"} {
		if strings.Contains(text, not) {
			t.Errorf("%q stands in it", not)
		}
	}
}

// A build that finds the table as it was must not look new to make.
func TestWhatHasNotChangedIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kinds.gen.ts")
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(file); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("written again: %v", err)
	}
}
