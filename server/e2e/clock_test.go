package e2e_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"zoufang/internal/fiberapp"
	"zoufang/internal/seal"
	whole "zoufang/server"
	"zoufang/storage/dirblob"
	"zoufang/storage/minioblob"
	"zoufang/storage/mongostore"
	"zoufang/storage/sqlitestore"
)

// clockLag is how far, in ms, the stored clock may be behind the machine's.
const clockLag = 1000

// newClocked is a server within the test, whose clock can be put forward.
func newClocked(t *testing.T) *server {
	t.Helper()
	s := prepare(t)
	ln, err := fiberapp.Listen("127.0.0.1:0")
	s.must(err)
	s.address, s.base = ln.Addr().String(), "http://"+ln.Addr().String()
	srv, err := whole.New(s.onClock())
	s.must(err)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	t.Cleanup(func() { s.tap.next.CloseIdleConnections(); srv.Shutdown(t.Context()); <-ended })
	return s
}

func (s *server) clockedDirectory(c *whole.Config) {
	s.Helper()
	ring, err := seal.Open(filepath.Join(s.data, "keys/seal.json"))
	s.must(err)
	store, err := sqlitestore.Open(s.Context(), filepath.Join(s.data, "zoufang.db"), ring, sqlitestore.WithClock(s.now))
	s.must(err)
	s.Cleanup(func() { store.Close() })
	c.Blobs, err = dirblob.Open(filepath.Join(s.data, "media"), s.now())
	s.must(err)
	c.Records, c.Accounts, c.Upkeep, c.Audit, c.Shelves, c.Jobs = store, store, store, store, store, store
}

func (s *server) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

// timePasses waits until the server's stored clock tells another time.
func (s *server) timePasses() {
	if time.Sleep(5 * time.Millisecond); s.at != nil {
		time.Sleep(clockLag * 11 / 10 * time.Millisecond)
	}
}

// pass puts the clock forward.
func (s *server) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

// onClock are the stores and the log of a server within the test.
func (s *server) onClock() whole.Config {
	s.Helper()
	c := whole.Config{URL: s.base, Now: s.now, Log: slog.New(slog.NewTextHandler(s.Output(), nil))}
	if s.at == nil {
		s.clockedDirectory(&c)
	} else {
		s.clockedProduction(&c)
	}
	return c
}

func (s *server) clockedProduction(c *whole.Config) {
	s.Helper()
	blobs, err := minioblob.Open(s.Context(), minioblob.Config{Endpoint: s.at.endpoint, Bucket: s.at.bucket,
		AccessKey: s.at.s3.AccessKey, SecretKey: s.at.s3.SecretKey, Now: s.now})
	s.must(err)
	files, err := blobs.Files("")
	s.must(err)
	ring, err := seal.OpenIn(s.Context(), files.Cell("keys/seal.json"))
	s.must(err)
	store, err := mongostore.Open(s.Context(), s.at.uri, ring, mongostore.WithClock(s.now))
	s.must(err)
	s.Cleanup(func() { store.Close() })
	c.Records, c.Accounts, c.Upkeep, c.Audit, c.Shelves, c.Jobs, c.Blobs = store, store, store, store, store, store, blobs
}
