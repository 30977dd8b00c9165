package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = 60 * time.Second // the machine may be busy with other tests
	stopLimit  = 20 * time.Second
)

// process is a server of ours: one command that may be ended and started again on
// the same port and data.
type process struct {
	name    string
	port    int
	guard   *guard
	command func(dir string, port int) *exec.Cmd
	ready   func(ctx context.Context) error

	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{} // closed when cmd has ended
}

// start runs the command and waits until the server answers.
func (p *process) start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		return fmt.Errorf("%s runs already", p.name)
	}
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := p.command(p.guard.dir, p.port)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.guard.dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	gone := make(chan struct{})
	go func() { cmd.Wait(); close(gone) }()
	p.cmd, p.gone = cmd, gone
	err = p.guard.watch(cmd.Process.Pid)
	if err == nil {
		err = p.await(ctx)
	}
	if err != nil {
		return errors.Join(err, p.signal(syscall.SIGKILL))
	}
	return nil
}

var errEnded = errors.New("ended while it started")

func (p *process) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		try, done := context.WithTimeout(ctx, 3*time.Second)
		err := p.ready(try)
		done()
		select {
		case <-p.gone: // whoever answered, it was another one
			return fmt.Errorf("%s %w: %s%s", p.name, errEnded, p.cmd.ProcessState, p.lastLines())
		default:
		}
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.gone:
		case <-ctx.Done():
			return fmt.Errorf("%s did not answer in time: %w%s", p.name, err, p.lastLines())
		}
	}
}

// end sends the signal and returns when the server is gone.
func (p *process) end(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return fmt.Errorf("%s does not run", p.name)
	}
	return p.signal(sig)
}

func (p *process) signal(sig syscall.Signal) error {
	p.cmd.Process.Signal(sig)
	var err error
	select {
	case <-p.gone:
	case <-time.After(stopLimit):
		err = fmt.Errorf("%s did not stop in time and was killed%s", p.name, p.lastLines())
		p.cmd.Process.Kill()
		<-p.gone
	}
	p.cmd = nil
	return errors.Join(err, p.guard.watch(0))
}

// close kills the server, if it runs, and removes its directory.
func (p *process) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		p.signal(syscall.SIGKILL)
	}
	return p.guard.end()
}

func (p *process) log() string { return filepath.Join(p.guard.dir, "log") }

// lastLines gives the end of the server's log, to be put behind an error.
func (p *process) lastLines() string {
	f, err := os.Open(p.log())
	if err != nil {
		return ""
	}
	defer f.Close()
	end := make([]byte, 4096)
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	n, _ := f.ReadAt(end, max(0, info.Size()-int64(len(end))))
	lines := bytes.Split(bytes.TrimSpace(end[:n]), []byte("\n"))
	return "\nits last lines:\n" + string(bytes.Join(lines[max(0, len(lines)-15):], []byte("\n")))
}

// launch starts a server on a free port. A port that another process took at the
// same moment is no reason to fail.
func launch(ctx context.Context, p *process) (err error) {
	for range 3 {
		if p.port, err = freePort(); err != nil {
			return err
		}
		if p.guard, err = newGuard(p.name); err != nil {
			return err
		}
		if err = p.start(ctx); err == nil {
			return nil
		}
		p.guard.end()
		if !errors.Is(err, errEnded) {
			break
		}
	}
	return err
}

// freePort gives a port below those that the system hands to clients: a client
// that asks a stopped server again and again can otherwise be given the server's
// own port as its own, and reach itself.
func freePort() (int, error) {
	for range 100 {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", address(port))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("no free port between 20000 and 32000")
}

func address(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

func (p *process) runs() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil
}
