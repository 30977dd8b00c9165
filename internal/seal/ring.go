package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOpen says that bytes were not sealed by this ring under this label, or were
// changed since.
var ErrOpen = errors.New("sealed bytes do not open")

// Ring seals and opens. It may be used from many goroutines at once.
type Ring struct {
	path string
	mu   sync.Mutex // one reload or change at a time
	keys atomic.Pointer[keys]
}

// keys is one reading of the file.
type keys struct {
	handle *keyset.Handle
	aead   tink.AEAD
	ids    map[uint32]bool
	file   fs.FileInfo // the file as it was when read
}

// Open reads the keyring file, making it with one new key when there is none.
// Of several processes that make it at once, one does and the others read it.
func Open(path string) (*Ring, error) {
	k, err := load(path)
	if errors.Is(err, fs.ErrNotExist) {
		k, err = change(path, func(h *keyset.Handle) (*keyset.Handle, error) {
			if h != nil {
				return h, nil
			}
			return withNewKey(keyset.NewManager())
		})
	}
	if err != nil {
		return nil, err
	}
	r := &Ring{path: path}
	r.keys.Store(k)
	return r, nil
}

// Seal hides plain with the newest key. What it returns opens only under the same
// label.
func (r *Ring) Seal(plain, label []byte) ([]byte, error) {
	sealed, err := r.keys.Load().aead.Encrypt(plain, label)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open gives back what Seal was given, or ErrOpen. When the bytes name a key the
// ring does not know, the file is read again if it has changed: another process
// may have rotated or imported.
func (r *Ring) Open(sealed, label []byte) ([]byte, error) {
	k := r.keys.Load()
	if id, ok := keyID(sealed); ok && !k.ids[id] {
		var err error
		if k, err = r.reload(k); err != nil {
			return nil, err
		}
	}
	plain, err := k.aead.Decrypt(sealed, label)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// reload reads the file again unless it is the one that was read.
func (r *Ring) reload(had *keys) (*keys, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.keys.Load()
	if now != had {
		return now, nil
	}
	file, err := os.Stat(r.path)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if os.SameFile(file, now.file) && file.ModTime().Equal(now.file.ModTime()) && file.Size() == now.file.Size() {
		return now, nil
	}
	k, err := load(r.path)
	if err != nil {
		return nil, err
	}
	r.keys.Store(k)
	return k, nil
}

// keyID reads the id of the key that sealed: a byte 1, then 4 bytes.
func keyID(sealed []byte) (uint32, bool) {
	if len(sealed) < 5 || sealed[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:5]), true
}
