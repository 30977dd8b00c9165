package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"zoufang"
	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
)

const (
	dong = zoufang.AreaID("990103101201") // 东村
	xi   = zoufang.AreaID("990103101202") // 西村
)

// clock is the machine's, put forward by tests.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time          { c.mu.Lock(); defer c.mu.Unlock(); return time.Now().Add(c.by) }
func (c *clock) forward(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.by += d }

// house is an installation of its own.
type house struct {
	*Place
	t     *testing.T
	dir   string
	store *sqlitestore.Store
	blobs *dirblob.Store
	clock *clock
	said  *lines
	n     int
}

type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) say(s string)   { l.mu.Lock(); defer l.mu.Unlock(); l.all = append(l.all, s) }
func (l *lines) String() string { l.mu.Lock(); defer l.mu.Unlock(); return strings.Join(l.all, "\n") }

func newHouse(t *testing.T, keys Keys) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: &clock{}, said: &lines{}}
	ring, err := seal.Open(filepath.Join(h.dir, "keys", "seal.json"))
	h.must(err)
	h.store, err = sqlitestore.Open(t.Context(), filepath.Join(h.dir, "zoufang.db"), ring)
	h.must(err)
	t.Cleanup(func() { h.store.Close() })
	h.blobs, err = dirblob.Open(filepath.Join(h.dir, "media"), time.Now())
	h.must(err)
	keys.work = 10
	h.Place = &Place{Store: h.store, Blobs: h.blobs, Keys: keys, Version: "test", Now: h.clock.now, Say: h.said.say, Swap: &Swap{
		Dir: h.dir, Store: h.store,
		Fresh: func(ctx context.Context, dir string) (Closing, string, error) {
			path := filepath.Join(dir, "fresh.db")
			s, err := sqlitestore.Open(ctx, path, ring)
			return s, path, err
		},
	}}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) update(f func(tx storage.Tx) error) {
	h.t.Helper()
	h.must(h.store.Update(h.t.Context(), "", f))
}

func (h *house) commit(do string) storage.Commit {
	h.n++
	line := fmt.Appendf(nil, `{"n":%d,"do":%q}`, h.n, do)
	id, hash := zoufang.HashLine(line)
	return storage.Commit{ID: id, Hash: hash, Line: line, Author: "u1", Sender: "u1", Device: "d1", From: 5, At: 7}
}

// visit stores a visit with a photo of so many bytes.
func (h *house) visit(area zoufang.AreaID, size int) (zoufang.RecordID, zoufang.Digest) {
	h.t.Helper()
	d := h.medium(size)
	c := h.commit("visit")
	r := (&zoufang.Record{ID: zoufang.NewRecordID(time.Now().UnixMilli()), Kind: "visit", Area: area, Created: c.ID, Author: "u1"}).Fill()
	r.Stamps[c.ID] = zoufang.NewStamp(c.ID, "u1", 6, 5, 7, false)
	r.Heads["note"] = &zoufang.Heads{Live: []zoufang.Head{{ID: c.ID, Value: zoufang.Quote("身份证 11010519491231002X")}}}
	r.Sets["photos"] = map[string]*zoufang.Heads{zoufang.Quote(string(d)).Canon(): {Live: []zoufang.Head{{ID: c.ID, Value: zoufang.Quote(string(d))}}}}
	h.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg", Size: int64(size), At: 9}),
			tx.NameMedium(d, storage.NamedByUser, "u1"), tx.NameMedium(d, storage.SentByDevice, "d1"))
	})
	return r.ID, d
}

func (h *house) medium(size int) zoufang.Digest {
	h.t.Helper()
	h.n++
	b := bytes.Repeat(fmt.Appendf(nil, "%s %d ", h.dir, h.n), size/8+1)[:size]
	sum := sha256.Sum256(b)
	d := zoufang.Digest(hex.EncodeToString(sum[:]))
	h.must(h.blobs.Put(h.t.Context(), d, int64(size), bytes.NewReader(b)))
	return d
}

