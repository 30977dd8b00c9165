package seal

import (
	"bytes"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/aesgcm"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Rotate adds a new key that seals from now on. Older keys stay and open what
// they sealed.
func (r *Ring) Rotate() error {
	return r.change(func(h *keyset.Handle) (*keyset.Handle, error) {
		return withNewKey(keyset.NewManagerFromHandle(h))
	})
}

func (r *Ring) change(f func(*keyset.Handle) (*keyset.Handle, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	had := r.keys.Load()
	k, err := r.home.change(func(h *keyset.Handle) (*keyset.Handle, error) {
		if h == nil {
			return nil, ErrOther
		}
		for id := range had.ids {
			if find(h, id) == nil {
				return nil, ErrOther
			}
		}
		return f(h)
	})
	if err != nil {
		return err
	}
	r.keys.Store(k)
	return nil
}

func withNewKey(m *keyset.Manager) (*keyset.Handle, error) {
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return m.Handle()
}

func find(h *keyset.Handle, id uint32) *keyset.Entry {
	for i := range h.Len() {
		if e, err := h.Entry(i); err == nil && e.KeyID() == id {
			return e
		}
	}
	return nil
}

func encode(h *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("encode keyring: %w", err)
	}
	return b.Bytes(), nil
}

// encodeChecked never gives bytes that would replace a good ring by one that does
// not open.
func encodeChecked(h *keyset.Handle) ([]byte, error) {
	b, err := encode(h)
	if err == nil {
		_, err = parse(b)
	}
	return b, err
}

// parse reads keys and holds them to be of the one sort this package makes: a
// ring that sealed in another way could not be told apart by its key ids.
func parse(b []byte) (*keyset.Handle, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("keyring is over %d bytes", maxFile)
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b)))
	if err != nil {
		return nil, fmt.Errorf("no keyring: %w", err)
	}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("no keyring: %w", err)
		}
		if !ours(e) {
			return nil, fmt.Errorf("key %d is not an enabled AES-256-GCM key with its id in front", e.KeyID())
		}
	}
	return h, nil
}

func ours(e *keyset.Entry) bool {
	p, ok := e.Key().Parameters().(*aesgcm.Parameters)
	return ok && e.KeyStatus() == keyset.Enabled && p.KeySizeInBytes() == 32 && p.Variant() == aesgcm.VariantTink
}
