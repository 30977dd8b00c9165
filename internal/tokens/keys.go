package tokens

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"

	"zoufang"
	"zoufang/storage"
)

const (
	purpose   = "token"
	keyBytes  = 32
	maxKeys   = 64              // in use at once; more are a fault somewhere, not a rotation
	refresh   = time.Minute     // how long another copy's new key may go unused
	impatient = 2 * time.Second // between two readings for the sake of unknown key ids
	overlap   = time.Hour       // how long a key is accepted after its successor was made
)

// KeyStore is the part of storage.Accounts that keeps the keys.
type KeyStore interface {
	Keys(ctx context.Context, purpose string) ([]storage.Key, error)
	AddKey(ctx context.Context, k storage.Key) error
}

// ring is a cache of the keys. Copies of the server that make their first keys at
// once end up with all of them: each accepts every key that is stored.
type ring struct {
	store KeyStore
	now   func() time.Time

	mu    sync.Mutex
	keys  []storage.Key // newest first
	read  time.Time     // when keys were read
	tried time.Time     // when they were last read for an unknown id
}

// newest gives the key to sign with, making one when there is none.
func (r *ring) newest(ctx context.Context) (storage.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.freshen(ctx); err != nil {
		return storage.Key{}, err
	}
	if len(r.keys) == 0 {
		if err := r.add(ctx); err != nil {
			return storage.Key{}, err
		}
	}
	return r.keys[0], nil
}

// find gives the key of an id that is still accepted. An unknown id has the keys
// read again, though not for every one that asks.
func (r *ring) find(ctx context.Context, id string) (storage.Key, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.freshen(ctx); err != nil {
		return storage.Key{}, false, err
	}
	i := r.index(id)
	if now := r.now(); i < 0 && outside(now, r.tried, impatient) {
		r.tried = now
		if err := r.load(ctx); err != nil {
			return storage.Key{}, false, err
		}
		i = r.index(id)
	}
	if i < 0 || i > 0 && r.now().Sub(time.UnixMilli(r.keys[i-1].Created)) > overlap {
		return storage.Key{}, false, nil
	}
	return r.keys[i], true, nil
}

func (r *ring) index(id string) int {
	return slices.IndexFunc(r.keys, func(k storage.Key) bool { return k.ID == id })
}

func (r *ring) rotate(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.add(ctx)
}

func (r *ring) freshen(ctx context.Context) error {
	if !outside(r.now(), r.read, refresh) {
		return nil
	}
	return r.load(ctx)
}

// outside reports whether now is further than d from then, a clock put back
// included.
func outside(now, then time.Time, d time.Duration) bool {
	return now.Sub(then).Abs() > d
}

func (r *ring) load(ctx context.Context) error {
	keys, err := r.store.Keys(ctx, purpose)
	if err != nil {
		return fmt.Errorf("token keys: %w", err)
	}
	r.keys = keys[:min(len(keys), maxKeys)]
	r.read = r.now()
	return nil
}

func (r *ring) add(ctx context.Context) error {
	k := storage.Key{ID: zoufang.Token(9), Purpose: purpose, Secret: make([]byte, keyBytes), Created: r.now().UnixMilli()}
	rand.Read(k.Secret)
	if err := r.store.AddKey(ctx, k); err != nil {
		return fmt.Errorf("token keys: %w", err)
	}
	if err := r.load(ctx); err != nil {
		return err
	}
	if len(r.keys) == 0 {
		return fmt.Errorf("token keys: a stored key is not listed")
	}
	return nil
}
