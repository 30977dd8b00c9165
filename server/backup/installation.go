package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// An installation is known by a key of no other use that its store keeps: it comes
// along in every backup and copy, so that a store knows its own places again after
// a restore, when its epoch is another. An epoch tells stores of one installation
// apart: the one from before a restore and the one after.
const (
	installationPurpose = "backup"
	installationKey     = "installation"
)

// installation gives the store's name among others, and makes it first. It is a
// hash: what stands in a place opens nothing.
func (p *Place) installation(ctx context.Context) (string, error) {
	for range 2 {
		keys, err := p.Store.Keys(ctx, installationPurpose)
		if err != nil {
			return "", err
		}
		for _, k := range keys {
			if k.ID == installationKey {
				sum := sha256.Sum256(k.Secret)
				return hex.EncodeToString(sum[:12]), nil
			}
		}
		// Of several servers that do this at once the first one's stays.
		err = p.Store.AddKey(ctx, storage.Key{
			ID: installationKey, Purpose: installationPurpose, Secret: []byte(zoufang.Token(24)), Created: p.Now().UnixMilli(),
		})
		if err != nil {
			return "", err
		}
	}
	return "", errors.New("the store does not keep its name")
}

// storeNames are how names in a store begin: in its bucket, or its directory.
var storeNames = []string{"media/", "uploads/", "keys/", "zoufang.db"}

// apart fails where a store lies in the place, or is going to: nothing of either may
// ever be taken for the other's.
func (p *Place) apart(ctx context.Context, t Target) error {
	if own, ok := t.(interface{ Mixes(storage.Blobs) bool }); ok && own.Mixes(p.Blobs) {
		return errors.New("this is the bucket of the media; name another, or a prefix in it")
	}
	for _, name := range storeNames {
		some, err := t.Any(ctx, name)
		if err != nil {
			return err
		}
		if some {
			return fmt.Errorf("there is %s: a store lies there, and backups of it do not belong beside it; name another place", name)
		}
	}
	return nil
}
