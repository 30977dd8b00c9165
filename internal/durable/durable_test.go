package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func written(t *testing.T, dir, text string) *File {
	t.Helper()
	f, err := Create(dir, ".x.*")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f
}

// holds tells what is in a directory, by name.
func holds(t *testing.T, dir string) string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Name()+"="+string(b))
	}
	return fmt.Sprint(out)
}

func TestGive(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		text string
		give func(*File, string) error
		err  error
		want string
	}{
		{"first", (*File).GiveNew, nil, "[x=first]"},
		{"second", (*File).GiveNew, fs.ErrExist, "[x=first]"},
		{"third", (*File).Give, nil, "[x=third]"},
	} {
		f := written(t, dir, c.text)
		if err := c.give(f, "x"); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.text, err)
		}
		f.Drop()
		if got := holds(t, dir); got != c.want {
			t.Errorf("%s: the directory has %s, wanted %s", c.text, got, c.want)
		}
	}
	written(t, dir, "never given").Drop()
	if got := holds(t, dir); got != "[x=third]" {
		t.Errorf("what was dropped is there: %s", got)
	}
}

// TestGiveStopped: a step that fails ends all; until the rename the old stays, and
// what was renamed is not removed though nobody can say that it is durable.
func TestGiveStopped(t *testing.T) {
	errOwn := errors.New("the disk is gone")
	for i, want := range []string{"[x=old]", "[x=old]", "[x=new]"} {
		dir := t.TempDir()
		if err := written(t, dir, "old").Give("x"); err != nil {
			t.Fatal(err)
		}
		f := written(t, dir, "new")
		var steps []string
		f.Step = func(name string, do func() error) error {
			if steps = append(steps, name); len(steps) == i+1 {
				return errOwn
			}
			return do()
		}
		if err := f.Give("x"); err != errOwn {
			t.Errorf("step %d: %v", i, err)
		}
		f.Drop()
		if got := holds(t, dir); got != want {
			t.Errorf("step %d: the directory has %s, wanted %s", i, got, want)
		}
		if all := []string{"fsync", "rename", "dirsync"}; !slices.Equal(steps, all[:i+1]) {
			t.Errorf("steps %v", steps)
		}
	}
}

func TestMakeDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b", "c")
	for range 2 {
		if err := MakeDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Dir(dir))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
}
