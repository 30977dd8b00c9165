package servers

import (
	"syscall"
	"testing"
)

// Kill ends a private server with no warning.
func (m *MongoDB) Kill(t testing.TB) { t.Helper(); must(t, m.own(t).end(syscall.SIGKILL)) }

// Stop asks a private server to end, and waits.
func (m *MongoDB) Stop(t testing.TB) { t.Helper(); must(t, m.own(t).end(syscall.SIGTERM)) }

// Start starts a private server again, on the same port and data.
func (m *MongoDB) Start(t testing.TB) { t.Helper(); must(t, m.own(t).start(t.Context())) }

// Kill ends a private store with no warning.
func (s *S3) Kill(t testing.TB) { t.Helper(); must(t, s.own(t).end(syscall.SIGKILL)) }

// Stop asks a private store to end, and waits.
func (s *S3) Stop(t testing.TB) { t.Helper(); must(t, s.own(t).end(syscall.SIGTERM)) }

// Start starts a private store again, on the same port and data.
func (s *S3) Start(t testing.TB) { t.Helper(); must(t, s.own(t).start(t.Context())) }

const notPrivate = "only a private server is ended and started by a test: others use this one"

func (m *MongoDB) own(t testing.TB) *process {
	t.Helper()
	if !m.private {
		t.Fatal(notPrivate)
	}
	return m.process
}

func (s *S3) own(t testing.TB) *process {
	t.Helper()
	if !s.private {
		t.Fatal(notPrivate)
	}
	return s.process
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
