package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// recipe builds one server into a directory of its own, named by the version, so
// that another version is another directory.
type recipe struct {
	name, version string
	about         string   // how the report names it
	bin           string   // within the directory
	needs         []string // programs without which it cannot be built
	build         func(dir string) []*exec.Cmd
}

func (r recipe) String() string { return r.name + " " + r.version }

// able says whether the programs it needs are there.
func (r recipe) able() bool {
	for _, p := range r.needs {
		if _, err := exec.LookPath(p); err != nil {
			return false
		}
	}
	return true
}

func (r recipe) dir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "zoufang", "servers", r.name+"-"+r.version), err
}

// complete is made when all is built, and never in a directory that is not.
const complete = "complete"

// scratch, behind the directory's name, is what a build that was cut short can go
// on from.
const scratch = ".scratch"

// built gives the program, if it was built before.
func (r recipe) built() (path string, ok bool) {
	dir, err := r.dir()
	if err != nil {
		return "", false
	}
	if _, err := os.Stat(filepath.Join(dir, complete)); err != nil {
		return "", false
	}
	return filepath.Join(dir, r.bin), true
}

// install builds the server unless somebody has. Several test processes may want
// it at once: one builds, the others wait. What the build says goes to progress.
func (r recipe) install(ctx context.Context, progress io.Writer) (path string, err error) {
	dir, err := r.dir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close() // unlocks
	if err := flock(ctx, lock); err != nil {
		return "", fmt.Errorf("waiting for another process to build %s: %w", r, err)
	}
	if path, ok := r.built(); ok {
		return path, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(progress, "building %s, once for this user: some minutes\n", r)
	defer beating(progress, r.String())()
	for _, cmd := range r.build(dir) {
		if err := run(ctx, cmd, dir, progress); err != nil {
			return "", fmt.Errorf("building %s: %w", r, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, r.bin)); err != nil {
		return "", fmt.Errorf("building %s: %w", r, err)
	}
	if err := os.WriteFile(filepath.Join(dir, complete), nil, 0o600); err != nil {
		return "", err
	}
	return filepath.Join(dir, r.bin), os.RemoveAll(dir + scratch)
}

// beating says now and then that the build goes on: the go command says nothing.
func beating(progress io.Writer, what string) (stop func()) {
	done := make(chan struct{})
	go func() {
		for begun := time.Now(); ; {
			select {
			case <-time.After(20 * time.Second):
				fmt.Fprintf(progress, "still building %s, for %v\n", what, time.Since(begun).Round(time.Second))
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// run runs one step of a build, in a process group of its own, so that what the
// step has started ends with it.
func run(ctx context.Context, cmd *exec.Cmd, dir string, progress io.Writer) error {
	var said tail
	cmd.Dir = dir
	cmd.Stdout = io.MultiWriter(progress, &said)
	cmd.Stderr = cmd.Stdout
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if cmd.Err != nil {
		return cmd.Err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stop()
	if err := cmd.Wait(); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}

// flock waits for the lock; the kernel takes it back when the process ends.
func flock(ctx context.Context, f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tail keeps the end of what is written to it.
type tail string

func (t *tail) Write(b []byte) (int, error) {
	*t += tail(b)
	*t = (*t)[max(0, len(*t)-2000):]
	return len(b), nil
}

// plain is this environment without what tells the go command to build otherwise
// than a stranger's machine would.
func plain(add ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		switch name, _, _ := strings.Cut(e, "="); name {
		case "GOFLAGS", "GOOS", "GOARCH", "GOWORK", "GO111MODULE", "GOBIN", "CGO_ENABLED", "GOEXPERIMENT", "CARGO_TARGET_DIR":
		default:
			env = append(env, e)
		}
	}
	return append(env, add...)
}
