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
)

const maxFile = 1 << 20 // bytes; some two thousand keys

func load(path string) (*keys, error) {
	f, err := os.Open(path)
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
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return newKeys(h, info)
}

func newKeys(h *keyset.Handle, info fs.FileInfo) (*keys, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	k := &keys{handle: h, aead: a, ids: map[uint32]bool{}, file: info}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("keyring: %w", err)
		}
		k.ids[e.KeyID()] = true
	}
	return k, nil
}

// change replaces the file by what f makes of its keys (nil when there is no
// file), as if alone among all processes that change it. Readers see the old file
// or the new one; when change returns, the new one survives a loss of power.
func change(path string, f func(*keyset.Handle) (*keyset.Handle, error)) (*keys, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	var old *keyset.Handle
	k, err := load(path)
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
	b, err := encode(next)
	if err != nil {
		return nil, err
	}
	if _, err := parse(b); err != nil { // never replace a good file by one that does not open
		return nil, err
	}
	if err := replace(path, b); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return load(path)
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

func replace(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
