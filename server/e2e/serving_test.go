package e2e_test

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"zoufang/internal/fiberapp"
	"zoufang/internal/seal"
	whole "zoufang/server"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
)

const (
	county  = "990101000000"
	town    = "990101001000"
	dong    = "990101001201" // 东村
	xi      = "990101001202" // 西村
	farTown = "990101002000"
	far     = "990101002201" // 远村, in another township
)

// server is the program at work on a data directory, on an address that stays the
// same when it is started again.
type server struct {
	*testing.T
	data    string
	address string
	base    string
	tap     *tap
	client  *http.Client
	cmd     *exec.Cmd
	log     *os.File
	ended   chan struct{}

	mu    sync.Mutex
	ahead time.Duration // of the clock of a server within the test
	users int
}

// newServer starts a server on a county of two townships and three villages.
func newServer(t *testing.T) *server {
	t.Helper()
	s := prepare(t)
	s.start()
	return s
}

func prepare(t *testing.T) *server {
	t.Helper()
	t.Parallel()
	s := &server{T: t, data: filepath.Join(t.TempDir(), "data"), address: "127.0.0.1:0"}
	s.tap = &tap{s: s, next: &http.Transport{MaxIdleConnsPerHost: 32, DisableCompression: true}}
	s.client = &http.Client{Transport: s.tap, Timeout: 60 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(s.tap.next.CloseIdleConnections)
	s.importAreas(county, "测试县", town, "甲镇", dong, "东村", xi, "西村", farTown, "乙镇", far, "远村")
	return s
}

func (s *server) start() {
	s.Helper()
	cmd := exec.Command(zoufang, "serve", "--listen", s.address, "--data", s.data)
	var err error
	s.log, err = os.OpenFile(s.data+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	s.must(err)
	cmd.Stderr = s.log
	out, err := cmd.StdoutPipe()
	s.must(err)
	s.must(cmd.Start())
	ended := make(chan struct{})
	var said struct{ URL, Listen string }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	go func() { cmd.Wait(); close(ended) }()
	s.Cleanup(func() { cmd.Process.Kill(); <-ended; s.log.Close() })
	if err != nil || json.Unmarshal(line, &said) != nil {
		log, _ := os.ReadFile(s.data + ".log")
		s.Fatalf("serve printed %q: %v\n%s", line, err, log)
	}
	s.cmd, s.ended, s.address, s.base = cmd, ended, said.Listen, said.URL
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

// copyData puts one data directory in the place of another, as somebody does who
// takes a snapshot of the disk or puts one back.
func (s *server) copyData(from, to string) {
	s.Helper()
	s.must(os.RemoveAll(to))
	s.must(os.CopyFS(to, os.DirFS(from)))
}

// newClocked is a server within the test, whose clock can be put forward.
func newClocked(t *testing.T) *server {
	t.Helper()
	s := prepare(t)
	ring, err := seal.Open(filepath.Join(s.data, "keys/seal.json"))
	s.must(err)
	store, err := sqlitestore.Open(t.Context(), filepath.Join(s.data, "zoufang.db"), ring, sqlitestore.WithClock(s.now))
	s.must(err)
	t.Cleanup(func() { store.Close() })
	blobs, err := dirblob.Open(filepath.Join(s.data, "media"), s.now())
	s.must(err)
	ln, err := fiberapp.Listen("127.0.0.1:0")
	s.must(err)
	s.address, s.base = ln.Addr().String(), "http://"+ln.Addr().String()
	srv, err := whole.New(whole.Config{Records: store, Accounts: store, Upkeep: store, Blobs: blobs, URL: s.base,
		Now: s.now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	s.must(err)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	t.Cleanup(func() { s.tap.next.CloseIdleConnections(); srv.Shutdown(t.Context()); <-ended })
	return s
}

func (s *server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

// pass puts the clock forward.
func (s *server) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}
