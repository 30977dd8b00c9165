// Package deploy_test holds what operators are given to the program as it is: each
// command line is run, each setting, path and metric looked up where it is made.
package deploy_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"zoufang/server/zoufang/zoufangtest"
)

// program is the built program.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "deploy-")
	if err != nil {
		panic(err)
	}
	code := 1
	if program, err = zoufangtest.Program(dir); err == nil {
		code = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// object is a YAML mapping.
type object = map[string]any

// documents reads all YAML documents of a file.
func documents(t *testing.T, file string) []object {
	t.Helper()
	var out []object
	for d := yaml.NewDecoder(strings.NewReader(text(t, file))); ; {
		var v object
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, v)
	}
}

// at walks into mappings and, by number, lists; nil where there is nothing.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(object)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func word(v any, path ...any) string { s, _ := at(v, path...).(string); return s }

func list(v any, path ...any) []any { l, _ := at(v, path...).([]any); return l }

func words(v any, path ...any) (out []string) {
	for _, w := range list(v, path...) {
		if s, ok := w.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// known has the program itself judge a command line: with -h behind, it stops once
// command and flags are read.
func known(t *testing.T, where string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, append(slices.Clone(args), "-h")...)
	cmd.Env = []string{}
	cmd.Dir = t.TempDir()
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		first, _, _ := strings.Cut(said.String(), "\n")
		t.Errorf("%s: zoufang %s: %s", where, strings.Join(args, " "), first)
	}
}

// every is a file that people get from this directory.
func every(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*", "kubernetes/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if info, err := os.Stat(f); err == nil && info.Mode().IsRegular() && !strings.HasSuffix(f, "_test.go") {
				files = append(files, f)
			}
		}
	}
	if len(files) < 10 {
		t.Fatalf("only %d files", len(files))
	}
	return files
}

// matches gives the first groups of all matches in the files, sorted, each once.
func matches(t *testing.T, expr string, files ...string) (out []string) {
	t.Helper()
	for _, f := range files {
		for _, m := range regexp.MustCompile(expr).FindAllStringSubmatch(text(t, f), -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
