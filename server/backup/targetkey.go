package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"zoufang/storage"
)

const keyName = "key.json"

// targetKey says whose a target is and what everything there is encrypted to. A passphrase costs
// a second to try, so it opens one key, kept here encrypted by it, and that key
// opens the rest.
type targetKey struct {
	Format       int    `json:"format"`
	Installation string `json:"installation"`
	Recipient    string `json:"recipient"`
	Wrapped      []byte `json:"identity,omitempty"` // its secret half, by the passphrase
}

var (
	errNoBackups = errors.New("there are no backups")
	errKeyGone   = errors.New(keyName + " is missing there, and there are backups: put it back from a copy of the place, or begin another place and keep this one as it is")
	errOthers    = errors.New("the backups there are another installation's, or of a store that this one was not restored or copied from: name another place")
)

// forTarget gives the lock of a target, which keeps the key it was begun with:
// media written once must open with the key of every later set. It is begun only
// where there is nothing.
func (k Keys) forTarget(ctx context.Context, t Target, installation string) (*lock, error) {
	if k.Recipient == "" && k.Passphrase == "" {
		return nil, errors.New("backups in a directory or bucket are always encrypted: give a public key or a passphrase")
	}
	is, err := readKey(ctx, t)
	if errors.Is(err, errNoBackups) {
		if err = k.begin(ctx, t, installation); err != nil {
			return nil, fmt.Errorf("begin the target: %w", err)
		}
		is, err = readKey(ctx, t)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case is.Installation != installation:
		return nil, errOthers
	case is.Wrapped == nil && k.Recipient == "":
		return nil, errors.New("what is there is encrypted to a public key, not by a passphrase; choose another place or give that key")
	case is.Wrapped != nil && k.Passphrase == "":
		return nil, errors.New("what is there is encrypted by a passphrase, not to a public key; choose another place or give it")
	case is.Wrapped == nil && strings.TrimSpace(k.Recipient) != is.Recipient:
		return nil, errors.New("what is there is encrypted to another public key; choose another place")
	case is.Wrapped == nil:
		return public(is.Recipient)
	}
	own, err := k.unwrapped(is.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("the key of what is there: %w", err)
	}
	return &lock{to: []age.Recipient{own.Recipient()}, with: []age.Identity{own}, later: true}, nil
}

// fromTarget gives the lock to read a target with.
func (k Keys) fromTarget(ctx context.Context, t Target) (*lock, error) {
	is, err := readKey(ctx, t)
	if errors.Is(err, errNoBackups) {
		if some, looked := t.Any(ctx, setPrefix); looked != nil {
			return nil, looked
		} else if some && k.Identity == "" {
			return nil, errKeyGone
		} else if some {
			is, err = &targetKey{}, nil // what a public key encrypted needs nothing of it
		}
	}
	if err != nil {
		return nil, err
	}
	if is.Wrapped != nil && k.Passphrase != "" {
		own, err := k.unwrapped(is.Wrapped)
		if err != nil {
			return nil, fmt.Errorf("the key of what is there: %w", err)
		}
		return &lock{with: []age.Identity{own}, later: true}, nil
	}
	with, err := k.identities()
	if err != nil {
		return nil, err
	}
	if len(with) == 0 {
		return nil, errNoKey
	}
	return &lock{with: with, later: true}, nil
}

// begin notes the key, unless somebody else does at the same time.
func (k Keys) begin(ctx context.Context, t Target, installation string) error {
	for _, name := range []string{setPrefix, mediaDir} {
		some, err := t.Any(ctx, name)
		if err != nil {
			return err
		}
		if !some {
			continue
		}
		// Whoever began it meanwhile may have written already.
		if _, err := readKey(ctx, t); !errors.Is(err, errNoBackups) {
			return err
		}
		return errKeyGone
	}
	is := targetKey{Format: format, Installation: installation, Recipient: strings.TrimSpace(k.Recipient)}
	if k.Recipient == "" {
		own, err := age.GenerateX25519Identity()
		if err != nil {
			return err
		}
		is.Recipient = own.Recipient().String()
		if is.Wrapped, err = k.wrapped(own.String()); err != nil {
			return err
		}
	}
	b, err := json.MarshalIndent(is, "", "  ")
	if err != nil {
		return err
	}
	if err := t.Create(ctx, keyName, b); err != nil && !errors.Is(err, storage.ErrTaken) {
		return err
	}
	return nil
}

func readKey(ctx context.Context, t Target) (*targetKey, error) {
	b, err := readSmall(ctx, t, keyName)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, errNoBackups
	}
	if err != nil {
		return nil, err
	}
	var is targetKey
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&is); err != nil || is.Format != format {
		return nil, fmt.Errorf("%s is damaged, or of another program", keyName)
	}
	if _, err := age.ParseX25519Recipient(is.Recipient); err != nil {
		return nil, fmt.Errorf("%s is damaged", keyName)
	}
	return &is, nil
}

// readSmall reads a whole small file of a target.
func readSmall(ctx context.Context, t Target, name string) ([]byte, error) {
	r, err := t.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	const most = 64 << 10
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && len(b) > most {
		err = fmt.Errorf("%s: %w", name, errTooLong)
	}
	return b, err
}

var errTooLong = errors.New("it is too long to be one of ours")
