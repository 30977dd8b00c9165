package storage

import (
	"errors"

	"zoufang"
)

// Entry is one of the things a store holds: a User, Device, Key, Commit, Held,
// StoredRecord, Write, AreaHead, Medium, Name, Audited or Token, and nothing else.
type Entry interface{ Kind() EntryKind }

// EntryKind names a kind of entries by the letter it has in backups: none may change.
type EntryKind byte

// The kinds of entries.
const (
	KindUser   EntryKind = 'u'
	KindDevice EntryKind = 'd'
	KindKey    EntryKind = 'k'
	KindCommit EntryKind = 'c'
	KindHeld   EntryKind = 'l'
	KindRecord EntryKind = 'r'
	KindWrite  EntryKind = 'w'
	KindHead   EntryKind = 'a'
	KindMedium EntryKind = 'm'
	KindName   EntryKind = 'n'
	KindAudit  EntryKind = 'j'
	KindToken  EntryKind = 't'
)

var entryKinds = []EntryKind{
	KindUser, KindDevice, KindKey, KindCommit, KindHeld, KindRecord, KindWrite, KindHead, KindMedium, KindName,
	KindAudit, KindToken,
}

// ErrNoEntry is of what is none of these.
var ErrNoEntry = errors.New("storage: no such kind of entry")

// User is a user as an entry.
type User struct{ zoufang.User }

// Device is a device as an entry.
type Device struct{ zoufang.Device }

// StoredRecord is a record with a number that orders the records of all areas by
// when they were last written.
type StoredRecord struct {
	Record  *zoufang.Record
	Written int64
}

// Name tells who has to do with a medium.
type Name struct {
	Digest zoufang.Digest
	Role   NameRole
	ID     string
}

func (User) Kind() EntryKind         { return KindUser }
func (Device) Kind() EntryKind       { return KindDevice }
func (Key) Kind() EntryKind          { return KindKey }
func (Commit) Kind() EntryKind       { return KindCommit }
func (Held) Kind() EntryKind         { return KindHeld }
func (StoredRecord) Kind() EntryKind { return KindRecord }
func (Write) Kind() EntryKind        { return KindWrite }
func (AreaHead) Kind() EntryKind     { return KindHead }
func (Medium) Kind() EntryKind       { return KindMedium }
func (Name) Kind() EntryKind         { return KindName }
func (Audited) Kind() EntryKind      { return KindAudit }
func (Token) Kind() EntryKind        { return KindToken }

// Each reads the entries of one kind in a dump; see Dump.Each.
func Each[T Entry](d Dump, f func(T) error) error {
	var of T
	return d.Each(of.Kind(), func(e Entry) error { return f(e.(T)) })
}

// All reads everything in a dump, kind after kind, in the order backups have.
func All(d Dump, f func(Entry) error) error {
	for _, k := range entryKinds {
		if err := d.Each(k, f); err != nil {
			return err
		}
	}
	return nil
}
