package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"zoufang/server/zoufang/zoufangtest"
)

var zoufang string // the program under test

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

// runAll builds the program once for all tests.
func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "zoufang-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if zoufang, err = zoufangtest.Program(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := halve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// programSeen looks at the program's source, so that a result of before it was changed
// does not count: the go command knows of files that a test looks at, and of packages
// that it imports, but not of the program that it builds.
var programSeen = sync.OnceValue(func() error {
	return filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			_, err = os.Stat(path)
		}
		return err
	})
})

// run is a command on the server's data. Its one JSON value is read into out.
func (s *server) run(out any, args ...string) {
	s.Helper()
	b, code := s.command(args...)
	if code != 0 {
		s.Fatalf("zoufang %v ended with %d: %s", args, code, b)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(b, out); err != nil {
		s.Fatalf("zoufang %v printed %q: %v", args, b, err)
	}
}

// refused is a command that must fail and say why in its JSON value.
func (s *server) refused(args ...string) (why string) {
	s.Helper()
	b, code := s.command(args...)
	var said struct{ Error string }
	if err := json.Unmarshal(b, &said); err != nil || code == 0 || said.Error == "" {
		s.Fatalf("zoufang %v ended with %d and printed %q", args, code, b)
	}
	return said.Error
}

func (s *server) command(args ...string) (stdout []byte, code int) {
	s.Helper()
	var out, words bytes.Buffer
	cmd := exec.Command(zoufang, args...)
	cmd.Env = s.environment()
	cmd.Stdout, cmd.Stderr = &out, &words
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		s.Fatal(err)
	}
	s.tap.keep(out.Bytes())
	s.noKeys(fmt.Sprintf("what zoufang %v said", args), out.Bytes(), words.Bytes())
	if err != nil {
		s.Logf("zoufang %v: %s", args, words.Bytes())
	}
	return out.Bytes(), cmd.ProcessState.ExitCode()
}

// verify holds the whole store to what it promises.
func (s *server) verify() map[string]any {
	s.Helper()
	var report map[string]any
	s.run(&report, "verify")
	return report
}

// importAreas makes areas known: pairs of code and name.
func (s *server) importAreas(pairs ...string) {
	s.Helper()
	text := "code,name\n"
	for i := 0; i < len(pairs); i += 2 {
		text += pairs[i] + "," + pairs[i+1] + "\n"
	}
	file := filepath.Join(s.TempDir(), "areas.csv")
	s.must(os.WriteFile(file, []byte(text), 0o600))
	s.run(nil, "area", "import", file)
}

func (s *server) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
