package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"zoufang/internal/durable"
)

const maxFile = 1 << 20 // bytes; some two thousand keys

// file is a ring kept in a file.
type file struct{ path string }

// again reads the file unless it is the one that was read.
func (p file) again(had *keys, _ uint32) (*keys, error) {
	now, err := os.Stat(p.path)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if os.SameFile(now, had.file) && now.ModTime().Equal(had.file.ModTime()) && now.Size() == had.file.Size() {
		return had, nil
	}
	return p.load()
}

func (p file) load() (*keys, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	h, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	k, err := newKeys(h)
	if err != nil {
		return nil, err
	}
	k.file = info
	return k, nil
}

func newKeys(h *keyset.Handle) (*keys, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	k := &keys{handle: h, aead: a, ids: map[uint32]bool{}}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("keyring: %w", err)
		}
		k.ids[e.KeyID()] = true
	}
	return k, nil
}

// change replaces the file. Readers see the old one or the new one; when change
// returns, the new one survives a loss of power.
func (p file) change(f func(*keyset.Handle) (*keyset.Handle, error)) (*keys, error) {
	if err := durable.MakeDir(filepath.Dir(p.path)); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	unlock, err := lock(p.path + ".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	var old *keyset.Handle
	k, err := p.load()
	switch {
	case err == nil:
		old = k.handle
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	next, err := f(old)
	if err != nil {
		return nil, err
	}
	if next == old {
		return k, nil
	}
	b, err := encodeChecked(next)
	if err != nil {
		return nil, err
	}
	if err := replace(p.path, b); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return p.load()
}

// lock waits until no other process changes the ring. The lock ends with its
// holder, however that ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("keyring: lock: %w", err)
		}
	}
}

func replace(path string, b []byte) error {
	f, err := durable.Create(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer f.Drop()
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Give(filepath.Base(path))
}