// settle fills the house with something of everything.
func (h *house) settle() {
	h.t.Helper()
	ctx := h.t.Context()
	h.must(h.store.PutUser(ctx, zoufang.User{ID: "u1", Name: "王协理", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{dong, xi}, Created: 1}))
	h.must(h.store.PutUser(ctx, zoufang.User{ID: "u2", Name: "李所长", Role: zoufang.Township, Areas: []zoufang.AreaID{dong}, Grants: []zoufang.Grant{zoufang.Children}, Login: "li", Password: "$argon2id$x"}))
	h.must(h.store.AddCode(ctx, storage.Code{Hash: "h", User: "u1", Expires: 1 << 60}))
	_, err := h.store.UseCode(ctx, "h", 5, zoufang.Device{ID: "d1", X: "x", Y: "y", Name: "手机", Enrolled: 5})
	h.must(err)
	h.must(h.store.AddKey(ctx, storage.Key{ID: "k1", Purpose: "token", Secret: []byte("a secret of the server"), Created: 3}))
	_, err = h.installation(ctx)
	h.must(err)
	id, _ := h.visit(dong, 3000)
	h.visit(xi, 70000)
	h.visit(dong, 0)
	waiting, forced := h.commit("waits"), h.commit("released")
	h.update(func(tx storage.Tx) error {
		r, err := tx.Record(id)
		if err != nil {
			return err
		}
		c := h.commit("move")
		r.Area = xi
		r.Stamps[c.ID] = zoufang.NewStamp(c.ID, "u1", 6, 5, 7, false)
		return errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID), tx.AddCommit(waiting), tx.AddCommit(forced),
			tx.PutHeld(storage.Held{ID: waiting.ID, Sender: "u1", Author: "u1", At: 7, Code: zoufang.HeldWaiting, Waits: []string{"r:2", "c:1"}, Areas: []zoufang.AreaID{dong}}),
			tx.PutHeld(storage.Held{ID: forced.ID, Sender: "u1", Author: "u1", At: 8, Code: zoufang.HeldStale, Why: "规则", Waived: true, Reach: []zoufang.AreaID{}, Forced: true, Schema: 1, Sealed: true}))
	})
}

// content tells what is in a store, whatever its kind and seal.
func content(t *testing.T, s storage.Upkeep) string {
	t.Helper()
	var got tally
	if err := s.Dump(t.Context(), func(d storage.Dump) error { return storage.All(d, got.note) }); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(got.part)
}

func (h *house) meta() storage.Meta {
	h.t.Helper()
	m, err := storage.ReadMeta(h.t.Context(), h.store)
	h.must(err)
	return m
}

func (h *house) has(digests ...zoufang.Digest) {
	h.t.Helper()
	for _, d := range digests {
		o, err := h.blobs.Open(h.t.Context(), d)
		if err != nil {
			h.t.Fatalf("medium %s: %v", d, err)
		}
		if err := copyChecked(io.Discard, o, d, o.Size); err != nil {
			h.t.Fatal(err)
		}
		o.Close()
	}
}

// whole holds a house to another's content under a new epoch.
func (h *house) whole(from *house, want string) {
	h.t.Helper()
	if got := content(h.t, h.store); got != want {
		h.t.Errorf("the store has\n%s\nwanted\n%s", got, want)
	}
	m, was := h.meta(), from.meta()
	if m.Epoch == was.Epoch || m.SafeAt != 0 || m.Clock == 0 {
		h.t.Errorf("meta %+v after %+v", m, was)
	}
	h.must(h.store.Dump(h.t.Context(), func(d storage.Dump) error {
		return storage.Each(d, func(m storage.Medium) error { h.has(m.Digest); return nil })
	}))
}

func identity(t *testing.T) (recipient, secret string) {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i.Recipient().String(), i.String()
}

const phrase = "correct horse battery"

// kinds are the ways to encrypt, with what opens each.
func kinds(t *testing.T) map[string][2]Keys {
	recipient, secret := identity(t)
	return map[string][2]Keys{
		"passphrase": {{Passphrase: phrase}, {Passphrase: phrase}},
		"public key": {{Recipient: recipient}, {Identity: "# a comment\n" + secret + "\n"}},
	}
}

func fails(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, wanted %q", err, want)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}
