package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"zoufang/storage"
	"zoufang/storage/turns"
)

// Store is a store in one SQLite file. It implements storage.Records,
// storage.Accounts and storage.Upkeep.
type Store struct {
	path   string
	sealer storage.Sealer
	now    func() time.Time
	fault  func(stored bool) error
	areas  areaCache
	recent *storage.Recent

	queue   *turns.Queue[*tx]
	readers readers
	writer  *writer
	stopped chan struct{} // the writer has ended
	closing sync.Once
}

var (
	_ storage.Records  = (*Store)(nil)
	_ storage.Accounts = (*Store)(nil)
	_ storage.Upkeep   = (*Store)(nil)
)

// Option changes how a store is opened.
type Option func(*Store)

// WithClock sets the machine's clock.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// WithFaults is for tests. f is called twice for each commit of the writer:
// before it with false, and after it, when all is stored, with true. An error
// fails everything in that commit.
func WithFaults(f func(stored bool) error) Option { return func(s *Store) { s.fault = f } }

var errClosed = storage.Passing(errors.New("the store is closed"))

// Open opens the store in the file at path and takes it to the present schema;
// a new file begins with an epoch of its own.
func Open(ctx context.Context, path string, sealer storage.Sealer, options ...Option) (*Store, error) {
	s := &Store{path: path, sealer: sealer, now: time.Now, fault: func(bool) error { return nil }, recent: storage.NewRecent(), stopped: make(chan struct{})}
	for _, o := range options {
		o(s)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Made here and not by SQLite, so that nobody else can read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	f.Close()
	c, err := connect(path, writerPragmas...)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	err = migrate(c)
	if err == nil {
		err = c.script(ctx, "PRAGMA busy_timeout = 0") // from here on lock waits
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s.queue = turns.New[*tx]()
	s.readers.init(path, max(8, 4*runtime.GOMAXPROCS(0)))
	s.writer = &writer{s: s, c: c}
	go func() {
		defer close(s.stopped)
		s.writer.run()
	}()
	return s, nil
}

// Close waits for the updates under way and closes the file. What comes later
// fails.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		s.queue.Close(errClosed)
		<-s.stopped
		err = errors.Join(s.readers.close(), s.writer.c.close())
	})
	return err
}

// The page size takes effect on a new file alone. A commit is durable when it
// returns: synchronous=FULL syncs the log each time.
var writerPragmas = []string{
	"busy_timeout = 10000",
	"page_size = 4096",
	"journal_mode = WAL",
	"synchronous = FULL",
	"cache_size = -12288",
	"temp_store = MEMORY",
	"trusted_schema = OFF",
	"journal_size_limit = 67108864",
	"wal_autocheckpoint = 0", // see keeper
}

var readerPragmas = []string{
	"busy_timeout = 10000",
	"query_only = ON",
	"cache_size = -4096",
	"temp_store = MEMORY",
	"trusted_schema = OFF",
}
