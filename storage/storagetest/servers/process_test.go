package servers

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server that does not come up is reported with what it said.
func TestDoesNotStart(t *testing.T) {
	p := &process{name: "broken"}
	p.command = func(dir string, _ int) *exec.Cmd {
		return exec.Command("/bin/sh", "-c", "echo the disk is full; exit 3")
	}
	p.ready = func(context.Context) error { return errors.New("nobody there") }
	err := launch(t.Context(), p)
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("launch: %v", err)
	}
	if _, err := os.Stat(p.guard.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its directory is left: %v", err)
	}
}

const envDie = "ZOUFANG_TEST_SERVERS_DIE"

// Killed without warning, a test process leaves no server and no directory.
func TestKilledTestProcess(t *testing.T) {
	if os.Getenv(envDie) != "" {
		p := &process{name: "orphan"}
		p.command = func(string, int) *exec.Cmd { return exec.Command("sleep", "300") }
		p.ready = func(context.Context) error { return nil }
		if err := launch(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString(strconv.Itoa(p.cmd.Process.Pid) + " " + p.guard.dir + "\n")
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKilledTestProcess$")
	cmd.Env = append(os.Environ(), envDie+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	cmd.Process.Kill()
	cmd.Wait()
	first, dir, ok := strings.Cut(strings.TrimSpace(line), " ")
	pid, err := strconv.Atoi(first)
	if !ok || err != nil {
		t.Fatalf("the process says %q", line)
	}
	for wait := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, left := os.Stat(dir)
		if errors.Is(left, os.ErrNotExist) && !running(pid) {
			return
		}
		if time.Now().After(wait) {
			t.Fatalf("server running: %v, directory: %v", running(pid), left)
		}
	}
}

// running is false for one that is dead and nobody has asked about yet.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(string(out), "Z")
}

// One of many who want a program at once builds it, and a build that failed or was
// cut short is no build.
func TestInstall(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	script := "exit 1"
	r := recipe{name: "thing", version: "1", bin: "bin/thing", needs: []string{"sh"}, build: func(dir string) []*exec.Cmd {
		return []*exec.Cmd{exec.Command("sh", "-c", script)}
	}}
	if _, err := r.install(t.Context(), os.Stderr); err == nil {
		t.Error("a failed build gave a program")
	}
	script = "mkdir bin && touch bin/thing && sleep 60"
	brief, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := r.install(brief, os.Stderr); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a build without end: %v", err)
	}
	script = "echo x >> ../builds; mkdir bin && touch bin/thing; sleep 0.3"
	done := make(chan error)
	for range 4 {
		go func() { _, err := r.install(t.Context(), os.Stderr); done <- err }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	dir, _ := r.dir()
	builds, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "builds"))
	if err != nil || string(builds) != "x\n" {
		t.Errorf("built %q, %v", builds, err)
	}
	if _, ok := r.built(); !ok {
		t.Error("it is not there")
	}
}
