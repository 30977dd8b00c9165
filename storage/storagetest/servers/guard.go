package servers

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// guarding reads process numbers, the last of which counts (an empty line: none
// runs), until its input ends: then it kills that process and removes the
// directory. Its input ends when this process does, in whatever way.
const guarding = `trap '' HUP INT TERM
pid=
while read -r line; do pid=$line; done
[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
n=0 # while the process dies it may still make files
until rm -rf -- "$1" 2>/dev/null || [ $n -ge 100 ]; do n=$((n+1)); sleep 0.1; done`

// guard is a small process that outlives this one for a moment, to clean up. A
// test process may end without running anything of ours: by a panic, by the time
// limit of go test, by os.Exit, by kill -9.
type guard struct {
	dir  string
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// newGuard makes a directory outside the tree and guards it.
func newGuard(name string) (*guard, error) {
	dir, err := os.MkdirTemp("", "zoufang-"+name+"-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", guarding, "guard", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is not for it
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		os.Remove(dir)
		return nil, fmt.Errorf("starting the guard of %s: %w", name, err)
	}
	return &guard{dir: dir, cmd: cmd, pipe: pipe}, nil
}

// watch names the process to kill at the end; 0: none runs.
func (g *guard) watch(pid int) error {
	line := "\n"
	if pid != 0 {
		line = fmt.Sprintf("%d\n", pid)
	}
	_, err := io.WriteString(g.pipe, line)
	return err
}

// end lets the guard do its work now.
func (g *guard) end() error {
	g.pipe.Close()
	return g.cmd.Wait()
}
