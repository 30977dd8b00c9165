// Package password owns how staff passwords are kept and checked: argon2id in
// PHC format, and what a password must be. It hands on encoded texts; who may try
// how often is decided by the sign-in.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

// What new passwords are hashed with (RFC 9106 form, OWASP's smaller setting, so
// that a few sign-ins at once fit a small machine).
var (
	memory uint32 = 19 << 10 // KiB
	passes uint32 = 2
)

const (
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// MakeCheap has hashes cost next to nothing for as long as the program runs, which
// must be a test's: most tests that sign somebody in are not about what that costs. It
// is called before the first hash is made.
func MakeCheap() {
	if !testing.Testing() {
		panic("password: only tests may have cheap hashes")
	}
	memory, passes = minMemory, 1
}

// Bounds on what a stored hash may ask of the machine.
const (
	minMemory = 8         // KiB
	maxMemory = 256 << 10 // KiB
	maxPasses = 16
	maxPHC    = 512 // bytes
)

// MaxLen bounds a password, in bytes.
const MaxLen = 256

var b64 = base64.RawStdEncoding

// atOnce bounds how many hashes are computed side by side, and so the memory.
var atOnce = make(chan struct{}, 2)

// Hash encodes a password with a fresh salt.
func Hash(plain string) string {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	return encode(salt, derive(plain, salt, passes, memory, threads, keyLen))
}

// Verify reports whether plain is the password that was hashed. An encoded text
// that cannot be read, "" included, costs the same time and never matches.
func Verify(encoded, plain string) bool {
	if len(plain) > MaxLen {
		plain = plain[:MaxLen] + "…" // matches nothing Check allowed
	}
	h, err := parse(encoded)
	if err != nil {
		derive(plain, make([]byte, saltLen), passes, memory, threads, keyLen)
		return false
	}
	key := derive(plain, h.salt, h.passes, h.memory, h.threads, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

func derive(plain string, salt []byte, passes, memory uint32, threads uint8, n uint32) []byte {
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return argon2.IDKey([]byte(plain), salt, passes, memory, threads, n)
}

type hash struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func encode(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parse(encoded string) (hash, error) {
	bad := fmt.Errorf("no argon2id hash in PHC format")
	parts := strings.Split(encoded, "$")
	if len(encoded) > maxPHC || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return hash{}, bad
	}
	var h hash
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil || n != 3 {
		return hash{}, bad
	}
	var err1, err2 error
	h.salt, err1 = b64.DecodeString(parts[4])
	h.key, err2 = b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.key) < 16 ||
		h.memory < minMemory || h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.threads < 1 {
		return hash{}, bad
	}
	return h, nil
}
