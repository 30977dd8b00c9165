package backup

import (
	"zoufang"
	"zoufang/storage"
)

// open is the storage.Sealer of what is not sealed.
type open struct{}

func (open) Seal(plain, _ []byte) ([]byte, error)  { return plain, nil }
func (open) Open(sealed, _ []byte) ([]byte, error) { return sealed, nil }

// nowhere is the storage.Load of whoever only checks.
type nowhere struct{}

func (nowhere) Commit(storage.Commit) error                         { return nil }
func (nowhere) Held(storage.Held) error                             { return nil }
func (nowhere) Record(*zoufang.Record, int64) error                 { return nil }
func (nowhere) Write(storage.Write) error                           { return nil }
func (nowhere) Head(storage.Head) error                             { return nil }
func (nowhere) Medium(storage.Medium) error                         { return nil }
func (nowhere) Name(zoufang.Digest, storage.NameRole, string) error { return nil }
func (nowhere) User(zoufang.User) error                             { return nil }
func (nowhere) Device(zoufang.Device) error                         { return nil }
func (nowhere) Key(storage.Key) error                               { return nil }
