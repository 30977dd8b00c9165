package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zoufang/server/zoufang/zoufangtest"
)

// program is the built binary that all tests drive.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "zoufang-cli-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if program, err = zoufangtest.Program(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// result is how a run of the program ended.
type result struct {
	code   int
	stdout string
	stderr string
}

// runOn runs the program to its end on a data directory.
func runOn(t *testing.T, data string, args ...string) result {
	t.Helper()
	return runEnv(t, []string{"ZOUFANG_DATA=" + data}, args...)
}

func runEnv(t *testing.T, environment []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(bareEnv(), environment...)
	cmd.Dir = t.TempDir()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("zoufang %v: %v", args, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// bareEnv is the environment without what sets this program.
func bareEnv() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, envPrefix) {
			out = append(out, v)
		}
	}
	return out
}

// ok runs the program, which must succeed, and reads its one JSON value.
func ok[T any](t *testing.T, data string, args ...string) T {
	t.Helper()
	r := runOn(t, data, args...)
	if r.code != 0 {
		t.Fatalf("zoufang %v ended with %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return one[T](t, r)
}

// fails runs the program, which must end with the code, and gives what it said.
func fails(t *testing.T, code int, data string, args ...string) string {
	t.Helper()
	r := runOn(t, data, args...)
	if r.code != code {
		t.Fatalf("zoufang %v ended with %d, want %d\n%s%s", args, r.code, code, r.stdout, r.stderr)
	}
	return one[failure](t, r).Error
}

// one reads exactly one JSON value from standard output.
func one[T any](t *testing.T, r result) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(r.stdout))
	if err := d.Decode(&v); err != nil {
		t.Fatalf("standard output is not one JSON value: %v\n%q\n%s", err, r.stdout, r.stderr)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("more than one JSON value on standard output: %q", r.stdout)
	}
	return v
}

// running is a server under way.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	said   serving
	stdout io.ReadCloser
	stderr *output
}

// startServe starts the program on a free port.
func startServe(t *testing.T, data string, args ...string) *running {
	t.Helper()
	r := &running{t: t, stderr: &output{}}
	r.cmd = exec.Command(program, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	r.cmd.Env = bareEnv()
	r.cmd.Stderr = r.stderr
	r.begin()
	return r
}

func (r *running) begin() {
	r.t.Helper()
	t := r.t
	var err error
	if r.stdout, err = r.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.cmd.ProcessState == nil {
			r.kill()
		}
	})
}

// serveOn starts the program and waits until it says where it listens.
func serveOn(t *testing.T, data string, args ...string) *running {
	t.Helper()
	return startServe(t, data, args...).says()
}

// says waits until the program says where it listens.
func (r *running) says() *running {
	t := r.t
	t.Helper()
	said := make(chan error, 1)
	go func() { said <- json.NewDecoder(r.stdout).Decode(&r.said) }()
	select {
	case err := <-said:
		if err != nil {
			r.kill()
			t.Fatalf("serve: %v\n%s", err, r.stderr)
		}
	case <-time.After(60 * time.Second):
		r.kill()
		t.Fatalf("serve says nothing\n%s", r.stderr)
	}
	return r
}

// output is written by one goroutine and read by another.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) { o.mu.Lock(); defer o.mu.Unlock(); return o.b.Write(p) }

func (o *output) String() string { o.mu.Lock(); defer o.mu.Unlock(); return o.b.String() }

// stop ends the server as an operator does; it must end well.
func (r *running) stop() {
	r.t.Helper()
	r.cmd.Process.Signal(syscall.SIGTERM)
	if err := r.cmd.Wait(); err != nil {
		r.t.Fatalf("serve ended with %v\n%s", err, r.stderr)
	}
}

// kill ends it as a loss of power would.
func (r *running) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
}

// write makes a file and gives its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	village  = "990102101201"
	village2 = "990102101202"
	township = "990102101000"
	whole    = "990102000000"
)

// county makes a store with a township, two villages and a coordinator in the
// first, and gives the coordinator's id.
func county(t *testing.T) (data, coordinator string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	ok[any](t, data, "area", "import", write(t, "areas.csv", "code,name\n"+whole+",清河县\n"+township+",青石镇\n"+village+",东村\n"+village2+",西村\n"))
	u := ok[addedUser](t, data, "user", "add", "--name", "李芳", "--role", "coordinator", "--area", village)
	return data, string(u.ID)
}
