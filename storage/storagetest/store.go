// Package storagetest holds the contract suites of package storage: what every
// adapter promises, told as tests. An adapter joins in a few lines.
package storagetest

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Store is what an adapter offers beside blobs.
type Store interface {
	storage.Records
	storage.Accounts
	storage.Upkeep
	storage.Audit
	storage.Shelves
	storage.Jobs
	Close() error
}

// Options are what a test asks of a store it opens.
type Options struct {
	// Now is the machine's clock; nil: the real one.
	Now func() time.Time
	// Fault, where set, is called for each attempt to store an update: before it
	// with false, and with true when all is stored. An error fails the update.
	Fault func(stored bool) error
}

// Open opens the store that dir stands for; opened again, it is the same store.
// The suite closes it.
type Open func(t testing.TB, dir string, o Options) Store

// Stores runs every suite of a store. The adapter's test must do nothing before
// it that a second process in the same place may not do too: see crash.go.
func Stores(t *testing.T, open Open) {
	t.Run("Records", func(t *testing.T) { Records(t, open) })
	t.Run("Accounts", func(t *testing.T) { Accounts(t, open) })
	t.Run("Audit", func(t *testing.T) { Audit(t, open) })
	t.Run("Shelves", func(t *testing.T) { Shelves(t, open) })
	t.Run("Jobs", func(t *testing.T) { Jobs(t, open) })
	t.Run("Upkeep", func(t *testing.T) { Upkeep(t, open) })
	t.Run("Faults", func(t *testing.T) { Faults(t, open) })
	t.Run("Crash", func(t *testing.T) { Crash(t, open) })
}

// store is the store under test with what every test needs.
type store struct {
	Store
	t   testing.TB
	ctx context.Context
}

func opened(t testing.TB, open Open, dir string, o Options) *store {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	s := &store{Store: open(t, dir, o), t: t, ctx: context.Background()}
	t.Cleanup(func() { s.Close() })
	return s
}

// fresh runs tests on a fresh store of their own.
func fresh(t *testing.T, open Open, tests map[string]func(t *testing.T, s *store)) {
	names := make([]string, 0, len(tests))
	for name := range tests {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) { tests[name](t, opened(t, open, "", Options{})) })
	}
}

// update must succeed.
func (s *store) update(f func(tx storage.Tx) error) {
	s.t.Helper()
	if err := s.Update(s.ctx, "", f); err != nil {
		s.t.Fatalf("Update: %v", err)
	}
}

// view must succeed.
func (s *store) view(f func(v storage.View) error) {
	s.t.Helper()
	if err := s.View(s.ctx, f); err != nil {
		s.t.Fatalf("View: %v", err)
	}
}

// put stores a record alone.
func (s *store) put(r *zoufang.Record) {
	s.t.Helper()
	s.update(func(tx storage.Tx) error { return tx.PutRecord(r, r.Created) })
}

func (s *store) meta() (m storage.Meta) {
	s.t.Helper()
	s.view(func(v storage.View) (err error) { m, err = v.Meta(); return err })
	return m
}

func (s *store) record(id zoufang.RecordID) (r *zoufang.Record) {
	s.t.Helper()
	s.view(func(v storage.View) (err error) { r, err = v.Record(id); return err })
	return r
}

var count atomic.Uint64

// commit makes a commit with a line of its own.
func commit(user zoufang.UserID) storage.Commit {
	line := fmt.Appendf(nil, `{"n":%d,"note":"一行"}`, count.Add(1))
	id, hash := zoufang.HashLine(line)
	return storage.Commit{ID: id, Hash: hash, Line: line, Author: user, Sender: user, Device: "d-" + zoufang.DeviceID(user), From: 5, At: 7}
}

// record makes a record that one new commit wrote.
func record(kind string, area zoufang.AreaID, fields ...string) *zoufang.Record {
	n := count.Add(1)
	var b [16]byte
	binary.BigEndian.PutUint64(b[8:], n)
	c := commit("u1")
	r := (&zoufang.Record{ID: zoufang.UUIDv7(int64(1_700_000_000_000+n), b), Kind: kind, Area: area, Created: c.ID, Author: "u1"}).Fill()
	r.Stamps[c.ID] = zoufang.NewStamp(c.ID, "u1", 6, 5, 7, false)
	for i := 0; i+1 < len(fields); i += 2 {
		set(r, fields[i], fields[i+1])
	}
	return r
}

// set gives a register one text, written by a new commit.
func set(r *zoufang.Record, field, value string) {
	c := commit("u1")
	r.Heads[field] = &zoufang.Heads{Live: []zoufang.Head{{ID: c.ID, Value: zoufang.Quote(value)}}}
	r.Stamps[c.ID] = zoufang.NewStamp(c.ID, "u1", 6, 5, 7, false)
}

func digest() zoufang.Digest {
	var b [32]byte
	binary.BigEndian.PutUint64(b[:], count.Add(1)*0x9e3779b97f4a7c15)
	return zoufang.Digest(hex.EncodeToString(b[:]))
}

// Three villages of one township.
const (
	village1 = zoufang.AreaID("320115101201")
	village2 = zoufang.AreaID("320115101202")
	village3 = zoufang.AreaID("320115101203")
)

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Fatalf("%s:\n got %s\nwant %s", what, g, w)
	}
}
