package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	county  = "990101000000"
	town    = "990101001000"
	dong    = "990101001201" // 东村
	xi      = "990101001202" // 西村
	farTown = "990101002000"
	far     = "990101002201" // 远村, in another township
)

// server is the program at work on a data directory, or in production on a
// database and a bucket, on an address that stays the same when it is started
// again.
type server struct {
	*testing.T
	data        string // the directory; in production nothing may come to be there
	at          *production
	address     string
	base        string
	public      string // where phones find it, if that is not base
	tap         *tap
	client      *http.Client
	cmd         *exec.Cmd
	log         *os.File
	descriptors int // that the program may have open; 0 for as many as the test
	ended       chan struct{}

	mu       sync.Mutex
	ahead    time.Duration // of the clock of a server within the test
	users    int
	restored int
}

// newServer starts a server on a county of two townships and three villages.
func newServer(t *testing.T) *server {
	t.Helper()
	s := prepare(t)
	s.start()
	return s
}

// prepare makes the county known to a server that does not run yet, on the stores
// of this half.
func prepare(t *testing.T) *server {
	t.Helper()
	t.Parallel()
	if inProduction() {
		return prepareOn(t, sharedProduction(t, ""))
	}
	return prepareOn(t, nil)
}

// prepareOn is prepare on stores of the caller's; nil is a data directory.
func prepareOn(t *testing.T, at *production) *server {
	t.Helper()
	s := unprepared(t, at)
	s.importAreas(county, "测试县", town, "甲镇", dong, "东村", xi, "西村", farTown, "乙镇", far, "远村")
	if _, err := os.Stat(s.data); at != nil && err == nil {
		t.Fatal("the program keeps a data directory in production too: is it told of its stores?")
	}
	return s
}

// unprepared is a server that has nothing yet.
func unprepared(t *testing.T, at *production) *server {
	t.Helper()
	if err := programSeen(); err != nil {
		t.Fatal(err)
	}
	s := &server{T: t, data: filepath.Join(t.TempDir(), "data"), at: at, address: "127.0.0.1:0"}
	s.tap = &tap{s: s, next: &http.Transport{MaxIdleConnsPerHost: 32, DisableCompression: true}}
	s.client = &http.Client{Transport: s.tap, Timeout: 60 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(s.tap.next.CloseIdleConnections)
	return s
}

// environment is that of the program: the stores, and where phones find it.
func (s *server) environment() []string {
	env := append(os.Environ(), "ZOUFANG_DATA="+s.data, "ZOUFANG_LISTEN="+s.address, "ZOUFANG_URL="+s.public, "ZOUFANG_MONGODB_URI=", "ZOUFANG_S3_ENDPOINT=")
	if s.at != nil {
		env = append(env, s.at.env()...)
	}
	return env
}

func (s *server) start() { s.Helper(); s.launch()() }

// launch starts the program; what it returns waits until it serves.
func (s *server) launch() (wait func()) {
	s.Helper()
	cmd := exec.Command(zoufang, "serve", "--listen", s.address)
	if s.descriptors > 0 {
		cmd = exec.Command("sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, s.descriptors), zoufang, "serve", "--listen", s.address)
	}
	cmd.Env = s.environment()
	var err error
	s.log, err = os.OpenFile(s.data+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	s.must(err)
	cmd.Stderr = s.log
	out, err := cmd.StdoutPipe()
	s.must(err)
	s.must(cmd.Start())
	ended := make(chan struct{})
	s.cmd, s.ended = cmd, ended
	log := s.log
	s.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
		log.Close()
		all, _ := os.ReadFile(log.Name())
		s.noKeys("the log", all)
	})
	return func() {
		s.Helper()
		var said struct{ URL, Listen string }
		line, err := bufio.NewReader(out).ReadBytes('\n')
		go func() { cmd.Wait(); close(ended) }()
		if err != nil || json.Unmarshal(line, &said) != nil {
			log, _ := os.ReadFile(s.data + ".log")
			s.Fatalf("serve printed %q: %v\n%s", line, err, log)
		}
		s.address, s.base = said.Listen, "http://"+said.Listen
	}
}

// kill ends the server as a power cut does to a process.
func (s *server) kill() {
	s.Helper()
	s.must(s.cmd.Process.Kill())
	<-s.ended
	s.tap.next.CloseIdleConnections()
}

// stop ends the server as an operator does.
func (s *server) stop() {
	s.Helper()
	s.tap.next.CloseIdleConnections()
	s.must(s.cmd.Process.Signal(syscall.SIGTERM))
	<-s.ended
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.Fatalf("a clean end came with %d", code)
	}
}

func (s *server) restart() { s.Helper(); s.stop(); s.start() }
