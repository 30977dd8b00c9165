package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	_, list, _ := strings.Cut(text, "export const kinds: readonly Kind[] = ")
	var table []kind
	if err := json.Unmarshal([]byte(strings.TrimSuffix(list, ";\n")), &table); err != nil {
		t.Fatal(err)
	}
	translated, err := english()
	if err != nil {
		t.Fatal(err)
	}
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		if table[i].Name != k.Name || table[i].Title != k.Label.Zh {
			t.Errorf("%s is written as %s, %s", k.Name, table[i].Name, table[i].Title)
		}
		if want := `"` + k.Name + `": "` + k.Label.En + `"`; !strings.Contains(string(translated), want) {
			t.Errorf("%s: no %s in English", k.Name, want)
		}
		if k.Field(zoufang.Void) == nil {
			t.Errorf("%s is written without its register void", k.Name)
		}
		for n, f := range k.Fields {
			got := table[i].Fields[n]
			if got.Name != f.Name || got.Type != f.Type || got.Title != f.Label.Zh || len(got.Choices) != len(f.Choices) {
				t.Errorf("%s.%s is written as %+v", k.Name, f.Name, got)
			}
			// What photos a line names, and so what must be sent with it, hangs on these.
			for _, m := range f.Members {
				if slices.Contains(got.Media, m.Name) != (m.Type == zoufang.Medium) {
					t.Errorf("%s.%s: media %v, and %s is a %s", k.Name, f.Name, got.Media, m.Name, m.Type)
				}
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
