package seal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOpen says that bytes were not sealed by this ring under this label, or were
// changed since.
var ErrOpen = errors.New("sealed bytes do not open")

// ErrNone says that there is no keyring where one was looked for.
var ErrNone = errors.New("there is no keyring")

// ErrOther says that another ring lies where this one was kept: taking it would
// forget keys that something is sealed with.
var ErrOther = errors.New("another keyring lies where this one was kept, or keys of it are gone")

// Ring seals and opens. It may be used from many goroutines at once.
type Ring struct {
	home home
	mu   sync.Mutex // one reload or change at a time
	keys atomic.Pointer[keys]
}

// home is where a ring is kept.
type home interface {
	// again reads the keys, unless nothing there can have changed since had was
	// read. id is the key that is looked for.
	again(had *keys, id uint32) (*keys, error)

	// change replaces the keys by what f makes of them (nil when there are none),
	// as if alone among all that change them.
	change(f func(*keyset.Handle) (*keyset.Handle, error)) (*keys, error)
}

// keys is one reading of the ring.
type keys struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	ids     map[uint32]bool
	file    fs.FileInfo // the file as it was when read
	version string      // the place's word for what was read
}

// Find reads the keyring file, or returns ErrNone.
func Find(path string) (*Ring, error) {
	f := file{path}
	k, err := f.load()
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrNone
	}
	return newRing(f, k, err)
}

// FindIn reads the keyring kept in a place, or returns ErrNone.
func FindIn(ctx context.Context, at Cell) (*Ring, error) {
	p := newCell(at)
	k, err := p.load(ctx)
	if err == nil && k == nil {
		err = ErrNone
	}
	return newRing(p, k, err)
}

// Open reads the keyring file, making it with one new key when there is none.
// Of several processes that make it at once, one does and the others read it.
func Open(path string) (*Ring, error) {
	f := file{path}
	k, err := f.load()
	if errors.Is(err, fs.ErrNotExist) {
		k, err = f.change(first)
	}
	return newRing(f, k, err)
}

// OpenIn reads the keyring kept in a place that several machines reach, making
// it with one new key when there is none. Of several that make it at once, one
// does and the others read it.
func OpenIn(ctx context.Context, at Cell) (*Ring, error) {
	p := newCell(at)
	k, err := p.load(ctx)
	if err == nil && k == nil {
		k, err = p.changeIn(ctx, first)
	}
	return newRing(p, k, err)
}

// first makes a ring where there is none.
func first(h *keyset.Handle) (*keyset.Handle, error) {
	if h != nil {
		return h, nil
	}
	return withNewKey(keyset.NewManager())
}

func newRing(h home, k *keys, err error) (*Ring, error) {
	if err != nil {
		return nil, err
	}
	r := &Ring{home: h}
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
// ring does not know, it is read again where it is kept: another process may have
// rotated.
func (r *Ring) Open(sealed, label []byte) ([]byte, error) {
	k := r.keys.Load()
	if id, ok := keyID(sealed); ok && !k.ids[id] {
		var err error
		if k, err = r.reload(k, id); err != nil {
			return nil, err
		}
	}
	plain, err := k.aead.Decrypt(sealed, label)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// reload reads the ring again in search of a key.
func (r *Ring) reload(had *keys, id uint32) (*keys, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.keys.Load(); now != had && now.ids[id] {
		return now, nil
	}
	k, err := r.home.again(r.keys.Load(), id)
	if err == nil && !k.holds(r.keys.Load()) {
		err = ErrOther
	}
	if err != nil {
		return nil, err
	}
	r.keys.Store(k)
	return k, nil
}

// holds reports whether all keys of another reading are there.
func (k *keys) holds(had *keys) bool {
	for id := range had.ids {
		if !k.ids[id] {
			return false
		}
	}
	return true
}

// keyID reads the id of the key that sealed: a byte 1, then 4 bytes.
func keyID(sealed []byte) (uint32, bool) {
	if len(sealed) < 5 || sealed[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:5]), true
}
