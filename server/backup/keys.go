package backup

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
)

// Keys are what backups are encrypted to and opened with. To write, Recipient or
// Passphrase is given; to restore, Identity or Passphrase.
type Keys struct {
	Recipient  string // a public key, age1…
	Passphrase string
	Identity   string // the content of a key file, AGE-SECRET-KEY-1…

	work int // scrypt's work factor as a power of two, for tests; 0: age's own
}

// String hides them.
func (Keys) String() string { return "keys" }

// GoString hides them.
func (Keys) GoString() string { return "keys" }

const minPassphrase = 12 // characters

// Check says what is wrong with the keys, without quoting them.
func (k Keys) Check() error {
	if k.Recipient != "" {
		if k.Passphrase != "" {
			return errors.New("a backup is encrypted to a public key or by a passphrase, not both")
		}
		if _, err := age.ParseX25519Recipient(strings.TrimSpace(k.Recipient)); err != nil {
			return errors.New("the backup key is not an age public key (age1…)")
		}
	}
	if k.Passphrase != "" && utf8.RuneCountInString(k.Passphrase) < minPassphrase {
		return fmt.Errorf("the backup passphrase is shorter than %d characters", minPassphrase)
	}
	_, err := k.identities()
	return err
}

func (k Keys) identities() ([]age.Identity, error) {
	if k.Identity == "" {
		return nil, nil
	}
	if len(k.Identity) > 1<<16 {
		return nil, errBadIdentity
	}
	ids, err := age.ParseIdentities(strings.NewReader(k.Identity))
	if err != nil {
		return nil, errBadIdentity
	}
	return ids, nil
}

var (
	errBadIdentity = errors.New("the backup identity is not an age key file (AGE-SECRET-KEY-1…)")
	errWrongKey    = errors.New("the key or passphrase given does not open it")
	errNoKey       = errors.New("it is encrypted: a passphrase or an identity (the secret half of the key) is needed")
)

// lock is what one run encrypts to and can decrypt. A nil lock leaves all in the
// clear.
type lock struct {
	to   []age.Recipient
	with []age.Identity
	// later says that with opens what earlier runs wrote, too.
	later bool
}

// public locks to a public key and to one that lives as long as the run.
func public(recipient string) (*lock, error) {
	to, err := age.ParseX25519Recipient(strings.TrimSpace(recipient))
	if err != nil {
		return nil, errors.New("not an age public key (age1…)")
	}
	own, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return &lock{to: []age.Recipient{to, own.Recipient()}, with: []age.Identity{own}}, nil
}

// forFile is the lock of a single file: nil where no key is given.
func (k Keys) forFile() (*lock, error) {
	switch {
	case k.Recipient != "":
		return public(k.Recipient)
	case k.Passphrase != "":
		to, err := k.scrypt()
		if err != nil {
			return nil, err
		}
		with, err := k.phrase()
		if err != nil {
			return nil, err
		}
		return &lock{to: []age.Recipient{to}, with: []age.Identity{with}}, nil
	}
	return nil, nil
}

// maxWork bounds what a file made up by somebody may cost to try, as a power of
// two: one more than age writes; half a gigabyte of memory.
const maxWork = 19

// phrase opens what scrypt closed.
func (k Keys) phrase() (*age.ScryptIdentity, error) {
	own, err := age.NewScryptIdentity(k.Passphrase)
	if err == nil {
		own.SetMaxWorkFactor(maxWork)
	}
	return own, err
}

func (k Keys) scrypt() (*age.ScryptRecipient, error) {
	to, err := age.NewScryptRecipient(k.Passphrase)
	if err == nil && k.work != 0 {
		to.SetWorkFactor(k.work)
	}
	return to, err
}

// opening is the lock to read a single file with.
func (k Keys) opening() (*lock, error) {
	with, err := k.identities()
	if err != nil {
		return nil, err
	}
	if k.Passphrase != "" {
		own, err := k.phrase()
		if err != nil {
			return nil, err
		}
		with = append(with, own)
	}
	return &lock{with: with}, nil
}

func (l *lock) encrypt(w io.Writer) (io.WriteCloser, error) {
	if l == nil {
		return &plainly{w, sha256.New()}, nil
	}
	return age.Encrypt(w, l.to...)
}

func (l *lock) decrypt(r io.Reader) (io.Reader, error) {
	if l == nil || len(l.with) == 0 {
		return nil, errNoKey
	}
	out, err := age.Decrypt(r, l.with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, errWrongKey
	}
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return out, nil
}

// plainly leaves bytes as they are, and their hash at the end: what age would tell
// of them otherwise. It is read by tailed.
type plainly struct {
	w   io.Writer
	sum hash.Hash
}

func (p *plainly) Write(b []byte) (int, error) {
	p.sum.Write(b)
	return p.w.Write(b)
}

func (p *plainly) Close() error {
	_, err := p.w.Write(p.sum.Sum(nil))
	return err
}

// wrapped encrypts a secret by the passphrase.
func (k Keys) wrapped(secret string) ([]byte, error) {
	to, err := k.scrypt()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, secret); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (k Keys) unwrapped(b []byte) (*age.X25519Identity, error) {
	own, err := k.phrase()
	if err != nil {
		return nil, err
	}
	r, err := (&lock{with: []age.Identity{own}}).decrypt(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	secret, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err != nil {
		return nil, err
	}
	return age.ParseX25519Identity(string(secret))
}
