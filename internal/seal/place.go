package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Cell keeps a few bytes that several machines read and change.
type Cell interface {
	// Load gives the bytes and the version they have; no bytes and version ""
	// when there are none yet.
	Load(ctx context.Context) (b []byte, version string, err error)

	// Store replaces what has that version ("": there is nothing yet), or does
	// nothing and gives false when it is another by now.
	Store(ctx context.Context, b []byte, version string) (done bool, err error)
}

const (
	placeTime   = 30 * time.Second // for all that one change asks of a place
	lookTime    = 5 * time.Second  // for one reading in search of a key: others wait for it
	placePause  = time.Second      // between two readings in search of a key
	placeTries  = 50               // of a change that others are always faster than
	maxNotFound = 1000             // keys remembered as missing
)

// place is a ring kept in a Cell. The ring's mutex guards it.
type place struct {
	at   Cell
	read time.Time // when it was last looked at in search of a key

	// missing are keys that the last reading did not find. A key is stored before
	// anything is sealed with it, so bytes that name one of these are damaged, or
	// of another ring; looking again at once would not help.
	missing map[uint32]bool
}

func newCell(at Cell) *place { return &place{at: at, missing: map[uint32]bool{}} }

// load gives nil where there is no ring.
func (p *place) load(ctx context.Context) (*keys, error) {
	b, version, err := p.at.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if version == "" {
		return nil, nil
	}
	h, err := parse(b)
	if err != nil {
		return nil, err
	}
	k, err := newKeys(h)
	if err != nil {
		return nil, err
	}
	k.version = version
	return k, nil
}

// reload is load of a ring that was there.
func (p *place) reload(ctx context.Context) (*keys, error) {
	k, err := p.load(ctx)
	if err == nil && k == nil {
		err = errors.New("keyring: it is gone from where it was kept")
	}
	return k, err
}

// again reads the place, at most once a second: sooner it waits, for who looks
// for a key that was just made must not be told that there is none.
func (p *place) again(had *keys, id uint32) (*keys, error) {
	if wait := placePause - time.Since(p.read); wait > 0 {
		if p.missing[id] {
			return had, nil
		}
		time.Sleep(wait)
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	k, err := p.reload(ctx)
	p.read = time.Now()
	if err != nil {
		return nil, err
	}
	if k.version == had.version {
		k = had
	} else {
		clear(p.missing)
	}
	if !k.ids[id] {
		if len(p.missing) == maxNotFound {
			clear(p.missing)
		}
		p.missing[id] = true
	}
	return k, nil
}

func (p *place) change(f func(*keyset.Handle) (*keyset.Handle, error)) (*keys, error) {
	return p.changeIn(context.Background(), f)
}

// changeIn makes f's change of whatever the ring is by then, again and again
// until nobody else was faster.
func (p *place) changeIn(ctx context.Context, f func(*keyset.Handle) (*keyset.Handle, error)) (*keys, error) {
	ctx, cancel := context.WithTimeout(ctx, placeTime)
	defer cancel()
	for range placeTries {
		k, err := p.load(ctx)
		if err != nil {
			return nil, err
		}
		var old *keyset.Handle
		version := ""
		if k != nil {
			old, version = k.handle, k.version
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
		done, err := p.at.Store(ctx, b, version)
		if err != nil {
			return nil, fmt.Errorf("keyring: %w", err)
		}
		if done {
			clear(p.missing)
			return p.reload(ctx)
		}
	}
	return nil, errors.New("keyring: others change it all the time")
}
