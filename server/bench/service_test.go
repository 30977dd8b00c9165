package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zoufang/internal/phone"
	"zoufang/server/zoufang/zoufangtest"
)

// service is the program as a process of its own.
type service struct {
	b    *testing.B
	bin  string
	data string
	url  string
	env  []string // the store's settings; none for the data directory
	cmd  *exec.Cmd
}

const (
	villages = 32 // one for each client, as coordinators have
	clients  = 32
)

func village(i int) string { return fmt.Sprintf("9901010012%02d", 1+i%villages) }

// crowded is a village that many coordinators share.
const crowded = "990101001298"

// start builds the program, makes areas, and serves.
func start(b *testing.B, env ...string) *service {
	csv := "code,name\n990101000000,县\n990101001000,镇\n" + crowded + ",大村\n"
	for i := range villages {
		csv += village(i) + ",村\n"
	}
	s := prepare(b, b.TempDir(), csv, env...)
	s.serve()
	b.Cleanup(s.stop)
	return s
}

// prepare builds the program and makes areas.
func prepare(b *testing.B, dir, csv string, env ...string) *service {
	bin, err := zoufangtest.Program(dir)
	if err != nil {
		b.Fatal(err)
	}
	s := &service{b: b, bin: bin, data: filepath.Join(dir, "data"), env: append(os.Environ(), env...)}
	file := filepath.Join(dir, "areas.csv")
	if err := os.WriteFile(file, []byte(csv), 0o600); err != nil {
		b.Fatal(err)
	}
	s.run("area", "import", file)
	return s
}

// stop ends the service and waits for it.
func (s *service) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

// serve starts the service.
func (s *service) serve() {
	b := s.b
	b.Helper()
	s.cmd = exec.Command(s.bin, "serve", "--listen", "127.0.0.1:0", "--data", s.data)
	s.cmd.Env = s.env
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var ready struct{ URL, Listen string }
	if err := json.NewDecoder(bufio.NewReader(stdout)).Decode(&ready); err != nil {
		b.Fatalf("the service did not start: %v", err)
	}
	s.url = "http://" + ready.Listen
}

// run gives what a command prints.
func (s *service) run(args ...string) map[string]any {
	s.b.Helper()
	cmd := exec.Command(s.bin, append(args, "--data", s.data)...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.Env = &stderr, s.env
	out, err := cmd.Output()
	if err != nil {
		s.b.Fatalf("%v: %v\n%s", args, err, &stderr)
	}
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		s.b.Fatalf("%v printed %q: %v", args, out, err)
	}
	return v
}

// enrol makes a coordinator of a village with a phone.
func (s *service) enrol(i int, area string, options ...phone.Option) *phone.Phone {
	s.b.Helper()
	u := s.run("user", "add", "--name", "协理员"+strconv.Itoa(i), "--role", "coordinator", "--area", area)
	code := s.run("enrol", "--user", u["id"].(string))
	p := phone.New(s.url, options...)
	if err := p.Enrol(context.Background(), code["code"].(string), "bench"); err != nil {
		s.b.Fatal(err)
	}
	return p
}

// usage is what the service's process used so far.
type usage struct {
	cpu  time.Duration
	peak int64 // resident bytes at most
	now  int64 // resident bytes
}

func (s *service) usage() usage {
	s.b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		s.b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	ticks := func(i int) int64 { n, _ := strconv.ParseInt(fields[i], 10, 64); return n }
	u := usage{cpu: time.Duration(ticks(11)+ticks(12)) * 10 * time.Millisecond}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		for key, to := range map[string]*int64{"VmHWM:": &u.peak, "VmRSS:": &u.now} {
			if rest, ok := strings.CutPrefix(line, key); ok {
				kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				*to = kib << 10
			}
		}
	}
	return u
}
