// Package recovery owns the server's recovery keys: pairs on P-256 whose public
// half phones wrap their content key to, so that a forgotten PIN or a rescue file
// never means lost work.
//
// It hands on keys, content keys out of their wraps, and what was sealed under
// those. Its keys live in the store; who may ask for them is not its business.
package recovery

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Sizes in bytes.
const (
	Wrapped   = pointSize + keySize + tagSize // of a wrapped content key
	Overhead  = nonceSize + tagSize           // what sealing adds
	pointSize = 65
	keySize   = 32
	nonceSize = 12
	tagSize   = 16
)

var (
	// ErrWrap says that a content key is not wrapped to this key, or damaged.
	ErrWrap = errors.New("the content key is not wrapped to this recovery key")
	// ErrSealed says that sealed bytes were changed, cut, moved, or sealed otherwise.
	ErrSealed = errors.New("the sealed bytes do not open")
)

// Key is a recovery key.
type Key struct {
	ID      string
	private *ecdh.PrivateKey
}

// New makes a key. Its id follows from the public half.
func New() (Key, error) {
	p, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("make a recovery key: %w", err)
	}
	return keyOf(p), nil
}

// Parse reads a key from its secret.
func Parse(secret []byte) (Key, error) {
	p, err := ecdh.P256().NewPrivateKey(secret)
	if err != nil {
		return Key{}, errors.New("a stored recovery key cannot be read")
	}
	return keyOf(p), nil
}

func keyOf(p *ecdh.PrivateKey) Key {
	sum := sha256.Sum256(p.PublicKey().Bytes())
	return Key{base64.RawURLEncoding.EncodeToString(sum[:12]), p}
}

// Secret gives the bytes to keep.
func (k Key) Secret() []byte { return k.private.Bytes() }

// JWK is a public key on P-256 (RFC 7518 §6.2).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// Public gives the public half.
func (k Key) Public() JWK {
	b := k.private.PublicKey().Bytes()
	x, y := b[1:1+keySize], b[1+keySize:]
	return JWK{"EC", "P-256", base64.RawURLEncoding.EncodeToString(x), base64.RawURLEncoding.EncodeToString(y)}
}

// Wrap wraps a content key to the public half, as a phone does: an ephemeral
// point, then the key under AES-256-GCM. The nonce of noughts is safe: no other
// message is ever sealed under a key that follows from the ephemeral one.
func (k Key) Wrap(content []byte) ([]byte, error) {
	ephemeral, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	point := ephemeral.PublicKey().Bytes()
	aead, err := k.between(ephemeral, k.private.PublicKey(), point)
	if err != nil {
		return nil, err
	}
	return aead.Seal(point, make([]byte, nonceSize), content, nil), nil
}

// Unwrap gives the content key back, or ErrWrap.
func (k Key) Unwrap(wrapped []byte) (*Content, error) {
	if len(wrapped) != Wrapped {
		return nil, ErrWrap
	}
	point := wrapped[:pointSize]
	theirs, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return nil, ErrWrap
	}
	aead, err := k.between(k.private, theirs, point)
	if err != nil {
		return nil, ErrWrap
	}
	content, err := aead.Open(nil, make([]byte, nonceSize), wrapped[pointSize:], nil)
	if err != nil {
		return nil, ErrWrap
	}
	return NewContent(content)
}

func (k Key) between(mine *ecdh.PrivateKey, theirs *ecdh.PublicKey, point []byte) (cipher.AEAD, error) {
	shared, err := mine.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, shared, point, "zoufang-recovery-v1\n"+k.ID, keySize)
	if err != nil {
		return nil, err
	}
	return gcm(key)
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Content opens what a phone sealed under its content key.
type Content struct{ aead cipher.AEAD }

// NewContent takes the bytes of a content key.
func NewContent(key []byte) (*Content, error) {
	if len(key) != keySize {
		return nil, ErrWrap
	}
	aead, err := gcm(key)
	return &Content{aead}, err
}

// Seal seals bytes for a place: a random nonce, then AES-256-GCM. The label names
// the place and is authenticated, not stored.
func (c *Content) Seal(label string, plain []byte) []byte {
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	return c.aead.Seal(nonce, nonce, plain, []byte(label))
}

// Open opens bytes sealed for the place, or ErrSealed.
func (c *Content) Open(label string, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, ErrSealed
	}
	plain, err := c.aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], []byte(label))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
